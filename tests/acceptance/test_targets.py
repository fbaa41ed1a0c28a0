"""Targets: how they are told, and how one is taken out of service and back while requests go on."""
import copy
import json
import threading

import pytest

from client import Connection, fetch, request_bytes, wait_until
from origin import answer_with
from sluice import configuration, listener
from test_reload import CLIENTS, Load


class SlowRequest:
    """A request that some origin has got and answers when it is let go: `at` is that origin, `others` are the rest."""

    def __init__(self, sluice, origins):
        self.let_go, self.at = threading.Event(), None
        for origin in origins:
            origin.handler = self._slowly(origin, origin.handler)
        self.client = Connection(sluice.port)
        self.client.send(request_bytes(path="/slow"))
        wait_until(lambda: self.at, "the slow request at an origin")
        self.others = [origin for origin in origins if origin is not self.at]

    def _slowly(self, origin, quickly):
        def handler(connection, request):
            if request.target == "/slow":
                self.at = origin
                self.let_go.wait()
            quickly(connection, request)
        return handler

    def finish(self):
        self.let_go.set()
        with self.client:
            return self.client.read_response()


@pytest.fixture
def origins(own_programs):
    return [own_programs.origin(handler=answer_with(name)) for name in (b"one", b"two")]


def config_of(origins, **group):
    return configuration({"app": {"targets": [origin.address for origin in origins], **group}})


@pytest.fixture
def sluice(own_programs, origins):
    return own_programs.sluice(config_of(origins), workers=2)


def ask_often(sluice):
    """Bodies of answers on connections of their own, so that both workers are asked."""
    return {fetch(sluice.port).body for _ in range(20)}


def target_of(sluice, address):
    group = sluice.api("GET", "/v1/target-groups/app")[1]
    return next((target for target in group["targets"] if target["address"] == address), None)


def path_of(address, verb, group="app"):
    return f"/v1/target-groups/{group}/targets/{address.replace(':', '%3A')}/{verb}"


def test_drained_target_finishes_what_is_in_flight_and_gets_nothing_new(sluice, origins):
    slow = SlowRequest(sluice, origins)
    drained = slow.at
    done = sluice.command("targets", "drain", "app", drained.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"app: {drained.address} draining: Gets no new requests")
    drained.forget()
    assert len(ask_often(sluice)) == 1
    assert not drained.requests
    assert target_of(sluice, drained.address)["state"] == "draining"
    assert slow.finish().status == 200
    assert sluice.metric("sluice_target_draining", target=drained.address) == 1


def test_undrained_target_gets_requests_again(sluice, origins):
    address = origins[0].address
    assert sluice.api("POST", path_of(address, "drain"))[0] == 200
    assert ask_often(sluice) == {b"two"}
    done = sluice.command("targets", "undrain", "app", address)
    assert done.returncode == 0
    assert done.stdout.startswith(f"app: {address} healthy")
    assert ask_often(sluice) == {b"one", b"two"}
    assert sluice.metric("sluice_target_draining", target=address) == 0


def test_keep_alive_client_is_moved_too(sluice, origins):
    """It is the next request that goes elsewhere, not the next connection."""
    with Connection(sluice.port) as client:
        assert {client.request().body for _ in range(4)} == {b"one", b"two"}
        assert sluice.api("POST", path_of(origins[1].address, "drain"))[0] == 200
        assert {client.request().body for _ in range(10)} == {b"one"}


def test_drain_lasts_through_a_reload_and_is_logged(sluice, origins):
    address = origins[0].address
    assert sluice.api("POST", path_of(address, "drain"), {"delay": "1m"})[0] == 200
    config = copy.deepcopy(sluice.config)
    config["listeners"][0]["health_path"] = "/here"
    sluice.reload(config)
    wait_until(lambda: fetch(sluice.port, path="/here").body not in (b"one", b"two"), "the new configuration")
    assert ask_often(sluice) == {b"two"}
    assert f"target group app: target {address} drained by the admin API; what is in flight has 1m" in sluice.log()


def test_target_that_leaves_the_file_finishes_what_is_in_flight(own_programs, origins):
    sluice = own_programs.sluice(config_of(origins, deregistration_delay="10s"), workers=2)
    slow = SlowRequest(sluice, origins)
    before, gone = sluice.config, slow.at
    sluice.reload({**before, "target_groups": config_of(slow.others)["target_groups"]})
    wait_until(lambda: sluice.api("GET", "/v1/status")[1]["revision"] == 2, "the new configuration")
    gone.forget()
    assert len(ask_often(sluice)) == 1
    assert not gone.requests
    assert slow.finish().status == 200
    sluice.reload(before)
    wait_until(lambda: sluice.api("GET", "/v1/status")[1]["revision"] == 3, "the old configuration")
    assert ask_often(sluice) == {b"one", b"two"}
    assert target_of(sluice, gone.address)["state"] == "healthy"


def test_one_target_after_the_other_is_drained_and_back_under_load(own_programs):
    nginxes = [own_programs.nginx("blue") for _ in range(2)]
    sluice = own_programs.sluice(config_of(nginxes), workers=2)
    load = Load(sluice.port)
    for nginx, other in (nginxes, reversed(nginxes)):
        wait_until(lambda: len(nginx.log()) > 100, "load on the target")
        assert sluice.command("targets", "drain", "app", nginx.address, "--wait").returncode == 0
        served, served_by_other = len(nginx.log()), len(other.log())
        wait_until(lambda: len(other.log()) > served_by_other + 10 * CLIENTS, "load on the other target")
        assert len(nginx.log()) <= served + CLIENTS  # what was in flight
        served = len(nginx.log())
        assert sluice.command("targets", "undrain", "app", nginx.address).returncode == 0
        wait_until(lambda: len(nginx.log()) > served + CLIENTS, "load on the target that is back")
    requests, failures = load.finish()
    assert failures == 0
    assert requests > 100


def test_list_and_status_show_targets_and_why_they_get_nothing(sluice, origins):
    one, two = (origin.address for origin in origins)
    sluice.command("targets", "drain", "app", one, "--for", "5m")
    listed = sluice.command("targets", "list")
    assert listed.returncode == 0
    assert "\033" not in listed.stdout
    lines = {address: next(line for line in listed.stdout.splitlines() if address in line) for address in (one, two)}
    assert "draining" in lines[one] and "Gets no new requests" in lines[one]
    assert "healthy" in lines[two]
    assert sluice.command("targets", "list", "app").stdout == listed.stdout  # there is but this one
    groups = json.loads(sluice.command("targets", "list", "-o", "json").stdout)["target_groups"]
    assert [target["state"] for target in groups[0]["targets"]] == ["draining", "healthy"]
    status = sluice.command("status").stdout
    assert "1/2" in status
    assert next(line for line in status.splitlines() if one in line).split()[:3] == ["app", one, "draining"]


def test_variant_whose_targets_all_drain_is_told_to_be_served_by_stable(own_programs, origins):
    config = configuration({name: [origin.address] for name, origin in zip(("blue", "green"), origins)},
                           [listener(forward="shop")],
                           {"shop": {"variants": {name: {"target_group": name, "weight": 1} for name in ("blue", "green")}}})
    sluice = own_programs.sluice(config)
    assert sluice.api("POST", path_of(origins[1].address, "drain", "green"))[0] == 200
    variants = sluice.api("GET", "/v1/services/shop")[1]["variants"]
    assert [variant["serving"] for variant in variants] == ["own_targets", "stable"]
    assert [variant["targets"] for variant in variants] == [{"healthy": 1, "total": 1}, {"healthy": 0, "total": 1}]


@pytest.mark.parametrize("words, said", [
    (("list", "ap"), "did you mean `app`?"),
    (("drain", "ap", "127.0.0.1:1"), "did you mean `app`?"),
    (("undrain", "app", "10.0.0.1"), "has no target `10.0.0.1`"),
], ids=["list", "drain", "undrain"])
def test_unknown_names_are_one_and_say_what_is_near(sluice, words, said):
    done = sluice.command("targets", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_bad_usage_is_two_and_no_proxy_is_three(sluice, origins):
    address = origins[0].address
    assert sluice.command("targets", "drain", "app").returncode == 2
    assert sluice.command("targets", "drain", "app", address, "--for", "soon").returncode == 2
    assert sluice.command("targets", "list", "--admin", "http://127.0.0.1:1").returncode == 3
    assert target_of(sluice, address)["state"] == "healthy"
