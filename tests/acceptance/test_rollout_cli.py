"""Releases from the command line: `sluice rollout`, `revisions`, `apply` and `diff` against a running proxy."""
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import termios
import threading

import pytest

from client import PATIENCE, fetch, wait_until
from ports import free_port
from sluice import BINARY, SANITIZER_OPTIONS, configuration, listener

STRATEGIES = {
    "quick": {"steps": ["10%", "50%"], "every": "100ms"},
    "slow": {"linear": {"percent": 10, "every": "10m"}},
    "asks": {"steps": ["10%", {"pause": "approval"}, "50%"], "every": "1ms"},
    "guarded": {"steps": ["50%"], "every": "10m", "gates": [{"error_rate": {"max": "5%", "min_requests": 10}}]},
    "later": {"steps": ["50%"], "every": "100ms", "gates": [{"alarm": {"cloudwatch": "HighCPU"}}]},
}


def release(blue, green, **keys):
    variants = {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}}
    return configuration({"blue": [blue.address], "green": [green.address]}, listeners=[listener(forward="shop")],
                         services={"shop": {"variants": variants}}, strategies=STRATEGIES, **keys)


@pytest.fixture(name="blue", scope="module")
def fixture_blue(programs):
    return programs.origin()


@pytest.fixture(name="green")
def fixture_green(own_programs):
    return own_programs.origin()


@pytest.fixture(name="proxy")
def fixture_proxy(own_programs, blue, green):
    return own_programs.sluice(release(blue, green))


class Waiting:
    """A command that waits: its lines as they come."""

    def __init__(self, proxy, *arguments):
        self.process = subprocess.Popen([BINARY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, **SANITIZER_OPTIONS, "SLUICE_ADMIN": proxy.admin})
        self.out, self.err = [], []
        self.readers = [threading.Thread(target=lambda s=stream, l=lines: l.extend(iter(s.readline, "")))
                        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    def until(self, text):
        return wait_until(lambda: any(text in line for line in [*self.out, *self.err]),
                          lambda: f"{text!r} in {self.out} {self.err}")

    def end(self):
        code = self.process.wait(3 * PATIENCE)
        for reader in self.readers:
            reader.join()
        return code, "".join(self.out), "".join(self.err)


def start(proxy, strategy, *more):
    return proxy.command("rollout", "start", "shop", "--to", "green", "--strategy", strategy, *more)


def waiting(proxy, strategy):
    return Waiting(proxy, "rollout", "start", "shop", "--to", "green", "--strategy", strategy, "--wait")


def done(command, code=0):
    assert command.returncode == code, command.stdout + command.stderr
    return command.stdout


def shares(proxy):
    _, service = proxy.api("GET", "/v1/services/shop")
    return {variant["name"]: variant["share"] for variant in service["variants"]}


def test_dry_run_tells_the_timeline_and_does_nothing(proxy):
    lines = done(start(proxy, "asks", "--dry-run")).splitlines()
    assert lines[0].split() == ["AT", "WHAT"]
    approval = next(line for line in lines if "wait for an approval" in line)
    assert approval.endswith("takes as long as it takes")
    assert lines[-1].split() == ["≥", "2ms", "succeeded"]
    drafted = json.loads(done(start(proxy, "asks", "--dry-run", "-o", "json")))
    assert [step["weight"] for step in drafted["plan"]] == [10, 50, 100]
    assert done(proxy.command("rollout", "history", "shop")) == "no rollouts\n"
    warned = start(proxy, "later", "--dry-run")
    assert "warning: gates that this version does not judge would stop nothing: alarm" in warned.stderr
    done(warned)


def test_wait_ends_with_success(proxy):
    out = done(start(proxy, "quick", "--wait"))
    assert out.startswith("r1 of shop: blue → green by quick, ")
    times = [line for line in out.splitlines() if re.match(r"\d\d:\d\d:\d\d  ", line)]
    assert any("running, step 1 of 3, 10 %" in line for line in times), out
    assert times[-1].endswith("  r1 of shop: succeeded, step 3 of 3"), out
    assert shares(proxy) == {"blue": 0, "green": 1}


def test_wait_ends_with_a_rollback_and_its_reason(proxy, green):
    def break_down(connection, request):
        if connection.read_body(request):
            connection.answer(500)
    green.handler = break_down
    command = waiting(proxy, "guarded")
    command.until("running, step 1 of 2")
    for _ in range(100):
        fetch(proxy.port)
        if command.process.poll() is not None:
            break
    code, out, err = command.end()
    assert code == 1, out + err
    assert re.search(r"r1 of shop: rolled_back, step 1 of 2: error_rate: error rate [\d.]+% is above 5.00%", out), out
    assert shares(proxy) == {"blue": 1, "green": 0}
    status = done(proxy.command("rollout", "status", "shop"))
    assert "✗  1" in status and "why      error_rate: " in status
    assert "rolled_back" in done(proxy.command("rollout", "history", "shop"))


def test_approve(proxy):
    command = waiting(proxy, "asks")
    command.until("waiting_approval, step 1 of 3, 10 %: waits for an approval")
    assert "▶  1" in done(proxy.command("rollout", "status", "shop"))
    status = done(proxy.command("status"))
    assert "  r1 waiting_approval → green by asks ▇·· 10.0 % now, 50 % next: waits for an approval\n" in status
    done(proxy.command("rollout", "approve", "r1"))
    assert command.end()[0] == 0
    assert "r1 has ended: succeeded" in proxy.command("rollout", "approve", "r1").stderr


def test_steering_and_history(proxy):
    done(start(proxy, "slow"))
    assert "paused, step" in done(proxy.command("rollout", "pause", "shop", "--reason", "lunch"))
    assert "lunch" in done(proxy.command("rollout", "status", "shop"))
    done(proxy.command("rollout", "resume", "shop"))
    wait_until(lambda: shares(proxy)["green"] == 0.1, "the first step")
    done(proxy.command("rollout", "promote", "shop"))
    wait_until(lambda: shares(proxy)["green"] == 0.2, "the second step")
    refused = start(proxy, "quick")
    assert refused.returncode == 1 and "rollout r1 moves service `shop` to `green` already" in refused.stderr
    done(proxy.command("rollout", "abort", "shop", "--reason", "no good"))
    assert shares(proxy) == {"blue": 1, "green": 0}
    done(start(proxy, "quick", "--wait"))
    lines = done(proxy.command("rollout", "history", "shop")).splitlines()
    assert [line.split()[:4] for line in lines[1:]] == [["r2", "green", "quick", "succeeded"], ["r1", "green", "slow", "aborted"]]
    assert lines[2].endswith("aborted no good")
    assert done(proxy.command("rollout", "history", "r1")).splitlines() == lines


def test_how_it_is_started(own_programs, blue, green):
    always = [{"from": "Mon 00:00", "to": "Sun 00:00"}, {"from": "Sun 00:00", "to": "Mon 00:00"}]
    proxy = own_programs.sluice(release(blue, green, freeze=always))
    assert "frozen" in start(proxy, "slow").stderr
    done(start(proxy, "slow", "--ignore-freeze", "--reason", "hotfix"))
    out = done(start(proxy, "guarded", "--ignore-freeze", "--supersede", "--observe"))
    assert out.startswith("r2 of shop: blue → green by guarded, ") and "(gates are shown, not acted upon)" in out
    assert [line.split()[3] for line in done(proxy.command("rollout", "history", "shop")).splitlines()[2:]] == ["superseded"]


def test_abort_that_is_gradual_goes_down_the_steps(proxy):
    done(start(proxy, "slow"))
    for share in (0.1, 0.2):
        wait_until(lambda: shares(proxy)["green"] == share, f"{share}")
        done(proxy.command("rollout", "promote", "shop"))
    wait_until(lambda: shares(proxy)["green"] == pytest.approx(0.3), "30 %")
    assert "rolling_back" in done(proxy.command("rollout", "abort", "shop", "--gradual"))
    wait_until(lambda: shares(proxy)["green"] == 0.2, "one step down")
    done(proxy.command("rollout", "abort", "shop"))
    assert shares(proxy)["green"] == 0


def test_interrupt_ends_the_waiting_and_not_the_rollout(proxy):
    command = waiting(proxy, "slow")
    command.until("step 1 of 10")
    command.process.send_signal(signal.SIGINT)
    code, _, err = command.end()
    assert code == 1 and "rollout r1 goes on" in err
    assert json.loads(done(proxy.command("rollout", "status", "shop", "-o", "json")))["state"] == "running"


def test_wait_outlives_a_restart_of_the_proxy(own_programs, blue, green, tmp_path):
    config = release(blue, green)
    state = ("--state", tmp_path / "state")
    before = own_programs.sluice(config, arguments=state)
    command = waiting(before, "asks")
    command.until("waiting_approval")
    before.stop()
    command.until("the proxy does not answer; trying for 30 s")
    after = own_programs.sluice(config, arguments=state)
    done(after.command("rollout", "approve", "shop"))
    code, out, _ = command.end()
    assert code == 0 and out.endswith("succeeded, step 3 of 3\n"), out


def test_weights_that_a_rollout_refuses_are_set_with_abort(proxy):
    done(start(proxy, "slow"))
    refused = proxy.command("weights", "set", "shop", "blue=1", "green=1")
    assert refused.returncode == 1 and "rollout" in refused.stderr
    done(proxy.command("weights", "set", "shop", "blue=1", "green=1", "--abort"))
    assert shares(proxy) == {"blue": 0.5, "green": 0.5}


def test_revisions_are_gone_back_to(proxy):
    proxy.set_weights("shop", blue=1, green=3)
    listed = done(proxy.command("revisions", "list")).splitlines()
    assert listed[1].split()[:2] == ["2", "current"] and listed[2].split()[0] == "1"
    assert done(proxy.command("revisions", "show", "1", "--config")) == proxy.config_file.read_text()
    assert done(proxy.command("revisions", "rollback", "1", "--reason", "too early")).startswith("revision 3: ")
    assert shares(proxy) == {"blue": 1, "green": 0}
    assert done(proxy.command("revisions", "list", "--limit", "1")).splitlines()[1].endswith("rollback  too early")
    assert "no revision `99`" in proxy.command("revisions", "rollback", "99").stderr


def test_diff_and_apply(proxy, tmp_path, blue):
    assert done(proxy.command("diff", proxy.config_file)) == ""
    other = tmp_path / "other.yaml"
    other.write_text(json.dumps({**proxy.config, "drain": {"grace": "0s", "deadline": "6s"}}, indent=1))
    changes = done(proxy.command("diff", other), 1)
    assert "~ drain.deadline: 5s → 6s\n" in changes
    assert done(proxy.command("apply", other)).startswith(f"{other}: revision 2, ")
    assert done(proxy.command("diff", other)) == ""
    proxy.set_weights("shop", blue=1, green=3)
    drifted = done(proxy.command("diff", other))
    assert "= services.shop.variants.green.weight: 0 in the file, 3 now\n" in drifted
    assert fetch(proxy.port).status == 200


def test_apply_is_refused_with_places_and_changes_nothing(proxy, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("listeners: []\nservices:\n  shop:\n    variants: { blue: { target_group: blu, weight: x } }\n")
    refused = proxy.command("apply", wrong)
    assert refused.returncode == 1 and refused.stdout == ""
    assert re.search(rf"^{wrong}:4:\d+: services\.shop\.variants\.blue\.weight: ", refused.stderr, re.M), refused.stderr
    assert done(proxy.command("diff", wrong), 1) == refused.stderr
    assert fetch(proxy.port).status == 200
    assert json.loads(done(proxy.command("revisions", "list", "-o", "json")))["current"] == 1


def test_apply_under_a_rollout_needs_abort(proxy, tmp_path):
    config = json.loads(proxy.config_file.read_text())
    config["services"]["shop"]["variants"] = {"blue": {"target_group": "blue", "weight": 1}}
    other = tmp_path / "other.yaml"
    other.write_text(json.dumps(config))
    done(start(proxy, "slow"))
    assert proxy.command("apply", other).returncode == 1
    done(proxy.command("apply", other, "--abort"))
    assert shares(proxy) == {"blue": 1}
    assert "aborted" in done(proxy.command("rollout", "history", "shop"))


def test_configuration_may_be_large(proxy, tmp_path):
    large = tmp_path / "large.yaml"
    large.write_text(proxy.config_file.read_text() + "\n" + "# a comment\n" * 100_000)
    assert done(proxy.command("diff", large)) == ""


def test_nobody_there_is_three():
    nobody = ("--admin", f"http://127.0.0.1:{free_port()}")
    for words in (["rollout", "start", "shop", "--to", "x", "--strategy", "y"], ["rollout", "status", "shop", "--wait"],
                  ["revisions", "list"], ["apply", __file__], ["diff", __file__], ["status", "--watch"]):
        assert subprocess.run([BINARY, *words, *nobody], capture_output=True, check=False).returncode == 3, words


def test_status_watches_until_it_is_interrupted(proxy):
    command = Waiting(proxy, "status", "--watch")
    wait_until(lambda: sum(line.startswith("sluice ") for line in command.out) > 1, "a second screen")
    command.process.send_signal(signal.SIGINT)
    code, out, _ = command.end()
    assert code == 0 and "\033" not in out
    assert "█ blue 100.0 %, ▒ green 0.0 %" in out


def on_terminal(proxy, *arguments, columns, rows=20, until=None, env=None):
    """(exit code, what a command writes to a terminal of this size). With `until`, Ctrl-C once that has come."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {**os.environ, **SANITIZER_OPTIONS, "SLUICE_ADMIN": proxy.admin, **(env or {})}
    process = subprocess.Popen([BINARY, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    written = b""
    try:
        while part := os.read(master, 65536):
            written += part
            if until and until in written:
                process.send_signal(signal.SIGINT)
                until = None
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(master)
    return process.wait(PATIENCE), written.decode()


def plain(text):
    return re.sub(r"\033\[[0-9;?]*[a-zA-Z]", "", text)


def test_status_fits_the_terminal(proxy):
    done(start(proxy, "slow"))
    wait_until(lambda: shares(proxy)["green"] == 0.1, "the first step")
    for columns in (100, 50, 20):
        code, written = on_terminal(proxy, "status", columns=columns)
        widths = [len(line) for line in plain(written).splitlines()]
        assert code == 0 and max(widths) <= columns, written
        assert ("…" in written) == (columns < 100)
    assert "\033[1m" in written
    assert "\033" not in on_terminal(proxy, "status", columns=100, env={"NO_COLOR": "1"})[1]


def test_watch_redraws_in_place_and_gives_the_terminal_back(proxy):
    code, written = on_terminal(proxy, "status", "--watch", columns=60, rows=5, env={"NO_COLOR": "1"}, until=b"up 2s")
    assert code == 0
    assert written.startswith("\033[?1049h\033[?25l\033[H") and written.endswith("\033[?25h\033[?1049l")
    screens = written.split("\033[H")[1:]
    assert len(screens) > 1
    for screen in screens:
        assert len(plain(screen).splitlines()) <= 5 and max(map(len, plain(screen).splitlines())) <= 60
