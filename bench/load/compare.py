#!/usr/bin/env python3
"""Sluice beside NGINX, HAProxy and a byte relay, in turn, under the same load. docs/benchmarks.md explains the method.

This file owns the order of events and the command line; contenders.py starts programs, measure.py reads the kernel and
runs wrk, connections.py is the client of the memory tests, report.py computes and prints.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import report
from contenders import (LARGE, ORDER, PATHS, ROOT, SMALL, BenchError, Origin, Process, Setup, find_tool, make_certificate,
                        make_client_tls_config, raise_descriptor_limit)
from measure import CpuTime, memory_kib, run_h2load, run_handshakes, run_wrk

# TLS or not, the body, what makes the load.
SCENARIOS = {"plain-128": (False, SMALL, "wrk"), "plain-100k": (False, LARGE, "wrk"), "tls-128": (True, SMALL, "wrk"),
             "tls-100k": (True, LARGE, "wrk"), "h2-128": (True, SMALL, "h2load"), "tls-full": (True, 0, "full"),
             "tls-resumed": (True, 0, "resumed")}
CONNECTIONS = 64
H2_CONNECTIONS, H2_STREAMS = 16, 8
WARM_UP_SECONDS = 1
SETTLE_SECONDS = 2
WINDOW = 256  # requests in flight in the memory tests
CONCURRENT_ROUNDS = 3
MARKS = ("<!-- results: written by bench/load/compare.sh -->", "<!-- end of results -->")


def parse_arguments():
    names = lambda allowed: lambda text: _listed(text, allowed)
    p = argparse.ArgumentParser(prog="compare.sh", description="Sluice beside NGINX, HAProxy and a byte relay under one load.")
    p.add_argument("--rounds", type=int, default=5, help="rounds, each in another order (5)")
    p.add_argument("--duration", type=int, default=5, help="seconds of load per measurement (5)")
    p.add_argument("--scenario", type=names(list(SCENARIOS)), help="some of " + ",".join(SCENARIOS) + " (all)")
    p.add_argument("--only", type=names(ORDER), help="some of " + ",".join(ORDER) + " (all)")
    p.add_argument("--idle", action="store_true", help="memory of idle keep-alive connections")
    p.add_argument("--connections", type=int, default=5000, help="how many for --idle (5000)")
    p.add_argument("--concurrent", type=int, metavar="N", help="N connections that make requests in turn (try 10000)")
    p.add_argument("--all", action="store_true", help="every scenario, --idle and --concurrent 10000")
    p.add_argument("--sluice", type=pathlib.Path, default=ROOT / "build/release/sluice", help="the binary under test")
    p.add_argument("--before", type=pathlib.Path, help="another Sluice binary, to compare the one under test with")
    p.add_argument("--relay", type=pathlib.Path, default=ROOT / "build/release/bench/relay")
    p.add_argument("--json", type=pathlib.Path, metavar="FILE", help="every sample and the summary")
    p.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    p.add_argument("--document", type=pathlib.Path, metavar="FILE", help="replace the results in FILE (docs/benchmarks.md)")
    p.add_argument("--from", dest="saved", type=pathlib.Path, metavar="FILE", help="measure nothing, report what --json saved")
    arguments = p.parse_args()
    if min(arguments.rounds, arguments.duration, arguments.connections, arguments.concurrent or 1) < 1:
        p.error("numbers must be at least 1")
    if arguments.all:
        arguments.scenario, arguments.idle = list(SCENARIOS), True
        arguments.concurrent = arguments.concurrent or 10000
    if arguments.scenario is None:
        arguments.scenario = [] if arguments.idle or arguments.concurrent else list(SCENARIOS)
    return arguments


def _listed(text, allowed):
    asked = text.split(",")
    unknown = [name for name in asked if name not in allowed]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(allowed)}")
    return [name for name in allowed if name in asked]


class Bench:
    def __init__(self, arguments, directory):
        self.arguments, self.directory = arguments, directory
        self.names = arguments.only or [name for name in ORDER if name != "full" and (name != "before" or arguments.before)]
        self.binaries = {"sluice": arguments.sluice, "full": arguments.sluice, "before": arguments.before, "relay": arguments.relay}
        self._check_binaries()
        cores = sorted(os.sched_getaffinity(0))
        self.proxy_core, self.load_core = (cores[0], cores[1]) if len(cores) > 1 else (None, None)
        self.wrk = find_tool("wrk")
        make_certificate(directory)
        self.openssl_config = make_client_tls_config(directory)
        self.origin = Origin(directory, self.load_core)
        self.results = {"date": datetime.date.today().isoformat(), "machine": describe_machine(cores),
                        "versions": describe_versions(self.names, self.wrk),
                        "settings": {"rounds": arguments.rounds, "duration": arguments.duration, "warm_up": WARM_UP_SECONDS,
                                     "connections": CONNECTIONS, "pinned": self.proxy_core is not None},
                        "load": {}, "idle": [], "concurrent": []}

    def _check_binaries(self):
        for name in self.names:
            path = self.binaries.get(name, True)
            if path is None:
                raise BenchError("`before` needs --before PATH")
            if path is not True and not os.access(path, os.X_OK):
                others = ",".join(n for n in self.names if n != name)
                raise BenchError(f"{path} is not there. Build it (cmake --preset release && cmake --build --preset release), "
                                 f"name another with --{name} PATH, or leave it out with --only {others}")

    def setup(self, name, tls):
        path = self.binaries.get(name)
        return Setup(name, path.resolve() if path else None, self.origin, self.directory, self.proxy_core, tls)

    def user_of_full(self):
        """The header of a user whom `full` knows, for all contenders alike: its own cookie among ten."""
        with self.setup("full", False) as setup, urllib.request.urlopen(setup.url(SMALL)) as answer:
            own = answer.headers["Set-Cookie"].partition(";")[0]
        return ["Cookie: " + "".join(f"tracking_{i}=GA1.2.1234567890.1700000000; " for i in range(9)) + own]

    def load(self):
        """Rounds outermost: what changes on the machine with time falls on every scenario and contender alike."""
        self.headers = self.user_of_full() if "full" in self.names else []
        self.results["load"] = {scenario: [] for scenario in self.arguments.scenario}
        for number in range(self.arguments.rounds):
            for scenario in self.arguments.scenario:
                tls, size, generator = SCENARIOS[scenario]
                names = [name for name in self.names if not (tls and name == "relay")]
                turn = number % len(names) if names else 0
                samples = {}
                for name in names[turn:] + names[:turn]:
                    samples[name] = self.measure(name, tls, size, generator)
                    progress(f"round {number + 1}/{self.arguments.rounds} {scenario} {name}: {brief(samples[name])}")
                self.results["load"][scenario].append(samples)
            self.save()

    def make_load(self, setup, size, generator, seconds):
        if generator == "h2load":
            return run_h2load(find_tool("h2load"), setup.url(size), H2_CONNECTIONS, H2_STREAMS, seconds, self.load_core,
                              self.openssl_config)
        if generator in ("full", "resumed"):
            return run_handshakes(find_tool("openssl"), setup.port, generator == "resumed", seconds, self.load_core,
                                  self.openssl_config)
        return run_wrk(self.wrk, setup.url(size), CONNECTIONS, seconds, self.load_core, self.directory, self.openssl_config,
                       self.headers)

    def measure(self, name, tls, size, generator):
        with self.setup(name, tls) as setup:
            load = lambda seconds: self.make_load(setup, size, generator, seconds)
            load(WARM_UP_SECONDS)
            before, started = CpuTime(setup.process.pid), time.monotonic()
            counted = load(self.arguments.duration)
            user, system, waited = CpuTime(setup.process.pid).since(before)
            elapsed = time.monotonic() - started
        if counted["requests"] == 0:
            raise BenchError(f"{name} served no request:\n{setup.process.log_tail()}")
        scale = 1e6 / counted["requests"]
        errors = {kind: counted[kind] for kind in report.ERRORS if kind != "short"}
        errors["short"] = int(counted["bytes"] < counted["requests"] * size)
        return {"requests": counted["requests"], "rps": counted["requests"] / counted["microseconds"] * 1e6,
                "user_us": user * scale, "system_us": system * scale, "cpu_us": (user + system) * scale,
                "busy": (user + system) / elapsed, "waited": waited / elapsed,
                "p50_us": counted["p50_us"], "p99_us": counted["p99_us"], "errors": errors}

    def memory(self, test, count, rounds, settle):
        """Opens `count` connections with a request on each; in `rounds` more rounds every one of them must still answer."""
        limit = raise_descriptor_limit()
        if count + 2 * WINDOW > limit:
            raise BenchError(f"{count} connections do not fit into {limit} descriptors a process: raise ulimit -Hn")
        for tls in (False, True):
            for name in [n for n in self.names if n != "relay"]:
                with self.setup(name, tls) as setup:
                    sample = self._crowd(setup, count, rounds, settle)
                self.results[test].append({"contender": name, "transport": "TLS" if tls else "plain", **sample})
                progress(f"{test} {name} {'TLS' if tls else 'plain'}: {sample}")
                self.save()

    def _crowd(self, setup, count, rounds, settle):
        before, _ = memory_kib(setup.process.pid)
        order = {"port": setup.port, "tls": setup.tls, "count": count, "window": WINDOW, "path": PATHS[SMALL],
                 "expected": SMALL}
        script = pathlib.Path(__file__).with_name("connections.py")
        pin = ["taskset", "-c", str(self.load_core)] if self.load_core is not None else []
        client = subprocess.Popen(pin + [sys.executable, str(script), json.dumps(order)], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        try:
            first = json.loads(client.stdout.readline() or "null")
            if first is None:
                raise BenchError(f"the client of {setup.name} ended")
            time.sleep(settle)
            after, _ = memory_kib(setup.process.pid)
            served, failed = first["served"], first["unconnected"] + first["failed"]
            for _ in range(rounds):
                client.stdin.write("\n")
                client.stdin.flush()
                again = json.loads(client.stdout.readline())
                served, failed = served + again["served"], failed + again["failed"]
            if settle == 0:
                after, _ = memory_kib(setup.process.pid)
            _, peak = memory_kib(setup.process.pid)
        finally:
            client.kill()
            client.wait()
        return {"connections": count, "before_kib": before, "after_kib": after, "peak_kib": peak, "served": served,
                "failed": failed}

    def save(self):
        if self.arguments.json:
            summary = {scenario: report.summarise(rounds) for scenario, rounds in self.results["load"].items() if rounds}
            self.arguments.json.write_text(json.dumps({**self.results, "summary": summary}, indent=1) + "\n")


def describe_machine(cores):
    model = [line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {"cpu": model[0] if model else platform.machine(), "cores": len(cores),
            "kernel": f"Linux {'.'.join(platform.release().split('.')[:2])}"}


def describe_versions(names, wrk):
    first_line = lambda command: (lambda r: (r.stdout + r.stderr).splitlines()[0])(
        subprocess.run(command, capture_output=True, text=True))
    versions = {"wrk": "wrk " + first_line([wrk, "-v"]).split()[1].removeprefix("debian/")}
    if "sluice" in names:
        commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
        versions["sluice"] = f"Sluice {commit.stdout.strip() or 'of an unknown commit'}"
    if "nginx" in names:
        versions["nginx"] = "NGINX " + first_line([find_tool("nginx"), "-v"]).rsplit("/", 1)[1]
    if "haproxy" in names:
        versions["haproxy"] = "HAProxy " + first_line([find_tool("haproxy"), "-v"]).split()[2]
    return versions


def brief(sample):
    wrong = {kind: n for kind, n in sample["errors"].items() if n}
    return (f"{sample['cpu_us']:.1f} µs/request, {sample['rps']:,.0f}/s, p99 {sample['p99_us'] / 1000:.2f} ms"
            + (f"  ERRORS {wrong}" if wrong else ""))


def progress(line):
    print(line, file=sys.stderr, flush=True)


def write_document(path, results):
    """Between the two marks, so that no figure in the document is typed by hand."""
    text = path.read_text()
    if text.count(MARKS[0]) != 1 or text.count(MARKS[1]) != 1:
        raise BenchError(f"{path} does not have the lines {MARKS[0]} and {MARKS[1]} once each")
    head, tail = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    path.write_text(f"{head}{MARKS[0]}\n\n{report.render(results, markdown=True)}\n\n{MARKS[1]}{tail}")


def run(arguments):
    directory = pathlib.Path(tempfile.mkdtemp(prefix="sluice-bench-"))
    directory.chmod(0o755)  # nginx started by root works as another user, who must reach its files
    try:
        bench = Bench(arguments, directory)
        bench.load()
        if arguments.idle:
            bench.memory("idle", arguments.connections, rounds=1, settle=SETTLE_SECONDS)
        if arguments.concurrent:
            bench.memory("concurrent", arguments.concurrent, rounds=CONCURRENT_ROUNDS, settle=0)
        bench.save()
        return bench.results
    finally:
        Process.stop_all()
        shutil.rmtree(directory, ignore_errors=True)


def main():
    arguments = parse_arguments()
    for sign in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))  # through `finally`, which ends the processes
    try:
        results = json.loads(arguments.saved.read_text()) if arguments.saved else run(arguments)
        print(report.render(results, arguments.markdown))
        wrong = report.failures(results)
        if wrong:
            raise BenchError("there were errors, so the figures are not valid:\n" + "\n".join(wrong))
        if arguments.document:
            write_document(arguments.document, results)
    except (BenchError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(f"compare.sh: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
