"""Changes of weights while requests go on: nobody notices, however many there are."""
import http.client
import json
import os
import threading
import time
from statistics import median

import pytest

from figures import note
from load import Load
from release import release_configuration
from sluice import listener

# Enough that the proxy is what they wait for, and not the sender of the changes, which is on the same two cores.
CLIENTS = 64
SANITIZED = bool(os.environ.get("SLUICE_SANITIZE"))


class Changes:
    """PUTs of weights at a rate, over a few connections side by side; `made` and `refused` when it has ended."""

    def __init__(self, port, per_second, connections):
        self.over, self.made, self.refused = threading.Event(), 0, []
        self.threads = [threading.Thread(target=self._run, args=[port, connections / per_second, i]) for i in range(connections)]
        for thread in self.threads:
            thread.start()

    def _run(self, port, interval, seed):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        due = time.monotonic()
        while not self.over.is_set():
            green = (self.made * 7 + seed) % 99 + 1
            client.request("PUT", "/v1/services/app/weights", json.dumps({"blue": 100 - green, "green": green}))
            response = client.getresponse()
            text = response.read()
            self.made += 1  # near enough, with a lock that Python has anyway
            if response.status != 200:
                self.refused.append(text)
            due += interval
            self.over.wait(max(0.0, due - time.monotonic()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def config(own_programs):
    return release_configuration([own_programs.nginx("blue").address], [own_programs.nginx("green").address], ["app"], {})


def test_hundred_changes_a_second_that_last(own_programs, config, tmp_path):
    """Quiet and changing rounds in turn; each change is on the disk before it is in effect."""
    sluice = own_programs.sluice(config, workers=2, arguments=["--state", tmp_path / "state"])
    rounds, seconds = (1, 2) if SANITIZED else (5, 2)
    quiet, changing, made = [], [], 0
    for _ in range(rounds):
        with Load(tmp_path, sluice.port, seconds, CLIENTS) as load:
            pass
        assert load.errors() == 0, load.statuses
        quiet.append(load.ms["p99"])
        with Changes(sluice.admin_port, 100, 4) as changes, Load(tmp_path, sluice.port, seconds, CLIENTS) as load:
            load.wait()
        assert load.errors() == 0 and not changes.refused, (load.statuses, changes.refused[:1])
        changing.append(load.ms["p99"])
        made += changes.made
    ratio = median(changing) / median(quiet)
    note("100 weight changes a second with --state", changes=made, errors=0, p99_quiet_ms=median(quiet),
         p99_changing_ms=median(changing), ratio=round(ratio, 2))
    if not SANITIZED:
        assert made >= 0.8 * rounds * seconds * 100, made
        assert ratio <= 1.5, (quiet, changing)


def test_thousand_changes_a_second_in_memory(own_programs, config, tmp_path):
    """Two senders that want different weights, so that nearly every request changes them; as fast as the API takes them."""
    sluice = own_programs.sluice(config, workers=2)
    seconds = 2 if SANITIZED else 5

    def sender(name, body):
        directory = tmp_path / name
        directory.mkdir()
        return Load(directory, sluice.admin_port, seconds, 2, "PUT", body, "/v1/services/app/weights",
                    [("Content-Type", "application/json")])

    bodies = [json.dumps({"blue": 100 - green, "green": green}).replace('"', '\\"') for green in (10, 60)]
    with Load(tmp_path, sluice.port, seconds, 8) as load, sender("a", bodies[0]) as first, sender("b", bodies[1]) as second:
        for each in (load, first, second):
            each.wait()
    revisions = sluice.api("GET", "/v1/status")[1]["revision"]
    assert load.errors() == 0 and first.errors() == 0 and second.errors() == 0, (load.statuses, first.statuses, second.statuses)
    note("weight changes in memory as fast as the API takes them", changes_per_second=round(revisions / seconds),
         requests=load.requests, errors=0)
    if not SANITIZED:
        assert revisions / seconds >= 1000, revisions


def test_large_configuration_is_published_in_a_tenth_of_a_second(own_programs):
    """10,000 targets and 1,000 rules: a change of weights, and the whole of it again."""
    targets = [f"127.0.{i // 250}.{i % 250 + 1}:9000" for i in range(10_000)]
    config = release_configuration(targets[:5000], targets[5000:], ["app"], {})
    rules = [{"priority": i + 1, "conditions": [{"path_pattern": [f"/p{i}/*"]}], "forward": "app"} for i in range(1000)]
    config["listeners"] = [listener(name="web", forward="app", rules=rules)]
    sluice = own_programs.sluice(config, workers=2)

    def publishing():
        return sluice.metric("sluice_publish_seconds_sum"), sluice.metric("sluice_publish_seconds_count")

    before, count = publishing()
    for green in range(1, 11):
        sluice.set_weights("app", blue=100 - green, green=green)
    after, now = publishing()
    assert now - count == 10
    took = (after - before) / 10
    note("10,000 targets and 1,000 rules: publishing new weights", ms=round(1000 * took, 1))
    assert took < (1 if SANITIZED else 0.1), took
