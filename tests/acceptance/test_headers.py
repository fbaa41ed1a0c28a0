"""What the upstream is told about the client, and which headers stay on their own side."""
import re

import pytest

from client import Connection, fetch, request_bytes
from sluice import configuration

TRACE_ROOT = r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}"
GIVEN_ROOT = "Root=1-67891233-abcdef012345678912345678"


@pytest.fixture(scope="module")
def sluice(programs, module_origin):
    return programs.sluice(configuration({"app": [module_origin.address]}))


@pytest.fixture(scope="module")
def trusting(programs, module_origin):
    """One that believes its peers."""
    return programs.sluice(configuration({"app": [module_origin.address]}, trusted=["127.0.0.0/8"]))


def test_upstream_learns_who_asked_and_how(sluice, origin):
    assert fetch(sluice.port, path="/a?b=c", host="Test.example:81").status == 200
    request = origin.last()
    assert request.target == "/a?b=c"
    assert request.all("Host") == ["Test.example:81"]
    assert request.all("X-Forwarded-For") == ["127.0.0.1"]
    assert request.all("X-Forwarded-Proto") == ["http"]
    assert request.all("X-Forwarded-Port") == [str(sluice.port)]
    assert request.all("X-Sluice-Variant") == ["only"]
    assert len(request.all("X-Request-Id")) == 1 and request.get("X-Request-Id")
    assert re.fullmatch(TRACE_ROOT, request.get("X-Amzn-Trace-Id"))


def test_ids_are_new_for_each_request_and_in_the_access_log(sluice, origin):
    for path in ("/id1", "/id2"):
        assert fetch(sluice.port, path=path).status == 200
    first, second = origin.requests
    for name, key in (("X-Request-Id", "request_id"), ("X-Amzn-Trace-Id", "trace_id")):
        assert first.get(name) != second.get(name)
        assert sluice.logged(path="/id2")[key] in second.get(name)


@pytest.mark.parametrize("name, value", [
    ("X-Forwarded-For", "203.0.113.7"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Port", "443"),
    ("X-Sluice-Variant", "spoofed"),
    ("X-Request-Id", "spoofed"),
    ("Feature-Flags", "spoofed"),
    ("Forwarded", "for=203.0.113.7"),
    ("X-Sluice-Override", "app=spoofed"),
])
def test_untrusted_client_cannot_speak_in_sluices_name(sluice, origin, name, value):
    for spelling in (name, name.lower(), name.upper()):
        assert fetch(sluice.port, headers=[(spelling, value), (name, value)]).status == 200
        assert len(origin.last().all(name)) <= 1
        assert value not in origin.last().all(name)


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X-Forwarded_Proto", "x_sluice_variant", "FEATURE_FLAGS", "X_Sluice_Override",
                                  "X_Amzn_Mtls_Clientcert_Subject", "X-Amzn-Mtls-Clientcert_Leaf"])
def test_underscores_do_not_disguise_a_name_of_sluices(sluice, origin, name):
    """CGI and its descendants take them for the real ones."""
    assert fetch(sluice.port, headers=[(name, "spoofed"), ("X_Public_Name", "kept")]).status == 200
    assert "spoofed" not in [value for _, value in origin.last().headers]
    assert origin.last().all("X_Public_Name") == ["kept"]


def test_trusted_peers_addresses_are_kept_and_its_own_is_added(trusting, origin):
    fetch(trusting.port, headers={"X-Forwarded-For": "203.0.113.7"})
    assert [a.strip() for a in ",".join(origin.last().all("X-Forwarded-For")).split(",")] == ["203.0.113.7", "127.0.0.1"]


@pytest.mark.parametrize("name, value", [("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"), ("X-Request-Id", "mine")])
def test_trusted_peer_is_believed(trusting, origin, name, value):
    fetch(trusting.port, headers={name: value})
    assert origin.last().all(name) == [value]


def test_variant_is_the_one_that_serves_whoever_says_otherwise(trusting, origin):
    fetch(trusting.port, headers={"X-Sluice-Variant": "other"})
    assert origin.last().all("X-Sluice-Variant") == ["only"]


@pytest.mark.parametrize("given, expected", [
    (GIVEN_ROOT, r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};" + GIVEN_ROOT),
    (f"Self=1-00000000-000000000000000000000000;{GIVEN_ROOT}", r"Self=1-(?!00000000)[0-9a-f]{8}-[0-9a-f]{24};" + GIVEN_ROOT),
    (f"{GIVEN_ROOT};CalledFrom=app", r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};" + GIVEN_ROOT + ";CalledFrom=app"),
    ("CalledFrom=app", r"(?=.*" + TRACE_ROOT + r").*CalledFrom=app.*"),
    ("x" * 7500, TRACE_ROOT),
], ids=["root", "self_and_root", "own_field", "no_root", "too_long"])
def test_trace_id_follows_albs_rules(trusting, origin, given, expected):
    fetch(trusting.port, headers={"X-Amzn-Trace-Id": given})
    assert re.fullmatch(expected, origin.last().get("X-Amzn-Trace-Id"))


def test_traceparent_is_passed_on(sluice, origin):
    value = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    fetch(sluice.port, headers={"traceparent": value})
    assert origin.last().all("traceparent") == [value]


def test_hop_by_hop_headers_of_a_request_stay_behind(sluice, origin):
    with Connection(sluice.port) as client:
        client.request(headers=[
            ("Connection", "keep-alive, X-Private , x-secret"), ("Keep-Alive", "timeout=5"), ("Proxy-Connection", "keep-alive"),
            ("TE", "gzip"), ("Upgrade", "x"), ("X-Private", "1"), ("X-Secret", "2"), ("X-Public", "3")])
    request = origin.last()
    for name in ("Keep-Alive", "Proxy-Connection", "TE", "Upgrade", "X-Private", "X-Secret"):
        assert request.get(name) is None, name
    assert request.get("X-Public") == "3"
    assert "x-private" not in request.get("Connection", "").lower()


def test_connection_header_cannot_remove_what_sluice_adds(sluice, origin):
    added = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Sluice-Variant", "X-Request-Id", "X-Amzn-Trace-Id")
    assert fetch(sluice.port, headers={"Connection": ", ".join(added)}).status == 200
    for name in added:
        assert len(origin.last().all(name)) == 1, name


@pytest.mark.parametrize("name", ["Host", "Content-Length"])
def test_connection_header_cannot_remove_what_frames_or_routes(sluice, origin, name):
    response = fetch(sluice.port, "POST", headers={"Connection": name}, body=b"hello")
    assert response.status in (200, 400)
    if response.status == 200:
        assert (origin.last().get("Host"), origin.last().body) == ("localhost", b"hello")


def test_hop_by_hop_headers_of_a_response_stay_behind(sluice, origin):
    def handler(connection, request):
        connection.answer(headers=[
            ("Connection", "close, X-Private"), ("Keep-Alive", "timeout=5"), ("X-Private", "1"), ("Proxy-Connection", "close"),
            ("X-Public", "2"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        connection.close()

    origin.handler = handler
    with Connection(sluice.port) as client:
        response = client.request()
        assert not response.closes()
        for name in ("Keep-Alive", "X-Private", "Proxy-Connection"):
            assert response.get(name) is None, name
        assert response.get("X-Public") == "2"
        assert response.all("Set-Cookie") == ["a=1", "b=2"]
        assert client.request().status == 200


def test_repeated_and_unusual_fields_arrive_as_they_were(sluice, origin):
    fetch(sluice.port, headers=[("Accept", "a"), ("accept", "b"), ("Cookie", "a=1; b=2"), ("X-Cafe", "caf\xe9"), ("X-Empty", "")])
    request = origin.last()
    assert request.all("Accept") == ["a", "b"]
    assert (request.get("Cookie"), request.get("X-Cafe"), request.get("X-Empty")) == ("a=1; b=2", "caf\xe9", "")


@pytest.mark.parametrize("headers, kept", [(b"", False), (b"Connection: close\r\n", False), (b"Connection: keep-alive\r\n", True)])
def test_http_1_0_client_without_host_is_served(sluice, origin, headers, kept):
    with Connection(sluice.port) as client:
        client.send(b"GET /old HTTP/1.0\r\n" + headers + b"\r\n")
        response = client.read_response()
        assert (response.status, response.body) == (200, b"ok")
        assert response.get("Transfer-Encoding") is None
        said_so = "keep-alive" in response.get("Connection", "").lower()
        assert kept and said_so or client.is_closed()
    assert len(origin.last().all("Host")) == 1
    assert origin.last().version == "HTTP/1.1"


def test_http_1_0_client_gets_a_chunked_response_until_close(sluice, origin):
    origin.handler = lambda connection, request: connection.send(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    with Connection(sluice.port) as client:
        client.send(b"GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        response = client.read_response()
    assert (response.get("Transfer-Encoding"), response.body) == (None, b"hello")


def test_client_that_asks_to_close_is_closed(sluice, origin):
    with Connection(sluice.port) as client:
        client.send(request_bytes(headers={"Connection": "close"}) + request_bytes(path="/too-late"))
        response = client.read_response()
        assert response.status == 200 and response.closes()
        assert client.is_closed()
    assert origin.targets() == ["/"]
