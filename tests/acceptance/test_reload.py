"""Configuration, weights and targets change under load, and no request notices."""
import copy
import os
import re
import shutil
import ssl
import subprocess
import time

import pytest

from certificates import Authority
from client import PATIENCE, SLOWNESS, Connection, fetch, wait_until
from nghttpd import Nghttpd
from origin import answer_with
from sluice import configuration, listener

LOAD_SECONDS = 30 if os.environ.get("SLUICE_FULL") else 3
CLIENTS = 32


class Load:
    """wrk in the background; `failures` and `requests` when it has ended."""

    def __init__(self, port, seconds=LOAD_SECONDS):
        assert shutil.which("wrk"), "wrk is not installed"
        self.process = subprocess.Popen(
            ["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds}s", "--timeout", "10s", f"http://127.0.0.1:{port}/"],
            stdout=subprocess.PIPE, text=True)

    def goes_on(self):
        return self.process.poll() is None

    def finish(self):
        """(requests, failures)"""
        report = self.process.communicate(timeout=LOAD_SECONDS + PATIENCE)[0]
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
        not_ok = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
        failures = sum(map(int, errors.groups() if errors else ())) + (int(not_ok[1]) if not_ok else 0)
        return int(re.search(r"(\d+) requests in", report)[1]), failures


def split_config(groups, **keys):
    service = {"variants": {name: {"target_group": name, "weight": 1} for name in groups}}
    return configuration(groups, [listener(forward="shop")], {"shop": service}, **keys)


@pytest.fixture
def sluice(own_programs):
    groups = {name: [own_programs.origin(handler=answer_with(name.encode())).address] for name in ("blue", "green")}
    return own_programs.sluice(split_config(groups))


def with_default(sluice, action):
    config = copy.deepcopy(sluice.config)
    config["listeners"][0]["default"] = action
    return config


def test_good_file_takes_effect_on_the_same_connection(sluice):
    with Connection(sluice.port) as client:
        assert client.request().status == 200
        sluice.reload(with_default(sluice, {"fixed_response": {"status": 418, "content_type": "text/plain", "body": "tea"}}))
        wait_until(lambda: client.request().status == 418, "the new configuration")
        assert client.request().body == b"tea"


def test_idle_connection_outlives_a_revision_and_ends_by_its_own_timeout(own_programs, origin):
    """What it waits by is the newest revision's, not that of the one which was there when it began to wait."""
    config = configuration({"app": [origin.address]}, [listener(forward="app", limits={"idle_timeout": "400ms"})])
    sluice = own_programs.sluice(config)
    with Connection(sluice.port) as client:
        assert client.request().status == 200
        for _ in range(3):
            sluice.set_weights("app", only=1)
        assert client.is_closed()
    assert fetch(sluice.port).status == 200


@pytest.mark.parametrize("text, said", [
    ("listeners: [", "sluice.yaml:"),
    ("listenrs: []\n", "listenrs"),
    ('{"listeners": [{"name": "web", "address": "127.0.0.1:1", "default": {"forward": "nobody"}}]}', "nobody"),
    ("", "sluice.yaml:1:1"),
], ids=["not_yaml", "unknown_key", "unknown_service", "empty"])
def test_bad_file_changes_nothing_and_says_why(sluice, text, said):
    already = len(sluice.log())
    revision = sluice.api("GET", "/v1/services/shop")[1]["revision"]
    sluice.config_file.write_text(text)
    sluice.reload()
    wait_until(lambda: said in sluice.log()[already:], f"{said!r} in the log")
    assert fetch(sluice.port).body in (b"blue", b"green")
    assert sluice.ready_status() == 200
    assert sluice.api("GET", "/v1/services/shop")[1]["revision"] == revision


@pytest.mark.parametrize("protocol", ["http1", "http2"])
def test_connection_that_was_made_with_other_tls_is_used_no_more(own_programs, authority, tmp_path, protocol):
    """Its target was not verified, and now it has to be."""
    certificate = authority.issue("app.internal")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    server = own_programs.origin(tls=context) if protocol == "http1" else Nghttpd(tmp_path, certificate=certificate)

    def config(**tls):
        return {**first, "target_groups": {"app": {"targets": [server.address], "protocol": protocol, "tls": tls}}}
    first = configuration({"app": []})
    sluice = own_programs.sluice(config(verify=False))
    before = fetch(sluice.port).status
    assert before == (200 if protocol == "http1" else 404)
    stranger = str(Authority(tmp_path, "stranger").root.cert)
    sluice.reload({**sluice.config, **config(ca=stranger)})
    wait_until(lambda: fetch(sluice.port).status == 502, "a target that is not believed")
    sluice.reload({**sluice.config, **config(verify=False)})
    wait_until(lambda: fetch(sluice.port).status == before, "a target that is not asked")
    if protocol == "http1":
        assert server.connections[0].ended.wait(PATIENCE)
    else:
        server.stop()


def test_reload_keeps_weights_that_were_set_since(sluice):
    sluice.set_weights("shop", blue=0, green=1)
    config = copy.deepcopy(sluice.config)
    config["listeners"][0]["health_path"] = "/here"
    sluice.reload(config)
    wait_until(lambda: fetch(sluice.port, path="/here").body not in (b"blue", b"green"), "the new configuration")
    assert {fetch(sluice.port).body for _ in range(10)} == {b"green"}


def test_request_in_flight_finishes_with_the_configuration_it_began_with(own_programs):
    origin = own_programs.origin()
    sluice = own_programs.sluice(split_config({"only": [origin.address]}))

    def slow(connection, request):
        sluice.reload(with_default(sluice, {"fixed_response": {"status": 418, "content_type": "text/plain", "body": "tea"}}))
        wait_until(lambda: fetch(sluice.port).status == 418, "the new configuration")
        connection.answer(body=b"still here")

    origin.handler = slow
    assert fetch(sluice.port).body == b"still here"


def test_listeners_come_and_go(sluice):
    more = listener("more", forward="shop")
    port = int(more["address"].rpartition(":")[2])
    original = sluice.config
    sluice.reload({**original, "listeners": original["listeners"] + [more]})

    def is_served():
        try:
            return fetch(port).status == 200
        except OSError:
            return False

    wait_until(is_served, "the new listener")
    sluice.reload(original)
    wait_until(lambda: not is_served(), "the end of the listener")
    assert fetch(sluice.port).status == 200


def test_reloads_and_weight_changes_under_load_fail_no_request(own_programs):
    groups = {name: [own_programs.nginx(name).address] for name in ("blue", "green")}
    sluice = own_programs.sluice(split_config(groups), workers=2)
    load = Load(sluice.port)
    changes, next_reload = 0, 0.0
    with Connection(sluice.admin_port) as admin:
        while load.goes_on():
            if time.monotonic() >= next_reload:
                config = copy.deepcopy(sluice.config)
                config["target_groups"]["blue"]["limits"] = {"idle_timeout": f"{30 + changes % 7}s"}
                sluice.reload(config)
                next_reload = time.monotonic() + 0.1
            changes += 1
            weights = b'{"blue": %d, "green": %d}' % (1 + changes % 5, 1 + changes % 3)
            assert admin.request("PUT", "/v1/services/shop/weights", body=weights).status == 200
            time.sleep(0.01)  # the rate of the changes, not a wait
    requests, failures = load.finish()
    assert (failures, requests > 100) == (0, True)
    assert changes > 10 * LOAD_SECONDS / SLOWNESS


def test_death_of_one_of_two_targets_fails_only_what_was_in_flight(own_programs):
    stays, goes = own_programs.nginx("blue"), own_programs.nginx("blue")
    sluice = own_programs.sluice(configuration({"app": [stays.address, goes.address]}), workers=2)
    load = Load(sluice.port)
    wait_until(lambda: len(goes.log()) > 100, "some load on the target")
    goes.kill()
    wait_until(lambda: not load.goes_on(), "the end of the load", LOAD_SECONDS + PATIENCE)
    requests, failures = load.finish()
    assert failures <= CLIENTS
    assert requests > 100
    assert {fetch(sluice.port).status for _ in range(20)} == {200}
