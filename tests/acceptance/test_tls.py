"""TLS to clients and to upstreams: which certificate, which version, which name is believed."""
import hashlib
import os
import shutil
import socket
import ssl
import subprocess

import pytest

from certificates import Authority
from client import PATIENCE, Aborted, Connection, fetch, request_bytes, wait_until
from sluice import configuration, listener, problem_code

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # TLS 1.1 is asked for on purpose


@pytest.fixture(scope="module")
def certificates(authority):
    return {name: authority.issue(*names) for name, names in {
        "a": ["a.example"], "b": ["b.example", "also-b.example"], "wild": ["*.wild.example"], "changing": ["changing.example"],
        "upstream": ["app.internal", "IP:127.0.0.1"]}.items()}


def client_context(authority, version=None, alpn=None):
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    if version:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    if alpn:
        context.set_alpn_protocols(alpn)
    return context


@pytest.fixture(scope="module")
def tls_origin(programs, certificates):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates["upstream"].cert, certificates["upstream"].key)
    return programs.origin(tls=context)


@pytest.fixture(scope="module")
def sluice(programs, module_origin, tls_origin, authority, certificates, tmp_path_factory):
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "stranger").root.cert
    ca = str(authority.root.cert)

    def group(**tls):
        return {"targets": [tls_origin.address], "tls": tls}

    groups = {
        "app": [module_origin.address],
        "by-name": group(server_name="app.internal", ca=ca),
        "by-address": group(ca=ca),
        "wrong-name": group(server_name="other.internal", ca=ca),
        "wrong-ca": group(server_name="app.internal", ca=str(stranger)),
        "system-ca": group(server_name="app.internal"),
        "unverified": group(verify=False),
        "not-tls": {"targets": [module_origin.address], "tls": {"ca": ca}, "limits": {"connect_timeout": "500ms"}},
    }
    rules = [{"priority": i, "conditions": [{"path_pattern": [f"/{name}"]}], "forward": name}
             for i, name in enumerate(list(groups)[1:], 1)]
    tls = {"certificates": [certificates[name].keys() for name in ("a", "b", "wild", "changing")]}
    return programs.sluice(configuration(groups, [
        listener("secure", protocol="https", tls=tls, rules=rules), listener("plain", rules=rules)]), workers=2)


@pytest.fixture
def context(authority):
    return client_context(authority)


def names_seen(port, context, name):
    with Connection(port, tls=context, server_name=name) as client:
        return {value for _, value in client.sock.getpeercert()["subjectAltName"]}


@pytest.mark.parametrize("name, names", [
    ("a.example", {"a.example"}), ("b.example", {"b.example", "also-b.example"}),
    ("also-b.example", {"b.example", "also-b.example"}), ("x.wild.example", {"*.wild.example"})])
def test_name_that_the_client_asks_for_picks_the_certificate(sluice, context, name, names):
    assert names_seen(sluice.port, context, name) == names


@pytest.mark.parametrize("name", ["unknown.example", "y.x.wild.example", None])
def test_unknown_name_gets_the_first_certificate(sluice, context, name):
    context.check_hostname = False
    assert names_seen(sluice.port, context, name) == {"a.example"}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_request_is_served(sluice, origin, authority, version):
    with Connection(sluice.port, tls=client_context(authority, version), server_name="a.example") as client:
        assert [client.request(path=f"/{i}").status for i in range(3)] == [200] * 3
    assert origin.last().get("X-Forwarded-Proto") == "https"
    assert origin.last().get("X-Forwarded-Port") == str(sluice.port)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_old_version_is_refused(sluice, authority, version):
    with pytest.raises((ssl.SSLError, ConnectionResetError)) as refusal:
        Connection(sluice.port, tls=client_context(authority, version), server_name="a.example")
    assert "NO_PROTOCOLS_AVAILABLE" not in str(refusal.value)  # would be this client's own refusal


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_session_is_resumed_whichever_worker_answers(sluice, authority, version):
    context = client_context(authority, version)
    with Connection(sluice.port, tls=context, server_name="a.example") as client:
        client.request()
        session = client.sock.session
    for _ in range(8):
        with Connection(sluice.port, tls=context, server_name="a.example", session=session) as client:
            assert client.request().status == 200
            assert client.sock.session_reused
            session = client.sock.session


@pytest.mark.parametrize("offered, chosen", [(["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "h2"), (None, None)])
def test_protocol_is_agreed(sluice, authority, offered, chosen):
    with Connection(sluice.port, tls=client_context(authority, alpn=offered), server_name="a.example") as client:
        assert client.sock.selected_alpn_protocol() == chosen
        assert chosen == "h2" or client.request().status == 200


def test_large_bodies_pass_both_ways_unchanged(sluice, origin, context):
    body = os.urandom(5_000_000)

    def mirror(connection, request):
        connection.read_body(request)
        connection.answer(body=request.body)

    origin.handler = mirror
    with Connection(sluice.port, tls=context, server_name="a.example") as client:
        response = client.request("POST", body=body)
    assert hashlib.sha256(response.body).digest() == hashlib.sha256(body).digest()


def test_many_records_of_one_byte_are_one_request(sluice, origin, context):
    with Connection(sluice.port, tls=context, server_name="a.example") as client:
        for byte in request_bytes("POST", "/pieces", body=b"hello"):
            client.send(bytes([byte]))
        assert client.read_response().status == 200
    assert (origin.last().target, origin.last().body) == ("/pieces", b"hello")


def test_plain_text_on_the_tls_port_is_turned_away(sluice, origin):
    with Connection(sluice.port) as client:
        client.send(request_bytes())
        try:
            assert client.read_response().status == 400
        except (Aborted, AssertionError):
            pass
    assert not origin.requests


def test_connection_cut_in_the_handshake_harms_nobody(sluice, context):
    for data in (b"", b"\x16\x03\x01", b"\x16\x03\x01\xff\xff" + b"x" * 100, os.urandom(500)):
        with Connection(sluice.port) as client:
            client.send(data)
    assert fetch(sluice.port, tls=context, server_name="a.example").status == 200


@pytest.mark.parametrize("listener_name", ["secure", "plain"])
@pytest.mark.parametrize("group, status", [
    ("by-name", 200), ("by-address", 200), ("unverified", 200),
    ("wrong-name", 502), ("wrong-ca", 502), ("system-ca", 502)])
def test_upstream_is_verified(sluice, context, group, status, listener_name):
    tls = {"tls": context, "server_name": "a.example"} if listener_name == "secure" else {}
    for _ in range(2):
        response = fetch(sluice.ports[listener_name], path=f"/{group}", **tls)
        assert response.status == status
        assert status == 200 or problem_code(response) in ("upstream_tls_failed", "upstream_connect_failed")


def test_upstream_that_does_not_speak_tls_is_given_up(sluice):
    """It waits for a request where Sluice waits for its handshake."""
    response = fetch(sluice.ports["plain"], path="/not-tls")
    assert response.status in (502, 504)
    assert problem_code(response) in ("upstream_tls_failed", "upstream_connect_timeout")


def serial(port, context):
    with Connection(port, tls=context, server_name="changing.example") as client:
        return client.sock.getpeercert()["serialNumber"]


def test_certificate_is_read_again_on_sighup_and_connections_go_on(sluice, authority, certificates, context):
    changing, old = certificates["changing"], serial(sluice.port, context)
    with Connection(sluice.port, tls=context, server_name="changing.example") as client:
        assert client.request().status == 200
        new = authority.issue("changing.example")
        shutil.copy(new.cert, changing.cert)
        shutil.copy(new.key, changing.key)
        sluice.reload()
        wait_until(lambda: serial(sluice.port, context) != old, "the new certificate")
        assert client.request().status == 200


def test_pair_that_does_not_match_is_refused_and_the_old_one_kept(sluice, authority, certificates, context):
    changing, old, already = certificates["changing"], serial(sluice.port, context), len(sluice.log())
    shutil.copy(authority.issue("changing.example").cert, changing.cert)
    sluice.reload()
    wait_until(lambda: changing.cert.name in sluice.log()[already:] or "certificate" in sluice.log()[already:], "the reason")
    assert serial(sluice.port, context) == old


def read_to_the_end(port, context, request):
    """What came, and whether the end was said (RFC 8446 §6.1): by a record of alerts, which TLS 1.2 shows."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname="a.example")
    stream, data, asked = b"", b"", False
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        while True:
            try:
                if not asked:
                    session.do_handshake()
                    asked = session.write(request)
                data += session.read(1 << 16)
            except ssl.SSLWantReadError:
                pass
            client.sendall(outgoing.read())
            if not (more := client.recv(1 << 16)):
                return data, alerts_in(stream) > 0
            stream += more
            incoming.write(more)


def alerts_in(stream):
    count = 0
    while stream:
        count += stream[0] == 21
        stream = stream[5 + int.from_bytes(stream[3:5], "big"):]
    return count


def test_end_of_a_connection_is_said_and_that_of_half_an_answer_is_not(sluice, origin, authority):
    context = client_context(authority, version=ssl.TLSVersion.TLSv1_2)
    request = b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
    data, said = read_to_the_end(sluice.port, context, request)
    assert data.endswith(b"ok") and said
    origin.handler = lambda connection, _: (connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), connection.close())
    data, said = read_to_the_end(sluice.port, context, request)
    assert data.endswith(b"abc") and not said


def test_client_that_closes_each_time_resumes_its_session(sluice):
    """OpenSSL's own forgets the session of a connection whose end was not said."""
    before = sluice.metric("sluice_tls_handshakes_total", result="resumed")
    subprocess.run(["openssl", "s_time", "-connect", f"127.0.0.1:{sluice.port}", "-reuse", "-www", "/", "-time", "1"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)
    assert sluice.metric("sluice_tls_handshakes_total", result="resumed") > before + 10
