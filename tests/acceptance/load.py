"""wrk in the background: what the clients of a loaded proxy saw, while a test does something to it or its targets."""
import json
import shutil
import subprocess
import threading

from client import PATIENCE

SCRIPT = """
local statuses, wrong = {}, 0
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args) statuses = {} end
function response(status, headers, body)
  statuses[tostring(status)] = (statuses[tostring(status)] or 0) + 1
  out = ""
  for key, value in pairs(statuses) do out = out .. key .. "=" .. value .. " " end
end
function done(summary, latency, requests)
  io.write("RESULT {")
  io.write(string.format('"requests": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d, ', summary.requests,
    summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.timeout))
  io.write(string.format('"p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f, ', latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
  io.write('"statuses": "')
  for _, thread in ipairs(threads) do io.write(thread:get("out") or "") end
  io.write('"}\\n')
end
"""


class Load:
    """`method` and `body` of every request; `with` waits for the end. Afterwards `statuses` counts the answers, `broken` those
    that were none, and the percentiles are in `ms`."""

    def __init__(self, directory, port, seconds, clients=64, method="GET", body="", path="/", headers=()):
        assert shutil.which("wrk"), "wrk is not installed"
        script = directory / f"load-{port}-{method}.lua"
        head = f'wrk.method = "{method}"\n' + (f'wrk.body = "{body}"\n' if body else "")
        script.write_text(head + SCRIPT)
        fields = [argument for name, value in headers for argument in ("-H", f"{name}: {value}")]
        self.process = subprocess.Popen(
            ["wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "--timeout", "20s", "-s", str(script), *fields,
             f"http://127.0.0.1:{port}{path}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.seconds = seconds

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.wait()

    def wait(self):
        output, _ = self.process.communicate(timeout=self.seconds + 3 * PATIENCE)
        result = next((line for line in output.splitlines() if line.startswith("RESULT ")), None)
        assert result, output
        values = json.loads(result.removeprefix("RESULT "))
        self.statuses = {int(k): int(v) for k, v in (pair.split("=") for pair in values.pop("statuses").split())}
        self.broken = sum(values[kind] for kind in ("connect", "read", "write", "timeout"))
        self.requests = values["requests"]
        self.ms = {name: values[f"{name}_ms"] for name in ("p50", "p95", "p99", "max")}
        return self

    def errors(self):
        """Answers that are errors, and requests that got none."""
        return sum(count for status, count in self.statuses.items() if status >= 400) + self.broken


class Others:
    """The well-behaved clients of a proxy."""

    def __init__(self, directory, port, seconds=2):
        self.directory, self.port, self.seconds = directory, port, seconds

    def measure(self):
        """Their p99, in milliseconds."""
        with Load(self.directory, self.port, self.seconds, clients=16) as load:
            pass
        assert load.errors() == 0, (load.statuses, load.broken)
        return load.ms["p99"]

    def quiet(self):
        """The worst of several runs: what the machine adds by itself is in it."""
        return max(self.measure() for _ in range(3))

    def busy(self, quiet):
        """At most twice the quiet p99. What disturbs the machine passes, what we measure does not: the best of five."""
        runs = []
        while not runs or (runs[-1] > 2 * quiet and len(runs) < 5):
            runs.append(self.measure())
        assert min(runs) <= 2 * quiet, (quiet, runs)
        return min(runs)


class Background:
    """Calls `step()` again and again, on a thread, until the end of the block; what it raises is raised there."""

    def __init__(self, step):
        self.step, self.over, self.problem = step, threading.Event(), None
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            while not self.over.is_set():
                self.step(self.over)
        except Exception as problem:
            self.problem = problem

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if self.problem:
            raise self.problem
