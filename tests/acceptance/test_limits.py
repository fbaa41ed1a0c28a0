"""What a client or an upstream may use up, and which answer tells it that this was too much."""
import socket
import time

import pytest

from client import PATIENCE, SLOWNESS, Aborted, Connection, chunked, fetch, request_bytes, wait_until
from ports import free_port
from sluice import configuration, listener, problem_code

KIB = 1024
SHORT = 0.4 * SLOWNESS  # seconds: the timeouts of this module's listeners and groups
SHORT_SETTING = f"{int(SHORT * 1000)}ms"


@pytest.fixture(scope="module")
def full_backlog():
    """The address of a host that never completes a handshake: its accept queue is full."""
    with socket.socket() as blocked:
        blocked.bind(("127.0.0.1", free_port()))
        blocked.listen(0)
        address = blocked.getsockname()
        clients = [socket.socket() for _ in range(3)]
        for client in clients:
            client.setblocking(False)
            client.connect_ex(address)
        yield "%s:%d" % address
        for client in clients:
            client.close()


@pytest.fixture(scope="module")
def sluice(programs, module_origin, full_backlog):
    groups = {
        "app": [module_origin.address],
        "slow": {"targets": [module_origin.address], "limits": {"response_timeout": SHORT_SETTING}},
        "refused": [f"127.0.0.1:{free_port()}"],
        "blackhole": {"targets": [full_backlog], "limits": {"connect_timeout": SHORT_SETTING}},
    }
    rules = [{"priority": number, "conditions": [{"path_pattern": [f"/{name}"]}], "forward": name}
             for number, name in enumerate(("slow", "refused", "blackhole"), 1)]
    return programs.sluice(configuration(groups, listeners=[
        listener("web", rules=rules),
        listener("small", limits={"body": "1KiB"}),
        listener("hasty", limits={"header_timeout": SHORT_SETTING}),
        listener("sleepy", limits={"idle_timeout": SHORT_SETTING}),
        listener("few", limits={"max_connections": 2}),
    ]))


def padding(*sizes):
    """Header fields of these sizes in bytes, name and CRLF included."""
    return [(f"X-{i:03}", "x" * (size - 9)) for i, size in enumerate(sizes)]


@pytest.mark.parametrize("path, headers, status", [
    ("/" + "a" * 15 * KIB, [], 200),
    ("/" + "a" * 17 * KIB, [], 414),
    ("/" + "a" * 200 * KIB, [], 414),
    ("/", padding(15 * KIB), 200),
    ("/", padding(17 * KIB), 431),
    ("/", padding(200 * KIB), 431),
    ("/", padding(*[12 * KIB] * 5), 200),
    ("/", padding(*[12 * KIB] * 6), 431),
    ("/", padding(*[20] * 99), 200),   # and Host: 100 fields
    ("/", padding(*[20] * 100), 431),
    ("/", padding(*[20] * 5000), 431),
], ids=["line_15k", "line_17k", "line_200k", "field_15k", "field_17k", "field_200k", "total_60k", "total_72k", "fields_100",
        "fields_101", "fields_5000"])
def test_head_over_a_limit_is_refused_with_the_limits_own_status(sluice, origin, path, headers, status):
    with Connection(sluice.port) as client:
        try:
            client.send(request_bytes("GET", path, headers))
        except OSError:
            pass  # refused before it was all sent
        response = client.read_response()
        assert response.status == status
        if status != 200:
            assert problem_code(response) in ("uri_too_long", "header_too_large", "too_many_headers")
            assert response.closes()
            assert client.is_closed()
    assert len(origin.requests) == (status == 200)


@pytest.mark.parametrize("size, status", [(KIB, 200), (KIB + 1, 413)])
def test_body_by_length_over_the_limit_is_a_413_before_it_is_sent(sluice, origin, size, status):
    with Connection(sluice.ports["small"]) as client:
        client.send(request_bytes("POST", body=b"x" * size))
        response = client.read_response()
    assert response.status == status
    assert status == 200 or problem_code(response) == "body_too_large"
    assert len(origin.requests) == (status == 200)


@pytest.mark.parametrize("size, status", [(KIB, 200), (KIB + 1, 413)])
def test_chunked_body_over_the_limit_is_a_413_and_never_ends_at_the_upstream(sluice, origin, size, status):
    ended = []

    def take(connection, request):
        ended.append(connection.read_body(request))
        connection.answer()

    origin.handler = take
    with Connection(sluice.ports["small"]) as client:
        client.send(request_bytes("POST", headers={"Transfer-Encoding": "chunked"}))
        client.send(chunked(b"x" * (size // 2), b"x" * (size - size // 2)))
        response = client.read_response()
    assert response.status == status
    assert status == 200 or problem_code(response) == "body_too_large"
    wait_until(lambda: ended == [status == 200] or not ended and status != 200, "the upstream's view of the body")


def test_head_that_does_not_end_in_time_is_a_408(sluice, origin):
    with Connection(sluice.ports["hasty"]) as client:
        client.send(b"GET /late HTTP/1.1\r\nHost: a\r\n")
        response = client.read_response()
        assert response.status == 408
        assert problem_code(response) == "request_timeout"
        assert client.is_closed()
    assert not origin.requests


def test_head_that_trickles_gets_no_more_time(sluice, origin):
    with Connection(sluice.ports["hasty"]) as client:
        begin = time.monotonic()
        client.send(b"GET /late HTTP/1.1\r\nHost: a\r\nX: ")
        client.sock.settimeout(SHORT / 10)
        while time.monotonic() - begin < PATIENCE:
            try:
                if client.receive():
                    break
            except TimeoutError:
                client.send(b"x")
        assert client.read_response().status == 408
    assert not origin.requests


def test_connection_that_says_nothing_is_closed(sluice):
    with Connection(sluice.ports["hasty"]) as client:
        try:
            assert client.read_response().status == 408
        except Aborted as aborted:
            assert not aborted.partial


def test_idle_connection_is_closed_without_a_word(sluice):
    with Connection(sluice.ports["sleepy"]) as client:
        assert client.request().status == 200
        assert client.is_closed()


def test_upstream_that_does_not_answer_in_time_is_a_504(sluice, origin):
    origin.handler = lambda connection, request: connection.ended.wait(PATIENCE) or connection.receive()
    with Connection(sluice.port) as client:
        response = client.request(path="/slow")
        assert response.status == 504
        assert problem_code(response) == "upstream_timeout"
    wait_until(lambda: not origin.last().connection.receive(), "Sluice to close the upstream connection")


def test_upstream_that_refuses_is_told_apart(sluice):
    response = fetch(sluice.port, path="/refused")
    assert response.status in (502, 503)
    assert problem_code(response) == "upstream_connect_failed"
    assert sluice.logged(path="/refused")["code"] == "upstream_connect_failed"


def test_upstream_that_never_completes_the_handshake_is_given_up(sluice):
    begin = time.monotonic()
    response = fetch(sluice.port, path="/blackhole")
    assert response.status in (502, 503, 504)
    assert problem_code(response) in ("upstream_connect_failed", "upstream_connect_timeout")
    assert SHORT / 2 < time.monotonic() - begin < PATIENCE


def was_refused(port):
    """Whether a new connection is turned away: a 503, closed, or not accepted for as long as this waits."""
    with Connection(port) as client:
        client.sock.settimeout(SHORT)
        try:
            client.send(request_bytes())
            return client.read_response().status == 503
        except OSError:
            return True


def test_connections_over_the_limit_are_turned_away_until_one_ends(sluice):
    port = sluice.ports["few"]
    with Connection(port) as first:
        assert first.request().status == 200
        with Connection(port) as second:
            assert second.request().status == 200
            assert was_refused(port)
            assert first.request().status == 200
        wait_until(lambda: not was_refused(port), "a place after the second connection ended")
