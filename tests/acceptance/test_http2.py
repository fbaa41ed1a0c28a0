"""HTTP/2 from clients: real ones, and requests byte by byte. What a target gets is as strict as from HTTP/1.1."""
import re
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from client import PATIENCE, SLOWNESS, fetch, wait_until
from http2 import (ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, PREFACE, PROTOCOL_ERROR, RST_STREAM, SETTINGS,
                   WINDOW, Connection2, Sending, block, frame, request_fields, settings)
from http2_attacks import headers, window_update
from origin import answer_with
from sluice import configuration, listener


def echo(connection, request):
    if connection.read_body(request):
        connection.answer(body=request.body)


@pytest.fixture(scope="module")
def sluice(programs, module_origin, authority):
    plain = listener("web", h2c=True)
    secure = listener("secure", protocol="https", tls={"certificates": [authority.issue("localhost").keys()]})
    return programs.sluice(configuration({"app": [module_origin.address]}, [plain, secure]))


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=PATIENCE * 3)


def curl(*arguments):
    return run("curl", "-sS", "--max-time", PATIENCE, *arguments)


def test_curl_with_prior_knowledge(sluice, origin):
    answer = curl("--http2-prior-knowledge", "-w", "%{http_version} %{http_code}", f"http://127.0.0.1:{sluice.port}/a?b=c")
    assert answer.stdout.endswith("2 200"), answer
    request = origin.last()
    assert (request.method, request.target, request.version) == ("GET", "/a?b=c", "HTTP/1.1")
    assert request.all("Host") == [f"127.0.0.1:{sluice.port}"] and not request.all("Transfer-Encoding")


def test_http1_on_the_same_listener(sluice):
    assert curl("-w", "%{http_version} %{http_code}", f"http://127.0.0.1:{sluice.port}/").stdout.endswith("1.1 200")


@pytest.mark.parametrize("version", ["--http2", "--http1.1"])
def test_curl_agrees_on_a_version_by_alpn(sluice, authority, version):
    answer = curl(version, "--cacert", authority.root.cert, "-w", "%{http_version} %{http_code}",
                  f"https://localhost:{sluice.ports['secure']}/")
    assert answer.stdout.endswith("2 200" if version == "--http2" else "1.1 200"), answer


def test_body_of_unknown_length_goes_on_in_chunks_and_a_known_one_with_it(sluice, origin):
    with Connection2(sluice.port) as client:
        stream = client.open(method="POST", end=False)
        client.send(frame(DATA, 0, stream, b"x" * 1000) + frame(DATA, END_STREAM, stream, b"y" * 24))
        assert client.response(stream)[0] == 200
        assert origin.last().all("Transfer-Encoding") == ["chunked"] and len(origin.last().body) == 1024
        stream = client.open(method="POST", end=False, headers=[("content-length", "3")])
        client.send(frame(DATA, END_STREAM, stream, b"abc"))
        assert client.response(stream)[0] == 200
        assert origin.last().all("Content-Length") == ["3"] and not origin.last().all("Transfer-Encoding")


def test_trailers_cannot_say_what_a_head_decides(sluice, origin):
    with Connection2(sluice.port) as client:
        for kept in ([("x-sum", "1")], []):
            stream = client.open(method="POST", end=False)
            forged = [("x-amzn-mtls-clientcert-subject", "CN=admin"), ("x-forwarded-for", "203.0.113.7"), ("authorization", "Basic YQ=="),
                      ("cookie", "a=b"), ("content-length", "3"), ("x-sluice-override", "app=only")]
            client.send(frame(DATA, 0, stream, b"abc") + frame(HEADERS, END_HEADERS | END_STREAM, stream, block(forged + kept)))
            assert client.response(stream)[0] == 200
            assert (origin.last().body, origin.last().trailers) == (b"abc", kept)


def test_crumbs_of_a_cookie_are_one_field(sluice, origin):
    with Connection2(sluice.port) as client:
        assert client.request(headers=[("cookie", "a=1"), ("x-a", "b"), ("cookie", "b=2"), ("cookie", "c=3")])[0] == 200
    assert origin.last().all("Cookie") == ["a=1; b=2; c=3"]


def test_host_and_authority(sluice, origin):
    with Connection2(sluice.port) as client:
        assert client.request(headers=[("host", "LOCALHOST")])[0] == 200
        assert origin.last().all("Host") == ["localhost"]
        without = [field for field in request_fields() if field[0] != ":authority"]
        assert client.response(client.open([*without, ("host", "other.example")]))[0] == 200
        assert origin.last().all("Host") == ["other.example"]
        origin.forget()
        assert client.request(headers=[("host", "evil.example")])[0] == 400
        assert client.response(client.open(without))[0] in (400, None)
        assert not origin.requests


# What would be another message, or another request's field, once it is HTTP/1.1.
@pytest.mark.parametrize("fields", [
    [("x-a", "b\r\nx-evil: 1")], [("x-a", "b\nx-evil: 1")], [("x-a", "b\rx-evil: 1")], [("x-a", "b\0c")], [("x-a\r\nx-evil", "1")],
    [("x-a\0b", "1")], [("x-a:b", "c")], [("", "x")],
    [("X-Upper", "1")], [("x a", "1")], [("connection", "close")], [("transfer-encoding", "chunked")], [("keep-alive", "1")],
    [("upgrade", "h2c")], [("proxy-connection", "x")], [("te", "gzip")], [(":path", "/again")], [(":status", "200")],
    [("x-a", "b"), (":authority", "late.example")], [("content-length", "1"), ("content-length", "2")], [("content-length", "-1")],
], ids=str)
def test_what_no_field_may_be_resets_the_stream(sluice, origin, fields):
    with one_mistake(sluice), Connection2(sluice.port) as client:
        status, code, _ = client.request(headers=fields)
        assert (status, code) in ((None, PROTOCOL_ERROR), (400, code)), (status, code)
        assert client.request()[0] == 200, "the connection is unharmed"
    assert len(origin.requests) == 1


@contextmanager
def one_mistake(sluice):
    """Of a client's: a stream that is reset for it, or a request that is answered so."""
    def count():
        return sluice.metric("sluice_http2_stream_errors_total", listener="web") + \
            sluice.metric("sluice_requests_total", listener="web", code_class="4xx")
    before = count()
    yield
    wait_until(lambda: count() == before + 1, "it to be counted")


@pytest.mark.parametrize("fields", [
    request_fields(path="/a b"), request_fields(path="/a\r\nHost: evil"), request_fields(path="a"), request_fields(path=""),
    request_fields(path="/a#b"), request_fields(method="GET / HTTP/1.1\r\nHost: evil\r\n\r\nGET"), request_fields(authority="a b"),
    request_fields(authority="user@a"), request_fields(method="TRACE"), [(":method", "CONNECT"), (":authority", "a:443")],
    request_fields()[:-1], request_fields()[1:],
], ids=str)
def test_what_no_request_line_may_be_is_refused(sluice, origin, fields):
    with one_mistake(sluice), Connection2(sluice.port) as client:
        status, code, _ = client.response(client.open(fields))
        assert status in (None, 400, 405), status
        assert client.request()[0] == 200
    assert len(origin.requests) == 1


@pytest.mark.parametrize("length, sent", [(5, 3), (3, 5)])
def test_content_length_that_lies_never_becomes_a_request(sluice, origin, length, sent):
    with one_mistake(sluice), Connection2(sluice.port) as client:
        stream = client.open(method="POST", end=False, headers=[("content-length", str(length))])
        client.send(frame(DATA, END_STREAM, stream, b"x" * sent))
        assert client.response(stream)[0] is None
        assert client.request()[0] == 200
    assert all(request.method == "GET" or len(request.body) < length for request in origin.requests), "none was whole"


def test_headers_over_the_limit_get_431_and_too_many_too(sluice, origin):
    with Connection2(sluice.port) as client:
        assert client.request(path="/long", headers=[("x-long", "x" * 16_000)])[0] == 200
        assert client.request(path="/many", headers=[(f"x-{i}", "x") for i in range(90)])[0] == 200
        assert client.request(path="/too-many", headers=[(f"x-{i}", "x") for i in range(110)])[0] == 431
        assert client.request(path="/crumbs", headers=[("cookie", "a=b")] * 110)[0] == 431, "crumbs count one by one"
    assert [request.target for request in origin.requests if request.target != "/"] == ["/long", "/many"]


def test_interim_response_head_and_trailers_arrive(programs, own_programs):
    raw = (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
           b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n")
    origin = programs.origin(handler=lambda connection, _: connection.sock.sendall(raw))
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    answer = run("nghttp", "-nv", "--no-dep", f"http://127.0.0.1:{sluice.port}/")
    assert re.search(r":status: 103", answer.stdout) and re.search(r"link: </a>", answer.stdout), answer.stdout
    assert re.search(r"x-sum: 1", answer.stdout), answer.stdout
    with Connection2(sluice.port) as client:
        assert client.request() == (200, b"abc", True)


def test_head_has_no_body(sluice):
    with Connection2(sluice.port) as client:
        assert client.request(method="HEAD") == (200, b"", False)


def test_large_bodies_both_ways_under_small_windows(programs, own_programs):
    body = bytes(range(256)) * 8192
    origin = programs.origin(handler=echo)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    (sluice.directory / "body").write_bytes(body)
    answer = run("nghttp", "-n", "-w", "14", "-W", "14", "-d", sluice.directory / "body", f"http://127.0.0.1:{sluice.port}/")
    assert answer.returncode == 0
    process = subprocess.run(["nghttp", "-d", str(sluice.directory / "body"), f"http://127.0.0.1:{sluice.port}/"],
                             capture_output=True, timeout=PATIENCE * 3)
    assert process.stdout == body


def test_upload_that_is_taken_quickly_gets_a_wider_window(programs, own_programs):
    """But never the whole connection's."""
    origin = own_programs.origin()
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port) as client:
        window = client.until(lambda got: got.type == SETTINGS and not got.flags & ACK).settings[WINDOW]
        client.send(frame(SETTINGS, ACK))
        sending = Sending(client, client.open(method="POST", end=False), window)
        sending.send(8 * 1024 * 1024)
        assert client.until(lambda got: got.type == HEADERS).status == 200
    assert window == 64 * 1024 and 4 * window <= sending.widest <= 8 * window


def test_client_that_reads_nothing_holds_its_window_only(programs, own_programs):
    origin = programs.origin(handler=answer_with(b"x" * 2_000_000))
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port, own_settings={WINDOW: 0}) as client:
        for _ in range(20):
            client.open()
        wait_until(lambda: len(origin.requests) == 20, "all requests at the origin")
        with Connection2(sluice.port) as other:
            assert len(other.request()[1]) == 2_000_000
    assert fetch(sluice.port).status == 200


def test_client_that_takes_nothing_is_not_waited_for_because_it_sends(programs, own_programs):
    """Bytes of the request's body give no time to the response's."""
    def answer_at_once(connection, _):
        connection.answer(body=b"x" * 2_000_000)
        while connection.receive():
            pass
        connection.close()
    origin = programs.origin(handler=answer_at_once)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True, limits={"request_timeout": "500ms"})]))
    for last in (END_STREAM, 0):
        with Connection2(sluice.port, own_settings={WINDOW: 0}) as client:
            stream = client.open(method="POST", end=False)
            assert client.until(lambda got: got.stream == stream).status == 200
            client.send(frame(DATA, last, stream, b"x"))
            if not last:
                threading.Thread(target=drip, args=(client, stream), daemon=True).start()
            assert client.until(lambda got: got.stream == stream).type == RST_STREAM
        assert origin.last().connection.done.wait(PATIENCE)


def test_interim_heads_do_not_wait_in_memory_for_a_client_that_takes_nothing(programs, own_programs):
    def handler(connection, _):
        for _ in range(1_200 if sent else 0):
            connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 14_000 + b"\r\n\r\n")
            while underway(connection):  # each by itself: a block takes few at once
                pass
        connection.answer()
        sent.append(True)
    sent = []
    origin = programs.origin(handler=handler)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port) as client:
        assert client.request()[0] == 200
        before = most_resident(sluice)
        stream = client.open()
        wait_until(lambda: len(sent) == 2, "all heads to be sent", 3 * PATIENCE)
        assert most_resident(sluice) - before < 6_000_000 * (10 if SLOWNESS > 1 else 1)  # a sanitizer keeps what was freed
        assert client.response(stream)[:2] == (200, b"ok")


def underway(connection):
    """Bytes that Sluice has not read."""
    ours, theirs = (f":{end[1]:04X}" for end in (connection.sock.getsockname(), connection.sock.getpeername()))
    waiting = 0
    for line in Path("/proc/net/tcp").read_text().splitlines():
        if ours in line and theirs in line:
            _, local, _, _, queues, *_ = line.split()
            waiting += int(queues.split(":")[0 if local.endswith(ours) else 1], 16)
    return waiting


def most_resident(sluice):
    """Bytes of memory, at the most until now."""
    return 1024 * int(re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{sluice.process.pid}/status").read_text())[1])


def drip(client, stream):
    while client.try_send(frame(DATA, 0, stream, b"x")):
        time.sleep(0.1)


def test_client_that_takes_what_it_gets_may_be_silent(programs, own_programs):
    """A stream both ways in which only the target speaks, for longer than the client may take for its own next bytes."""
    def speak(connection, _):
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10):
            connection.send(b"1\r\nx\r\n")
            time.sleep(0.1)
        connection.send(b"0\r\n\r\n")
        connection.close()
    origin = programs.origin(handler=speak)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True, limits={"request_timeout": "500ms"})]))
    with Connection2(sluice.port) as client:
        assert client.response(client.open(method="POST", end=False))[:2] == (200, b"x" * 10)


def test_h2load_loses_nothing(sluice):
    answer = run("h2load", "-n", "20000", "-c", "8", "-m", "50", f"http://127.0.0.1:{sluice.port}/")
    assert re.search(r"20000 succeeded, 0 failed, 0 errored", answer.stdout), answer.stdout


def test_drain_says_goodbye_and_finishes_what_is_in_flight(programs, own_programs):
    origin = programs.origin(handler=lambda connection, request: connection.ended.wait(PATIENCE))
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port) as client:
        stream = client.open()
        wait_until(lambda: origin.requests, "the request at the origin")
        sluice.signal(signal.SIGTERM)
        client.send(frame(PING, ACK, payload=client.until(lambda got: got.type == PING).payload))
        assert client.until(lambda got: got.type == GOAWAY)
        origin.last().connection.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        assert client.response(stream)[:2] == (200, b"ok")
        sluice.wait()


LONG = 60_000  # bytes: several parts, all of which the target's socket holds


@pytest.fixture(scope="module")
def leaving(programs, authority):
    """A proxy whose clients ask, and leave with the last that they say."""
    origin = programs.origin(handler=answer_with(b"x" * LONG))
    rules = [{"priority": 1, "conditions": [{"path_pattern": ["/own"]}],
              "fixed_response": {"status": 200, "content_type": "text/plain", "body": "tea"}}]
    tls = {"certificates": [authority.issue("localhost").keys()]}
    listeners = [listener(h2c=True, rules=rules), listener("secure", protocol="https", tls=tls, rules=rules)]
    return programs.sluice(configuration({"app": [origin.address]}, listeners))


def test_answers_that_are_ready_together_leave_in_one_write(leaving, authority):
    """Which is a record, with TLS."""
    with Connection2(leaving.ports["secure"], authority.root.cert, own_settings={WINDOW: 0}) as client:
        streams = [client.open(path="/own") for _ in range(40)]
        for _ in streams:
            assert client.until(lambda got: got.type == HEADERS).status == 200
        client.send(settings({WINDOW: LONG}))
        while not client.buffer:
            client.buffer = client.sock.recv(1 << 16)
        record = len(client.buffer)
        assert {client.until(lambda got: got.type == DATA).stream for _ in streams} == set(streams)
        assert record >= len(streams) * (9 + len("tea"))


def leave(client, last):
    client.sock.send(last + frame(GOAWAY, payload=bytes(8)), socket.MSG_MORE)
    client.sock.shutdown(socket.SHUT_WR)
    sizes, ended = {}, set()
    for got in client.frames():
        if got.type == DATA:
            sizes[got.stream] = sizes.get(got.stream, 0) + len(got.payload)
            ended |= {got.stream} if got.flags & END_STREAM else set()
    return sizes, ended


@pytest.mark.parametrize("path, count, size", [("/own", 40, 3), ("/relayed", 4, LONG)])
def test_answers_that_waited_for_the_last_that_is_said_leave_whole(leaving, path, count, size):
    """It opens their windows."""
    with Connection2(leaving.port, own_settings={WINDOW: 0}) as client:
        streams = [client.open(path=path) for _ in range(count)]
        for _ in streams:
            assert client.until(lambda got: got.type == HEADERS).status == 200
        sizes, ended = leave(client, settings({WINDOW: LONG}) + window_update(0, 4 * LONG))
    assert sizes == dict.fromkeys(streams, size) and ended == set(streams)
    assert all("code" not in line for line in logged(leaving, path, count)), "an error"


def test_requests_that_are_the_last_that_is_said_are_answered(leaving):
    """As far as that takes no time."""
    with Connection2(leaving.port) as client:
        streams = range(1, 37, 2)
        sizes, ended = leave(client, b"".join(headers(stream, request_fields(path="/own?last")) for stream in streams))
    assert sizes == dict.fromkeys(streams, 3) and ended == set(streams)
    assert all("code" not in line for line in logged(leaving, "/own?last", len(streams))), "an error"


def logged(sluice, path, count):
    def lines():
        return [line for line in sluice.access_log() if line["path"] == path]
    wait_until(lambda: len(lines()) >= count, "all to be logged")
    return lines()


def test_reset_without_an_error_ends_the_exchange_at_the_target_too(programs, own_programs):
    """In the middle of a response that would go on for ever."""
    def go_on(connection, _):
        connection.sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        left.append(connection.ended.wait(PATIENCE) or not connection.receive())
    left = []
    origin = programs.origin(handler=go_on)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port) as client:
        stream = client.open()
        client.until(lambda got: got.type == DATA)
        client.send(frame(RST_STREAM, 0, stream, bytes(4)))
        wait_until(lambda: left == [True], "Sluice to leave the origin")


def test_errors_of_our_own_are_problems_or_grpc_statuses(own_programs):
    sluice = own_programs.sluice(configuration({"app": ["127.0.0.1:1"]}, [listener(h2c=True)]))
    answer = curl("--http2-prior-knowledge", "-w", "%{http_code} %{content_type}", f"http://127.0.0.1:{sluice.port}/")
    assert answer.stdout.endswith("502 application/problem+json")
    answer = curl("--http2-prior-knowledge", "-D", "-", "-H", "content-type: application/grpc", "-H", "te: trailers", "-X", "POST",
                  f"http://127.0.0.1:{sluice.port}/a.B/C")
    assert "HTTP/2 200" in answer.stdout and "grpc-status: 14" in answer.stdout, answer.stdout
    assert sluice.logged(path="/a.B/C")["code"] == "upstream_connect_failed"


@pytest.mark.parametrize("method, path, status", [("POST", "/a%2Fb", "13"), ("TRACE", "/", "2")], ids=["bad request", "not allowed"])
def test_statuses_of_grpc_are_those_of_its_mapping(own_programs, method, path, status):
    sluice = own_programs.sluice(configuration({"app": ["127.0.0.1:1"]}, [listener(h2c=True)]))
    answer = curl("--http2-prior-knowledge", "-D", "-", "-H", "content-type: application/grpc", "-H", "te: trailers", "-X", method,
                  f"http://127.0.0.1:{sluice.port}{path}")
    assert "HTTP/2 200" in answer.stdout and f"grpc-status: {status}\n" in answer.stdout, answer.stdout


def test_preface_in_pieces_and_one_that_is_none(sluice):
    with Connection2(sluice.port, greet=False) as client:
        for i in range(len(PREFACE)):
            client.send(PREFACE[i:i + 1])
        client.send(settings({}))
        assert client.request()[0] == 200
    with Connection2(sluice.port, greet=False) as client:
        client.send(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")
        assert client.sock.recv(100) == b""
