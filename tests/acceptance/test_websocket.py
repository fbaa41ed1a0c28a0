"""WebSockets across versions: HTTP/1.1's upgrade (RFC 6455) and HTTP/2's extended CONNECT (RFC 8441), on either side."""
import asyncio
import base64
import hashlib
import signal
import struct

import pytest
import websockets

from client import PATIENCE, fetch, wait_until
from http2 import (DATA, ENABLE_CONNECT, END_STREAM, GOAWAY, HEADERS, RST_STREAM, SETTINGS, WINDOW_UPDATE, Connection2, frame)
from nghttpd import Nghttpd
from origin import answer_ok
from sluice import configuration, listener, problem_code
from websocket_peer import BINARY, CLOSE, TEXT, Messages, WebSocketServer, frame_of

LARGE = bytes(range(256)) * 4096
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 §1.3
CONNECT_ERROR, CANCEL = 10, 8


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = WebSocketServer(tmp_path_factory.mktemp("hypercorn"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def sluice(programs, server, module_origin):
    groups = {"http1": [server.address], "http2": {"targets": [server.address], "protocol": "http2"}, "raw": [module_origin.address]}
    return programs.sluice(configuration(groups, [listener(name, name, h2c=True) for name in groups]))


class Tunnel:
    """An extended CONNECT of a client that speaks HTTP/2."""

    def __init__(self, client, path="/chat", headers=(), protocol="websocket"):
        self.client = client
        self.stream = client.open([(":method", "CONNECT"), (":protocol", protocol), (":scheme", "http"), (":path", path),
                                   (":authority", "localhost"), ("sec-websocket-version", "13"), *headers], end=False)
        self.messages = Messages()

    def status(self):
        return self.client.until(lambda got: got.stream == self.stream and got.type == HEADERS).status

    def read(self):
        """The next frame of the stream."""
        got = self.client.until(lambda got: got.stream == self.stream and got.type in (DATA, RST_STREAM))
        if got.type == DATA and got.payload:
            for stream in (0, self.stream):
                self.client.try_send(frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", len(got.payload))))
        return got

    def message(self):
        while not self.messages.whole:
            got = self.read()
            assert got.type == DATA and not got.flags & END_STREAM, got
            self.messages.add(got.payload)
        return self.messages.whole.pop(0)

    def send(self, data, end=False):
        for at in range(0, len(data) or 1, 16384):
            last = at + 16384 >= len(data)
            self.client.send(frame(DATA, END_STREAM if end and last else 0, self.stream, data[at:at + 16384]))

    def say(self, opcode, payload):
        self.send(frame_of(opcode, payload))


def echo(connection, request):
    """An origin that switches, and sends back every byte until its client ends."""
    connection.send(f"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    f"Sec-WebSocket-Accept: {accept_of(request.get('Sec-WebSocket-Key'))}\r\n\r\n".encode())
    while connection.buffer or connection.receive():
        connection.send(connection.read_exactly(len(connection.buffer)))
    connection.close()


def accept_of(key):
    return base64.b64encode(hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()


TARGETS = {"http1": "HTTP/1.1", "http2": "HTTP/2"}


@pytest.mark.parametrize("target", TARGETS)
def test_client_of_http1(sluice, target):
    async def talk():
        async with websockets.connect(f"ws://127.0.0.1:{sluice.ports[target]}/chat?room=1", subprotocols=["v2.chat"],
                                      max_size=None) as client:
            assert client.subprotocol == "v2.chat"
            assert await client.recv() == f"{TARGETS[target]} /chat"
            for message in ("hello", b"\0\1\2", LARGE):
                await client.send(message)
                assert await client.recv() == message
    asyncio.run(asyncio.wait_for(talk(), 3 * PATIENCE))
    assert wait_until(lambda: sluice.logged(path="/chat?room=1"), "the log line")["status"] == 101


@pytest.mark.parametrize("target", TARGETS)
def test_client_of_http2(sluice, target):
    path = f"/of-2-to-{target}"
    with Connection2(sluice.ports[target], own_settings={4: 1 << 20}) as client:
        tunnel = Tunnel(client, path, [("sec-websocket-protocol", "v2.chat")])
        assert tunnel.status() == 200
        assert tunnel.message() == (0x80 | TEXT, f"{TARGETS[target]} {path}".encode())
        for opcode, payload in ((TEXT, b"hello"), (BINARY, b"\0\1\2"), (BINARY, LARGE[:60_000])):
            tunnel.say(opcode, payload)
            assert tunnel.message() == (0x80 | opcode, payload)
        assert client.request(path="/page")[1] == b"GET"  # beside it on the connection
        tunnel.say(CLOSE, struct.pack(">H", 1000))
        assert tunnel.message()[0] == 0x80 | CLOSE
        tunnel.send(b"", end=True)
        ending = tunnel.read()  # of a connection of its own, or of one that Hypercorn closes without a word about its streams
        assert (ending.type, ending.flags & END_STREAM) == ((DATA, END_STREAM) if target == "http1" else (RST_STREAM, 0))
    assert wait_until(lambda: sluice.logged(path=path), "the log line")["status"] == 200


@pytest.mark.parametrize("target", TARGETS)
def test_refusal_is_an_ordinary_response(sluice, target):
    with Connection2(sluice.ports[target]) as client:
        assert Tunnel(client, "/refuse").status() == 403

    async def talk():
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            await websockets.connect(f"ws://127.0.0.1:{sluice.ports[target]}/refuse")
        assert refused.value.status_code == 403
    asyncio.run(asyncio.wait_for(talk(), PATIENCE))


def test_listener_says_that_it_takes_connects(sluice):
    with Connection2(sluice.port) as client:
        payload = client.until(lambda got: got.type == SETTINGS and not got.flags).payload
        assert (ENABLE_CONNECT, 1) in struct.iter_unpack(">HI", payload)


def test_target_of_http1_gets_a_get_with_a_key_of_our_own(sluice, origin):
    origin.handler = echo
    with Connection2(sluice.ports["raw"]) as client:
        tunnel = Tunnel(client, headers=[("x-kept", "yes")])
        assert tunnel.status() == 200
        tunnel.send(b"any bytes")
        assert tunnel.read().payload == b"any bytes"
    request = origin.last()
    assert (request.method, request.target, request.get("Upgrade"), request.get("X-Kept")) == ("GET", "/chat", "websocket", "yes")
    assert len(request.get("Sec-WebSocket-Key")) == 24 and not request.all("Transfer-Encoding")


def test_answer_that_does_not_fit_the_key_is_no_switch(sluice, origin):
    origin.handler = lambda connection, _: connection.send(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " + ACCEPT.encode() + b"\r\n\r\n")
    with Connection2(sluice.ports["raw"]) as client:
        assert Tunnel(client).status() == 502


def test_other_protocols_than_websocket_are_not_implemented(sluice, origin):
    with Connection2(sluice.ports["raw"]) as client:
        assert Tunnel(client, protocol="connect-udp").status() == 501
    assert not origin.requests


def test_connect_with_a_length_takes_nothing_from_the_next_request(sluice, origin):
    """As a GET of HTTP/1.1 it would have a body that never comes: the target would take it from whoever uses the connection next."""
    with Connection2(sluice.ports["raw"]) as client:
        assert Tunnel(client, headers=[("content-length", "44")]).status() == 400
        assert client.request(path="/next")[0] == 200
    assert origin.targets() == ["/next"] and not origin.last().all("Content-Length")


def test_answer_that_is_no_switch_is_none_to_a_connect(sluice, origin):
    """RFC 8441: any 2xx would say that the tunnel stands."""
    with Connection2(sluice.ports["raw"]) as client:
        for status in (200, 204):
            origin.handler = lambda connection, _, status=status: connection.answer(status, body=b"")
            assert Tunnel(client).status() == 502
        origin.handler = lambda connection, _: connection.answer(403)
        assert Tunnel(client).status() == 403
        origin.handler = answer_ok
        assert client.request()[0] == 200


def test_answers_of_our_own_are_no_tunnels(own_programs, origin):
    fixed = listener("fixed", h2c=True, health_path="/up", default={"fixed_response": {"status": 200, "body": "hi"}})
    sluice = own_programs.sluice(configuration({"app": [origin.address], "nobody": {"targets": ["127.0.0.1:1"], "protocol": "http2"}},
                                               [fixed, listener("nobody", "nobody", h2c=True)]))
    with Connection2(sluice.port) as client:
        for path in ("/", "/up"):
            assert Tunnel(client, path).status() == 501
            assert client.request(path=path)[0] == 200
    with Connection2(sluice.ports["nobody"]) as client:
        assert Tunnel(client, headers=[("content-type", "application/grpc")]).status() == 502


def test_length_of_a_switch_is_not_passed_on(sluice, origin):
    origin.handler = lambda connection, request: connection.send(
        f"HTTP/1.1 101 Any\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n"
        f"Sec-WebSocket-Accept: {accept_of(request.get('Sec-WebSocket-Key'))}\r\n\r\n".encode())
    with Connection2(sluice.ports["raw"]) as client:
        stream = Tunnel(client).stream
        head = client.until(lambda got: got.stream == stream and got.type == HEADERS)
        assert head.status == 200 and b"\x0f\r" not in head.payload  # name 28 of the static table


def test_target_that_takes_no_connect(own_programs, tmp_path):
    server = Nghttpd(tmp_path)
    sluice = own_programs.sluice(configuration({"app": {"targets": [server.address], "protocol": "http2"}}))
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13"}
    answer = fetch(sluice.port, headers=upgrade)
    assert (answer.status, problem_code(answer)) == (502, "upstream_bad_response") and b"RFC 8441" in answer.body
    server.stop()


def test_upgrade_to_http2_itself_goes_nowhere(sluice, origin):
    """It would be a tunnel in which requests pass every rule unseen."""
    for name in ("h2c", "H2C", "websocket, h2c"):
        assert fetch(sluice.ports["raw"], headers={"Connection": "Upgrade, HTTP2-Settings", "Upgrade": name, "HTTP2-Settings": "AAMAAABk"}).status == 200
        assert not origin.last().all("Upgrade") and not origin.last().all("Connection")


def test_reset_by_the_client_ends_the_target(sluice, origin):
    origin.handler = echo
    with Connection2(sluice.ports["raw"]) as client:
        tunnel = Tunnel(client)
        assert tunnel.status() == 200
        client.send(frame(RST_STREAM, 0, tunnel.stream, struct.pack(">I", CANCEL)))
        assert origin.last().connection.ended.wait(PATIENCE)


def test_target_that_breaks_resets_the_stream(sluice, origin):
    def handler(connection, request):
        connection.send(f"HTTP/1.1 101 Any\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        f"Sec-WebSocket-Accept: {accept_of(request.get('Sec-WebSocket-Key'))}\r\n\r\nhalf".encode())
        connection.read_exactly(4)
        connection.reset()
    origin.handler = handler
    with Connection2(sluice.ports["raw"]) as client:
        tunnel = Tunnel(client)
        assert tunnel.status() == 200 and tunnel.read().payload == b"half"
        tunnel.send(b"more")
        got = tunnel.read()
        assert (got.type, got.code) == (RST_STREAM, CONNECT_ERROR)
        assert Tunnel(client).status() == 200  # its connection lives


def test_end_of_a_target_is_the_end_of_the_stream(sluice, origin):
    origin.handler = echo
    with Connection2(sluice.ports["raw"]) as client:
        tunnel = Tunnel(client)
        assert tunnel.status() == 200
        tunnel.send(b"last", end=True)  # the origin sees the end, and ends
        assert tunnel.read().payload == b"last"
        assert tunnel.read().flags & END_STREAM


def test_drain_lets_a_tunnel_live_to_the_deadline(own_programs, server):
    groups = {"app": {"targets": [server.address], "protocol": "http2"}}
    sluice = own_programs.sluice(configuration(groups, [listener(h2c=True)], drain={"grace": "0s", "deadline": "1s"}))
    with Connection2(sluice.port) as client:
        tunnel = Tunnel(client)
        assert tunnel.status() == 200 and tunnel.message()
        sluice.process.send_signal(signal.SIGTERM)
        client.until(lambda got: got.type == GOAWAY)
        tunnel.say(TEXT, b"still here")
        assert tunnel.message()[1] == b"still here"
        assert not [got for got in client.frames() if got.type == DATA]  # a connection that ends, not a stream that does
    assert sluice.process.wait(PATIENCE) == 0
