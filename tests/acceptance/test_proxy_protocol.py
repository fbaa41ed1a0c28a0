"""The PROXY protocol: whom a header names, who is believed, and what targets are told."""
import socket
import ssl
import struct

import pytest

from client import Connection, request_bytes, wait_until
from http2 import PREFACE, Connection2, settings
from sluice import configuration, listener, run_command

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V1 = b"PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"


def v2(command=0x21, family=0x11, rest=None):
    if rest is None:
        rest = socket.inet_aton("192.0.2.1") + socket.inet_aton("198.51.100.7") + struct.pack(">HH", 56324, 443)
    return SIGNATURE + bytes([command, family]) + struct.pack(">H", len(rest)) + rest


V6 = v2(0x21, 0x21, socket.inet_pton(socket.AF_INET6, "2001:db8::1") * 2 + struct.pack(">HH", 1, 2))
LOCAL = v2(0x20, 0x00, b"")


def start(programs, module_origin, authority, trusted):
    tls = {"certificates": [authority.issue("a.example").keys()]}
    limits = {"header_timeout": "1s"}
    return programs.sluice(configuration({"app": [module_origin.address]}, [
        listener("plain", proxy_protocol=True, h2c=True, limits=limits),
        listener("secure", proxy_protocol=True, protocol="https", tls=tls, limits=limits)], trusted=trusted))


@pytest.fixture(scope="module")
def sluice(programs, module_origin, authority):
    return start(programs, module_origin, authority, ["127.0.0.0/8"])


@pytest.fixture(scope="module")
def distrustful(programs, module_origin, authority):
    return start(programs, module_origin, authority, ["10.0.0.0/8"])


def refused(sluice, reason, name="plain"):
    return sluice.metric("sluice_proxy_protocol_refused_total", listener=name, reason=reason)


@pytest.mark.parametrize("header, client", [
    (V1, "192.0.2.1"), (v2(), "192.0.2.1"), (V6, "2001:db8::1"), (LOCAL, "127.0.0.1"), (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
    (v2(rest=v2()[16:] + b"\x02\0\x02h2"), "192.0.2.1")], ids=["v1", "v2", "v6", "local", "unknown", "tlv"])
def test_header_names_the_client(sluice, origin, header, client):
    with Connection(sluice.ports["plain"]) as connection:
        connection.send(header + request_bytes(path="/first"))
        assert connection.read_response().status == 200
        assert connection.request(path="/second").status == 200
    assert [r.get("X-Forwarded-For") for r in origin.requests] == [client] * 2


def test_client_of_http2_is_named_too(sluice, origin):
    with Connection2(sluice.ports["plain"], greet=False) as client:
        client.send(V1 + PREFACE + settings({}))
        assert client.request()[0] == 200
    assert origin.last().get("X-Forwarded-For") == "192.0.2.1"


def test_header_in_pieces_is_read(sluice, origin):
    for header in (V1, v2()):
        with Connection(sluice.ports["plain"]) as connection:
            connection.send_bytewise(header + request_bytes())
            assert connection.read_response().status == 200
        assert origin.last().get("X-Forwarded-For") == "192.0.2.1"


@pytest.mark.parametrize("header", [V1, v2()], ids=["v1", "v2"])
def test_header_comes_before_tls(sluice, origin, authority, header):
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    raw = socket.create_connection(("127.0.0.1", sluice.ports["secure"]), timeout=10)
    raw.sendall(header)
    with context.wrap_socket(raw, server_hostname="a.example") as secured:
        secured.sendall(request_bytes())
        assert secured.recv(12) == b"HTTP/1.1 200"
    assert origin.last().get("X-Forwarded-For") == "192.0.2.1"


def test_client_that_was_named_is_not_trusted_for_that(sluice, origin):
    """The proxy in front is; whom it connects for may say what it wants."""
    with Connection(sluice.ports["plain"]) as connection:
        connection.send(V1 + request_bytes(headers={"X-Forwarded-For": "203.0.113.9"}))
        assert connection.read_response().status == 200
    assert origin.last().get("X-Forwarded-For") == "192.0.2.1"


def test_peer_that_is_not_trusted_is_turned_away(distrustful, origin):
    before = refused(distrustful, "untrusted")
    with Connection(distrustful.ports["plain"]) as connection:
        try:
            connection.send(V1 + request_bytes())
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert connection.is_closed()
    wait_until(lambda: refused(distrustful, "untrusted") == before + 1, "the count")
    assert not origin.requests


@pytest.mark.parametrize("bad", [
    request_bytes(), b"PROXY TCP4 1.2.3.4\r\n", v2(command=0x22), v2(rest=b"short"), v2(rest=v2()[16:] + b"\x03\0\4abcd")],
    ids=["no-header", "v1", "command", "short", "checksum"])
def test_malformed_header_closes_the_connection(sluice, origin, bad):
    before = refused(sluice, "malformed")
    with Connection(sluice.ports["plain"]) as connection:
        connection.send(bad)
        assert connection.is_closed()
    assert refused(sluice, "malformed") == before + 1
    assert not origin.requests


def test_header_that_does_not_end_is_given_up_at_the_header_timeout(sluice):
    before = refused(sluice, "incomplete")
    with Connection(sluice.ports["plain"]) as connection:
        connection.send(v2()[:20])
        assert connection.is_closed()
    assert refused(sluice, "incomplete") == before + 1


def test_listener_without_trusted_peers_is_refused(tmp_path):
    config = tmp_path / "sluice.yaml"
    config.write_text("listeners:\n  - { name: web, address: 127.0.0.1:8443, proxy_protocol: true }\n")
    checked = run_command("check", config)
    assert checked.returncode == 1
    assert (f"{config}:2:59: listeners[0].proxy_protocol: needs `trusted`: no peer's header would be believed"
            in checked.stdout + checked.stderr)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_target_is_told_the_client_on_a_connection_of_its_own(own_programs, authority, secure):
    context = None
    if secure:
        leaf = authority.issue("IP:127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.cert, leaf.key)
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)
    group = {"targets": [f"127.0.0.1:{server.getsockname()[1]}"], "proxy_protocol": "v2"}
    if secure:
        group["tls"] = {"ca": str(authority.root.cert)}
    sluice = own_programs.sluice(configuration({"app": group}, [listener("plain"), listener("proxied", proxy_protocol=True)],
                                               trusted=["127.0.0.1"]))

    def answer():
        target, _ = server.accept()
        target.settimeout(10)
        header = target.recv(28, socket.MSG_WAITALL)
        if context:
            target = context.wrap_socket(target, server_side=True)
        with target:
            request = b""
            while b"\r\n\r\n" not in request:
                request += target.recv(4096)
            target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            assert target.recv(1) == b""  # not kept for another
        return header

    with Connection(sluice.ports["plain"]) as client:
        for _ in range(2):
            client.send(request_bytes())
            header = answer()
            assert client.read_response().status == 200
            own = struct.pack(">HH", client.sock.getsockname()[1], sluice.ports["plain"])
            assert header == v2(rest=socket.inet_aton("127.0.0.1") * 2 + own)
    with Connection(sluice.ports["proxied"]) as client:
        client.send(V1 + request_bytes())
        header = answer()
        assert client.read_response().status == 200
        assert header[16:20] == socket.inet_aton("192.0.2.1") and header[24:26] == struct.pack(">H", 56324)
    server.close()
