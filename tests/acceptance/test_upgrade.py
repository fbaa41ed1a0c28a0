"""An Upgrade becomes a tunnel after a 101 and only then."""
import pytest

from client import Connection, request_bytes
from sluice import configuration

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


@pytest.fixture(scope="module")
def sluice(programs, module_origin):
    return programs.sluice(configuration({"app": [module_origin.address]}))


def echo(greeting=b""):
    """Accepts the upgrade, and sends back every byte until the client ends."""
    def handler(connection, request):
        assert request.get("Upgrade") == "websocket" and "upgrade" in request.get("Connection").lower()
        connection.send(SWITCHING + greeting)
        while connection.buffer or connection.receive():
            connection.send(connection.read_exactly(len(connection.buffer)))
        connection.close()
    return handler


def test_bytes_pass_both_ways_after_a_101(sluice, origin):
    origin.handler = echo(b"welcome")
    with Connection(sluice.port) as client:
        response = client.request(path="/chat", headers=UPGRADE)
        assert (response.status, response.get("Upgrade")) == (101, "websocket")
        assert "upgrade" in response.get("Connection").lower()
        assert client.read_exactly(7) == b"welcome"
        for message in (b"\x81\x05hello", b"\0\r\n\r\nGET / HTTP/1.1\r\n", b"x" * 300_000):
            client.send(message)
            assert client.read_exactly(len(message)) == message
        client.finish_sending()
        assert client.is_closed()
    line = sluice.logged(path="/chat")
    assert line["status"] == 101


def test_bytes_sent_before_the_101_follow_it(sluice, origin):
    origin.handler = echo()
    with Connection(sluice.port) as client:
        client.send(request_bytes(headers=UPGRADE) + b"early")
        assert client.read_response().status == 101
        assert client.read_exactly(5) == b"early"


def test_end_of_the_upstream_is_the_end_of_the_tunnel(sluice, origin):
    origin.handler = lambda connection, request: connection.send(SWITCHING + b"bye") or connection.close()
    with Connection(sluice.port) as client:
        assert client.request(headers=UPGRADE).status == 101
        assert client.read_exactly(3) == b"bye"
        assert client.is_closed()


@pytest.mark.parametrize("status", [200, 400, 426])
def test_other_answer_to_an_upgrade_is_an_ordinary_response(sluice, origin, status):
    origin.handler = lambda connection, request: connection.answer(status, b"no")
    with Connection(sluice.port) as client:
        response = client.request(headers=UPGRADE)
        assert (response.status, response.body) == (status, b"no")
        assert client.request(path="/next").body == b"no"
    assert origin.targets() == ["/", "/next"]


def test_bytes_behind_a_refused_upgrade_are_the_next_request(sluice, origin):
    with Connection(sluice.port) as client:
        client.send(request_bytes(headers=UPGRADE) + request_bytes(path="/next"))
        assert client.read_response().status == 200
        assert client.read_response().status == 200
    assert origin.targets() == ["/", "/next"]


@pytest.mark.parametrize("headers", [{"Upgrade": "websocket"}, {"Connection": "Upgrade"}])
def test_half_an_upgrade_is_none(sluice, origin, headers):
    with Connection(sluice.port) as client:
        assert client.request(headers=headers).status == 200
    assert origin.last().get("Upgrade") is None
