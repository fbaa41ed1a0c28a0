"""Reads what the kernel knows about a process (CPU time, memory) and runs wrk. compare.py calls this."""

import json
import os
import pathlib
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
