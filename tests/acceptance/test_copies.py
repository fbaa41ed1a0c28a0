"""Requests that go twice: mirrored to another variant, and hedged to another target."""
import threading

import pytest

from client import fetch, wait_until
from sluice import configuration


def answer(status, body=b"ok"):
    def handler(connection, request):
        if connection.read_body(request):
            connection.answer(status, body)
    return handler


def mirrored(own_programs, blue, green, **mirror):
    groups = {"blue": [blue.address], "green": [green.address]}
    service = {"variants": {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}},
               "mirror": {"to": "green", **mirror}}
    config = configuration(groups, services={"app": service})
    config["listeners"][0]["default"] = {"forward": "app"}
    return own_programs.sluice(config)


def test_mirror_gets_the_whole_request_and_the_client_its_own_answer(own_programs):
    blue, green = own_programs.origin(handler=answer(200, b"blue")), own_programs.origin(handler=answer(200, b"green"))
    sluice = mirrored(own_programs, blue, green)
    for size in (0, 10, 50_000):
        body = bytes(size)
        response = fetch(sluice.port, "POST", f"/{size}?q=1", [("X-Own", "1")], body)
        assert response.body == b"blue"
        wait_until(lambda: green.targets()[-1:] == [f"/{size}?q=1"], "the copy")
        wait_until(lambda: green.last().body == body, "its body")
        assert green.last().get("X-Own") == "1"
        assert green.last().get("X-Sluice-Mirror") == "true"
        assert green.last().get("X-Sluice-Variant") == "green"
        assert blue.last().get("X-Sluice-Mirror") is None
        assert green.last().get("X-Request-Id") == blue.last().get("X-Request-Id")
    wait_until(lambda: sluice.metric("sluice_mirrored_total", result="same_status") == 3, "the comparison")


def test_clients_cannot_say_that_they_are_a_mirror(own_programs):
    blue = own_programs.origin()
    sluice = own_programs.sluice(configuration({"app": [blue.address]}))
    fetch(sluice.port, headers=[("X-Sluice-Mirror", "true")])
    assert blue.last().get("X-Sluice-Mirror") is None


def test_other_status_of_the_mirror_is_counted_and_seen_by_nobody(own_programs):
    blue, green = own_programs.origin(), own_programs.origin(handler=answer(500))
    sluice = mirrored(own_programs, blue, green)
    assert fetch(sluice.port).status == 200
    wait_until(lambda: sluice.metric("sluice_mirrored_total", result="other_status") == 1, "the comparison")


def test_share_of_the_requests_is_mirrored_exactly(own_programs):
    blue, green = own_programs.origin(), own_programs.origin()
    sluice = mirrored(own_programs, blue, green, share="25%")
    for _ in range(100):
        assert fetch(sluice.port).status == 200
    wait_until(lambda: sum(sluice.metric("sluice_mirrored_total", result=r) for r in ("same_status", "failed", "dropped")) >= 22,
               "the mirrored ones")
    assert abs(len(green.requests) - 25) <= 3


def test_mirror_that_hangs_never_slows_the_original(own_programs):
    blue, green = own_programs.origin(), own_programs.origin()
    go = threading.Event()
    green.handler = lambda connection, request: go.wait(20)
    sluice = mirrored(own_programs, blue, green)
    for _ in range(20):
        assert fetch(sluice.port).status == 200
    go.set()


def test_body_over_the_limit_is_not_mirrored(own_programs):
    blue, green = own_programs.origin(), own_programs.origin()
    sluice = mirrored(own_programs, blue, green, body="1KiB")
    assert fetch(sluice.port, "POST", "/", body=bytes(300_000)).status == 200
    wait_until(lambda: sluice.metric("sluice_mirrored_total", result="dropped") == 1, "it to be counted")
    assert not green.requests


def hedged(own_programs, *targets, **retry):
    service = {"variants": {"only": {"target_group": "app", "weight": 1}},
               "retry": {"attempts": 2, "hedge": "100ms", **retry}}
    return own_programs.sluice(configuration({"app": [target.address for target in targets]}, services={"app": service}))


@pytest.fixture
def slow_and_fast(own_programs):
    slow, fast = own_programs.origin(), own_programs.origin(handler=answer(200, b"fast"))
    go = threading.Event()

    def wait(connection, request):
        connection.read_body(request)
        go.wait(20)
        connection.answer(body=b"slow")

    slow.handler = wait
    yield slow, fast
    go.set()


def test_slow_target_is_overtaken_by_another(own_programs, slow_and_fast):
    slow, fast = slow_and_fast
    sluice = hedged(own_programs, slow, fast)
    for _ in range(6):
        assert fetch(sluice.port).body == b"fast"
    assert len(slow.requests) >= 3
    assert sluice.metric("sluice_upstream_attempts_total", outcome="cancelled") == len(slow.requests)
    hedges, won = sluice.metric("sluice_hedges_total"), sluice.metric("sluice_hedges_won_total")
    assert 3 <= won <= hedges <= 6  # a busy machine makes the fast one late at times
    wait_until(lambda: sluice.metric("sluice_requests_total", code_class="2xx") == 6, "all to be counted")


def test_clients_of_hedged_requests_see_no_interim_head(own_programs):
    """Two tries may not write to one client at once."""
    def hint_and_answer(connection, _):
        connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        connection.answer()
    origin = own_programs.origin(handler=hint_and_answer)
    sluice = hedged(own_programs, origin)
    assert fetch(sluice.port).interim == []
    assert len(fetch(sluice.port, "POST", body=b"x").interim) == 1, "it is not hedged"


def test_request_that_may_not_be_repeated_is_not_hedged(own_programs, slow_and_fast):
    slow, fast = slow_and_fast
    sluice = hedged(own_programs, slow, per_try_timeout="500ms")
    assert fetch(sluice.port, "POST", "/", body=b"once").status == 504
    assert len(slow.requests) == 1 and not fast.requests


def test_error_of_the_second_does_not_win(own_programs):
    slow, broken = own_programs.origin(), own_programs.origin(handler=answer(500))
    arrived = threading.Event()

    def after_the_other(connection, request):
        connection.read_body(request)
        wait_until(lambda: broken.requests, "the hedge")
        connection.answer(body=b"late but right")

    slow.handler = after_the_other
    sluice = hedged(own_programs, slow, broken)
    assert fetch(sluice.port).body == b"late but right"
