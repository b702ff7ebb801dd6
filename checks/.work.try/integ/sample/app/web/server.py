"""A web server that needs a database, and outlives its failover.

/        the page; 503 once the database has been away for longer than GRACE_SECONDS
/health  200 as long as this process serves; says whether the database's port answers
"""
import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT = 8080
GRACE_SECONDS = 180  # a Multi-AZ failover takes one to two minutes
HERE = Path(__file__).parent


class Database:
    """Knows when the database's port last answered, so that no request ever waits for it."""

    def __init__(self, host, port):
        self._address = (host, port)
        self._last_answer = time.monotonic()
        threading.Thread(target=self._watch, daemon=True).start()

    def seconds_away(self):
        return time.monotonic() - self._last_answer

    def state(self):
        return "ok" if self.seconds_away() < 10 else "away"

    def _watch(self):
        while True:
            try:
                # resolves the name each time: after a failover it points to the other instance
                socket.create_connection(self._address, timeout=2).close()
                self._last_answer = time.monotonic()
            except OSError:
                pass
            time.sleep(2)


class Handler(BaseHTTPRequestHandler):
    # keeps the load balancer's connections open
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            self._answer(200, "application/json", json.dumps({"release": release, "database": database.state()}))
        elif self.path != "/":
            self._answer(404, "text/plain", "not found")
        elif database.seconds_away() > GRACE_SECONDS:
            self._answer(503, "text/plain", "the database does not answer")
        else:
            self._answer(200, "text/html", page.format(release=release, database=database.state()))

    def log_message(self, *args):
        pass

    def _answer(self, status, content_type, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    page = (HERE / "index.html").read_text()
    release_file = HERE / "release.txt"
    release = release_file.read_text().strip() if release_file.exists() else "unknown"
    database = Database(os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"]))
    ThreadingHTTPServer(("", PORT), Handler).serve_forever()
