#!/bin/sh
# Sluice beside NGINX, HAProxy and a byte relay under one load; docs/benchmarks.md says how and why.
# compare.py does the work and ends every process it started; timeout is for the case that it cannot.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec timeout --foreground --kill-after=10 "${SLUICE_BENCH_TIMEOUT:-3h}" python3 "$(dirname "$0")/compare.py" "$@"
