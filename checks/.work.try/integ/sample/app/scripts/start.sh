#!/bin/bash
set -euo pipefail

systemctl daemon-reload
systemctl enable web.service
systemctl restart web.service
