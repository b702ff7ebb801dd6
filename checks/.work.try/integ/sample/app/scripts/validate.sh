#!/bin/bash
set -euo pipefail

curl --fail --silent --show-error --retry 20 --retry-delay 1 --retry-connrefused http://localhost:8080/health
