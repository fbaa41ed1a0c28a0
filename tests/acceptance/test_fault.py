"""Faults on purpose: exact shares, their answer, and delays that nobody has to sit through when there is no point."""
import json
import time

import pytest

from client import PATIENCE, SLOWNESS, Connection, fetch, request_bytes, wait_until
from http2 import RST_STREAM, Connection2, frame
from sluice import configuration, listener, problem_code

LONG = "10m"  # nobody waits for it


def rule(priority, path, fault, **keys):
    return {"priority": priority, "conditions": [{"path_pattern": [path]}], "fault": fault, **({"forward": "app"} | keys)}


@pytest.fixture(scope="module")
def running(programs, module_origin):
    rules = [rule(1, "/abort", {"abort": {"percent": "10%", "status": 429}}),
             rule(2, "/always", {"abort": {"percent": "100%"}}),
             rule(3, "/delay", {"delay": {"percent": "100%", "duration": "300ms"}}),
             rule(4, "/both", {"delay": {"percent": "50%", "duration": "50ms"}, "abort": {"percent": "50%"}}),
             rule(5, "/long", {"delay": {"percent": "100%", "duration": LONG}})]
    return programs.sluice(configuration({"app": [module_origin.address]},
                                         [listener("web", "app", h2c=True, rules=rules)]))


def injected(sluice, rule, kind):
    return sluice.metric("sluice_faults_injected_total", listener="web", rule=str(rule), kind=kind)


def test_share_of_aborts_is_exact_and_the_rest_is_served(running, origin):
    with Connection(running.port) as client:
        answers = [client.request(path="/abort") for _ in range(500)]
    failed = [answer for answer in answers if answer.status != 200]
    assert 46 <= len(failed) <= 54
    assert {answer.status for answer in failed} == {429} and {problem_code(answer) for answer in failed} == {"fault_injected"}
    assert len(origin.requests) == 500 - len(failed)
    assert injected(running, 1, "abort") == len(failed)
    assert running.logged(path="/abort", status=429)["code"] == "fault_injected"


def test_abort_is_a_503_that_no_target_sees_and_the_connection_goes_on(running, origin):
    with Connection(running.port) as client:
        for _ in range(2):
            assert problem_code(client.request(path="/always")) == "fault_injected"
        assert client.request(path="/other").status == 200
    assert origin.targets() == ["/other"]


def test_delay_is_waited_for_and_then_the_request_is_served(running, origin):
    begun = time.monotonic()
    assert fetch(running.port, path="/delay").status == 200
    assert 0.3 <= time.monotonic() - begun < 0.3 + 2 * SLOWNESS
    assert running.logged(path="/delay")["total_ms"] >= 300
    assert injected(running, 3, "delay") == 1


def test_delays_and_aborts_are_drawn_independently(running, origin):
    before = {kind: injected(running, 4, kind) for kind in ("delay", "abort")}
    with Connection(running.port) as client:
        for _ in range(40):
            client.request(path="/both")
    counts = {kind: injected(running, 4, kind) - before[kind] for kind in before}
    assert all(17 <= count <= 23 for count in counts.values()), counts
    slow = [line["code" if "code" in line else "status"] for line in running.access_log()
            if line["path"] == "/both" and line["total_ms"] >= 50]
    assert set(slow) == {"fault_injected", 200}


def test_client_of_http2_that_gives_up_ends_its_delay(running, origin):
    with Connection2(running.port) as client:
        stream = client.open(path="/long?reset")
        wait_until(lambda: injected(running, 5, "delay") >= 1, "the delay to begin")
        client.send(frame(RST_STREAM, 0, stream, b"\0\0\0\x08"))
        assert running.logged(path="/long?reset")["code"] == "client_closed"
        assert client.request(path="/other")[0] == 200


def test_delay_does_not_hold_up_the_end_of_sluice(own_programs, origin):
    rules = [rule(1, "/long", {"delay": {"percent": "100%", "duration": LONG}})]
    config = configuration({"app": [origin.address]}, [listener("web", "app", rules=rules)])
    config["drain"]["deadline"] = "200ms"
    sluice = own_programs.sluice(config)
    with Connection(sluice.port) as client:
        client.send(request_bytes(path="/long"))
        wait_until(lambda: sluice.metric("sluice_faults_injected_total", kind="delay") == 1, "the delay to begin")
        begun = time.monotonic()
        sluice.stop()
        assert time.monotonic() - begun < PATIENCE
    assert not origin.requests


def test_fault_is_taken_back_by_a_reload(own_programs, origin):
    rules = [rule(1, "/", {"abort": {"percent": "100%"}})]
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener("web", "app", rules=rules)]))
    with Connection(sluice.port) as client:
        assert client.request().status == 503
        config = json.loads(json.dumps(sluice.config))
        del config["listeners"][0]["rules"][0]["fault"]
        sluice.reload(config)
        wait_until(lambda: client.request().status == 200, "the fault to be gone")
