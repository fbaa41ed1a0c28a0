"""Runs the real binary: one process with a configuration, a directory and ports of its own."""
import json
import os
import re
import signal
import subprocess
from pathlib import Path

from client import PATIENCE, fetch, wait_until
from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SLUICE_BIN") or str(ROOT / "build/release/sluice")
SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:")
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "second_deadlock_stack=1",
}


def listener(name="web", forward="app", **keys):
    return {"name": name, "address": f"127.0.0.1:{free_port()}", "default": {"forward": forward}, **keys}


def configuration(groups, listeners=None, services=None, **keys):
    """`groups` maps a name to targets or to a whole target group. Unless told otherwise, every group gets a service of its
    name, and a listener `web` forwards to the first one."""
    groups = {name: {"targets": group} if isinstance(group, list) else group for name, group in groups.items()}
    one_variant = {name: {"variants": {"only": {"target_group": name, "weight": 1}}} for name in groups}
    return {
        "admin": {"address": f"127.0.0.1:{free_port()}"},
        "drain": {"grace": "0s", "deadline": "5s"},
        "listeners": listeners or [listener(forward=next(iter(groups)))],
        "services": services or one_variant,
        "target_groups": groups,
        **keys,
    }


def run_command(*arguments, env=None, stdin=None):
    """A sluice command that ends by itself."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=3 * PATIENCE, input=stdin,
                          env={**os.environ, **SANITIZER_OPTIONS, **(env or {})})


class Sluice:
    """A running proxy. `config` is a dict as of configuration(); JSON is YAML. With `text` that is the file, and `config` only
    repeats its addresses. `arguments` are further ones of `sluice run`."""

    def __init__(self, directory, config, text=None, workers=1, arguments=(), wrapper=(), pass_fds=(), ready=True):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config_file = self.directory / "sluice.yaml"
        self.log_file = self.directory / "sluice.log"
        self.access_log_file = self.directory / "access.log"
        if text is None:
            self.write_config({"access_log": {"path": str(self.access_log_file), "format": "json"}, **config})
        else:
            self.config_file.write_text(text)
        self.ports = {each["name"]: int(each["address"].rpartition(":")[2]) for each in config["listeners"]}
        self.port = next(iter(self.ports.values()))
        admin = config["admin"]["address"]
        self.admin_port = None if admin.startswith("unix:") else int(admin.rpartition(":")[2])
        self.admin = f"http://127.0.0.1:{self.admin_port}"
        command = [*wrapper, BINARY, "run", "-c", str(self.config_file), "--workers", str(workers),
                   *map(str, arguments)]
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=pass_fds,
                                            env={**os.environ, **SANITIZER_OPTIONS})
        if ready:
            wait_until(self.is_ready, "Sluice to become ready", 2 * PATIENCE)

    def write_config(self, config):
        """At once, as a deployment would: a reader sees the old file or the new one."""
        self.config = config
        written = self.config_file.with_suffix(".new")
        written.write_text(json.dumps(config, indent=2, ensure_ascii=False))
        written.rename(self.config_file)

    def log(self):
        return self.log_file.read_text(errors="replace")

    def is_ready(self):
        assert self.process.poll() is None, f"Sluice ended with {self.process.returncode}:\n{self.log()}"
        return self.ready_status() == 200

    def ready_status(self):
        """The status of /readyz, or None when nobody answers."""
        try:
            return fetch(self.admin_port, path="/readyz").status
        except OSError:
            return None

    def api(self, method, path, value=None, headers=()):
        """An admin API call: (status, JSON)."""
        body = None if value is None else json.dumps(value).encode()
        response = fetch(self.admin_port, method, path, [*headers, ("Content-Type", "application/json")], body)
        return response.status, json.loads(response.body) if response.body else None

    def set_weights(self, service, **weights):
        status, answer = self.api("PUT", f"/v1/services/{service}/weights", weights)
        assert status == 200, answer
        return answer["revision"]

    def command(self, *arguments):
        return run_command(*arguments, env={"SLUICE_ADMIN": self.admin})

    def metric(self, name, /, **labels):
        """The sum of the samples of this name that carry these labels."""
        text = fetch(self.admin_port, path="/metrics").body.decode()
        total = 0.0
        for line in text.splitlines():
            match = re.match(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if match and match[1] == name:
                found = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
                if all(found.get(key) == value for key, value in labels.items()):
                    total += float(match[3])
        return total

    def access_log(self):
        written = self.access_log_file.read_text()
        return [json.loads(line) for line in written[:written.rfind("\n") + 1].splitlines()]  # the last may be half there

    def logged(self, **keys):
        """Waits for the access log line that has these values."""
        def find():
            return next((line for line in self.access_log() if all(line.get(k) == v for k, v in keys.items())), None)
        return wait_until(find, f"an access log line with {keys}")

    def reload(self, config=None):
        """SIGHUP, after writing another configuration."""
        if config:
            self.write_config(config)
        self.signal(signal.SIGHUP)

    def signal(self, number):
        self.process.send_signal(number)

    def open_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def wait(self, seconds=3 * PATIENCE):
        """The exit code; a process that does not end is killed and an error."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"Sluice did not end within {seconds} s:\n{self.log()}") from None

    def check_ended_well(self):
        code = self.wait()
        assert not SANITIZER_REPORT.search(self.log()), self.log()
        assert code == 0, f"exit code {code}:\n{self.log()}"

    def stop(self):
        """SIGTERM; must end with 0 and without a sanitizer's report."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        self.check_ended_well()


def problem_code(response):
    """The code of an error that Sluice made itself."""
    assert response.get("Content-Type") == "application/problem+json", response
    problem = json.loads(response.body)
    assert problem["status"] == response.status, problem
    return problem["code"]
