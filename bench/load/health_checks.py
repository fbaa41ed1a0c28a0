#!/usr/bin/env python3
"""What checking many targets costs, beside a bare loop of connect, send, receive and close (bare_checks.cpp) over the same
targets at the same rate. CPU time of the one thread that does it, from /proc/PID/task/*/schedstat; the targets are one
process on the other core."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sluice", default=ROOT / "build/release/sluice")
    parser.add_argument("--bare", default=ROOT / "build/release/bench/bare_checks")
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=9800, help="the targets', on 127.1.x.y; the admin API's is the next")
    return parser.parse_args()


def pinned(core, *command):
    cores = os.sched_getaffinity(0)
    return ["taskset", "-c", str(core), *map(str, command)] if len(cores) > 1 else list(map(str, command))


def address(target, port):
    return f"127.1.{target // 250}.{target % 250 + 1}:{port}"


def configuration(options):
    check = {"path": "/healthz", "interval": "1s", "timeout": "900ms"}
    return {
        "admin": {"address": f"127.0.0.1:{options.port + 1}"},
        "listeners": [{"name": "web", "address": "127.0.0.1:0", "default": {"forward": "app"}}],
        "services": {"app": {"variants": {"only": {"target_group": "app", "weight": 1}}}},
        "target_groups": {"app": {"targets": [address(i, options.port) for i in range(options.targets)],
                                  "health_check": check}},
    }


def passed(options):
    text = urllib.request.urlopen(f"http://127.0.0.1:{options.port + 1}/metrics", timeout=5).read().decode()
    counts = {line.split("}")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines()
              if line.startswith("sluice_health_checks_total{")}
    wrong = sum(value for name, value in counts.items() if 'result="passed"' not in name)
    assert wrong == 0, f"{wrong} checks did not pass"
    return sum(counts.values())


def prober_nanoseconds(pid):
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "prober":
            return int((task / "schedstat").read_text().split()[0])
    raise AssertionError("no thread is called prober")


def measure_sluice(options, directory):
    """CPU microseconds of the prober's thread per check."""
    config = directory / "sluice.yaml"
    config.write_text(json.dumps(configuration(options)))
    with open(directory / "sluice.log", "wb") as log:
        process = subprocess.Popen(pinned(0, options.sluice, "run", "-c", config, "--workers", 1), stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                if passed(options) >= 2 * options.targets:
                    break
            except OSError:
                assert process.poll() is None, (directory / "sluice.log").read_text()
            assert time.monotonic() < deadline, "the targets are not checked"
            time.sleep(0.1)
        checks, cpu = passed(options), prober_nanoseconds(process.pid)
        time.sleep(options.seconds)
        cpu, checks = prober_nanoseconds(process.pid) - cpu, passed(options) - checks
    finally:
        process.kill()
        process.wait()
    return cpu / checks / 1000, checks


def measure_bare(options, batch):
    command = pinned(0, options.bare, "ask", options.port, options.targets, batch, options.seconds)
    nanoseconds, checks = map(int, subprocess.run(command, check=True, capture_output=True).stdout.split())
    return nanoseconds / checks / 1000


def main():
    options = arguments()
    responder = subprocess.Popen(pinned(1, options.bare, "respond", options.port, options.targets), stdout=subprocess.PIPE)
    assert responder.stdout.readline() == b"ready\n"
    rounds = []
    try:
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as directory:
                spread, burst = measure_bare(options, 10), measure_bare(options, options.targets)
                sluice, checks = measure_sluice(options, Path(directory))
            rounds.append((sluice, spread, burst))
            print(f"{checks:.0f} checks in {options.seconds} s: Sluice {sluice:.1f} µs, bare loop {spread:.1f} µs spread as "
                  f"Sluice does, {burst:.1f} µs in one burst a second; × {sluice / spread:.2f} and × {sluice / burst:.2f}",
                  flush=True)
    finally:
        responder.kill()
    print(f"median × {statistics.median(s / b for s, b, _ in rounds):.2f} (spread), "
          f"× {statistics.median(s / b for s, _, b in rounds):.2f} (burst)")
    return 0 if statistics.median(s / b for s, b, _ in rounds) <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
