"""Reads what the kernel knows about a process (CPU time, memory) and runs wrk, h2load and openssl s_time. compare.py calls this."""

import json
import os
import pathlib
import re
import subprocess

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


def process_tree(pid):
    """The process and its descendants: nginx works in a child of the process that was started."""
    pids, i = [pid], 0
    while i < len(pids):
        for task in _tasks(pids[i]):
            try:
                pids += [int(child) for child in (task / "children").read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                pass
        i += 1
    return pids


def _tasks(pid):
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []


class CpuTime:
    """Seconds of CPU used so far by a process tree, all threads, control plane included.

    `precise` comes from schedstat (nanoseconds); the split into user and system from stat, which has ticks of 10 ms.
    `waited` is the time spent runnable but not running: on a quiet machine about nothing, and the sign of a disturbed run.
    """

    def __init__(self, pid):
        self.user = self.system = self.precise = self.waited = 0.0
        self.tasks = set()
        for member in process_tree(pid):
            fields = (PROC / str(member) / "stat").read_text().rsplit(")", 1)[1].split()
            self.user += int(fields[11]) / TICKS_PER_SECOND
            self.system += int(fields[12]) / TICKS_PER_SECOND
            for task in _tasks(member):
                self._add_schedstat(task)

    def _add_schedstat(self, task):
        try:
            ran, waited, _ = (task / "schedstat").read_text().split()
        except (OSError, ValueError):
            return
        self.tasks.add(int(task.name))
        self.precise += int(ran) / 1e9
        self.waited += int(waited) / 1e9

    def since(self, before):
        """User, system, waited seconds. Without schedstat, or when a thread came or went, ticks have to do."""
        user, system = self.user - before.user, self.system - before.system
        ticks = user + system
        if self.tasks and self.tasks == before.tasks and ticks > 0:
            scale = (self.precise - before.precise) / ticks
            user, system = user * scale, system * scale
        return user, system, self.waited - before.waited


def memory_kib(pid):
    """Resident memory now and its peak, summed over the process tree."""
    now = peak = 0
    for member in process_tree(pid):
        fields = dict(line.split(":", 1) for line in (PROC / str(member) / "status").read_text().splitlines())
        now += int(fields.get("VmRSS", "0 kB").split()[0])
        peak += int(fields.get("VmHWM", "0 kB").split()[0])
    return now, peak


WRK_REPORT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n@{"requests":%d,"microseconds":%d,"bytes":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d,"p50_us":%d,"p99_us":%d}\\n',
    summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.status, e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


def run_wrk(wrk, url, connections, seconds, core, directory, openssl_config, headers=()):
    """One wrk run as numbers. Its own `done` hook prints them, which costs nothing while the load runs."""
    script = directory / "report.lua"
    script.write_text(WRK_REPORT)
    pin = ["taskset", "-c", str(core)] if core is not None else []
    done = subprocess.run(pin + [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s",
                                 *[part for header in headers for part in ("-H", header)], "-s", str(script), url],
                          capture_output=True, text=True, timeout=seconds + 30,
                          env={**os.environ, "OPENSSL_CONF": str(openssl_config)})
    lines = [line[1:] for line in done.stdout.splitlines() if line.startswith("@")]
    if done.returncode != 0 or not lines:
        raise RuntimeError(f"wrk failed on {url}: {done.stdout}{done.stderr}")
    return json.loads(lines[0])


NO_ERRORS = {"connect": 0, "read": 0, "write": 0, "status": 0, "timeout": 0}


def _run_pinned(command, core, seconds, openssl_config):
    pin = ["taskset", "-c", str(core)] if core is not None else []
    return subprocess.run([*pin, *map(str, command)], capture_output=True, text=True, timeout=seconds + 30,
                          env={**os.environ, "OPENSSL_CONF": str(openssl_config)})


def _seconds(text):
    """h2load's "1.23ms"."""
    number, unit = re.fullmatch(r"([0-9.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1}[unit]


def run_h2load(h2load, url, connections, streams, seconds, core, openssl_config):
    """Like run_wrk, with that many streams on each connection. h2load knows no percentiles: p50 is its mean, p99 its most."""
    done = _run_pinned([h2load, "-t1", f"-c{connections}", f"-m{streams}", f"-D{seconds}", url], core, seconds, openssl_config)
    counted = re.search(r"requests: (\d+) total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout",
                        done.stdout)
    if done.returncode != 0 or not counted:
        raise RuntimeError(f"h2load failed on {url}: {done.stdout}{done.stderr}")
    _, finished, succeeded, failed, errored, timeout = map(int, counted.groups())
    body = int(re.search(r"\((\d+)\) data", done.stdout)[1])
    least, most, mean = re.search(r"time for request: +(\S+) +(\S+) +(\S+)", done.stdout).groups()
    # What is in flight when the time is over counts as failed: as many as there are streams.
    cut_off = min(failed, connections * streams)
    return {**NO_ERRORS, "requests": succeeded, "microseconds": seconds * 1e6, "bytes": body, "read": errored,
            "status": finished - succeeded - cut_off if finished > succeeded + cut_off else 0, "timeout": timeout,
            "p50_us": _seconds(mean) * 1e6, "p99_us": _seconds(most) * 1e6}


def run_handshakes(openssl, port, resumed, seconds, core, openssl_config):
    """One TLS 1.3 connection after the other, each with a full handshake and nothing said inside, or all but the
    first resumed and one request inside, since a ticket comes behind the handshake."""
    done = _run_pinned([openssl, "s_time", "-connect", f"127.0.0.1:{port}", *(["-reuse", "-www", "/small"] if resumed else ["-new"]),
                        "-time", seconds],
                       core, seconds, openssl_config)
    counted = re.findall(r"(\d+) connections in (\d+) real seconds", done.stdout)
    if not counted:
        raise RuntimeError(f"openssl s_time failed: {done.stdout}{done.stderr}")
    connections, real = map(int, counted[-1])
    each = real * 1e6 / max(connections, 1)
    return {**NO_ERRORS, "requests": connections, "microseconds": real * 1e6, "bytes": 0, "p50_us": each, "p99_us": each}
