"""Bodies, interim responses and connections as they pass through, in both directions."""
import hashlib
import os
import socket

import pytest

from client import PATIENCE, Aborted, Connection, chunked, fetch, request_bytes, wait_until
from sluice import configuration, problem_code

CHUNKED = {"Transfer-Encoding": "chunked"}
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def sluice(programs, module_origin):
    return programs.sluice(configuration({"app": [module_origin.address]}))


def sends(data, then=None):
    """A handler that takes the request, sends these bytes, and then closes or resets if told so."""
    def handler(connection, request):
        connection.read_body(request)
        connection.send(data)
        if then:
            then(connection)
    return handler


def close(connection):
    connection.close()


def reset(connection):
    connection.reset()


def test_connections_are_kept_on_both_sides(sluice, origin):
    with Connection(sluice.port) as client:
        for i in range(10):
            response = client.request(path=f"/{i}")
            assert response.status == 200 and not response.closes()
    assert len({id(request.connection) for request in origin.requests}) == 1


def test_pipelined_requests_are_answered_in_order(sluice, origin):
    def tell(connection, request):
        connection.read_body(request)
        connection.answer(body=request.target.encode())

    origin.handler = tell
    with Connection(sluice.port) as client:
        client.send(request_bytes(path="/1") + request_bytes("POST", "/2", body=b"hello") + request_bytes(path="/3"))
        assert [client.read_response().body for _ in range(3)] == [b"/1", b"/2", b"/3"]


@pytest.mark.parametrize("method, data, status, body", [
    ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, b""),
    ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, b""),
    ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    ("GET", b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n", 304, b""),
    ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
    ("GET", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
    ("GET", b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", 404, b"none"),
    ("GET", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"he", b"llo"), 200, b"hello"),
    ("GET", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 12000 + b"\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
], ids=["head_with_length", "head_chunked", "204", "304", "empty", "no_reason", "404", "chunked", "large_head"])
def test_response_is_relayed_and_the_connection_goes_on(sluice, origin, method, data, status, body):
    with Connection(sluice.port) as client:
        origin.handler = sends(data)
        response = client.request(method)
        assert (response.status, response.body) == (status, body)
        origin.handler = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext")
        assert client.request().body == b"next"


def test_head_response_keeps_its_content_length(sluice, origin):
    origin.handler = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    with Connection(sluice.port) as client:
        assert client.request("HEAD").get("Content-Length") == "5"


def test_interim_response_is_relayed_before_the_final_one(sluice, origin):
    origin.handler = sends(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    with Connection(sluice.port) as client:
        response = client.request()
    assert [(hint.status, hint.get("Link")) for hint in response.interim] == [(103, "</a.css>")]
    assert response.body == b"ok"


def test_interim_response_is_not_sent_to_http_1_0(sluice, origin):
    origin.handler = sends(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    with Connection(sluice.port) as client:
        client.send(b"GET / HTTP/1.0\r\n\r\n")
        response = client.read_response()
    assert (response.interim, response.status, response.body) == ([], 200, b"ok")


def test_expect_continue_is_forwarded_and_the_origin_answers_it(sluice, origin):
    def invite(connection, request):
        assert request.get("Expect") == "100-continue"
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.read_body(request)
        connection.answer(body=request.body)

    origin.handler = invite
    with Connection(sluice.port) as client:
        client.send(request_bytes("POST", headers={"Expect": "100-continue", "Content-Length": "5"}))
        assert client.read_head().status == 100
        client.send(b"hello")
        assert client.read_response().body == b"hello"


def test_expect_continue_that_the_origin_refuses_ends_without_the_body(sluice, origin):
    origin.handler = lambda connection, request: connection.answer(417, b"no") or connection.close()
    with Connection(sluice.port) as client:
        client.send(request_bytes("POST", headers={"Expect": "100-continue", "Content-Length": "5"}))
        response = client.read_response()
        assert (response.status, response.interim) == (417, [])
        assert response.closes() and client.is_closed()


def test_other_expectation_is_a_417(sluice, origin):
    response = fetch(sluice.port, "POST", headers={"Expect": "miracles"}, body=b"x")
    assert (response.status, problem_code(response)) == (417, "expectation_failed")
    assert not origin.requests


def test_trailers_pass_both_ways(sluice, origin):
    def handler(connection, request):
        connection.read_body(request)
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                        + chunked(b"ok", trailers=[(b"X-Sum", b"2")]))

    origin.handler = handler
    with Connection(sluice.port) as client:
        client.send(request_bytes("POST", headers={**CHUNKED, "Trailer": "X-Up", "TE": "trailers"}))
        client.send(chunked(b"hello", b"world", trailers=[(b"X-Up", b"1"), (b"Content-Length", b"3")]))
        response = client.read_response()
    assert (response.body, response.trailers) == (b"ok", [("X-Sum", "2")])
    assert (origin.last().body, origin.last().trailers) == (b"helloworld", [("X-Up", "1")])


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_response_until_close_reaches_the_client_whole(sluice, origin, version):
    origin.handler = sends(b"HTTP/" + version + b" 200 OK\r\n\r\n" + b"x" * 100_000, close)
    with Connection(sluice.port) as client:
        assert client.request().body == b"x" * 100_000


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_ten_mebibytes_pass_both_ways_unchanged(sluice, origin, framing):
    body = os.urandom(10 * MIB)
    blocks = [body[i:i + 70_000] for i in range(0, len(body), 70_000)]

    def mirror(connection, request):
        connection.read_body(request)
        if framing == "length":
            connection.answer(body=request.body)
        else:
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(*blocks))

    origin.handler = mirror
    with Connection(sluice.port) as client:
        if framing == "length":
            client.send(request_bytes("POST", body=body))
        else:
            client.send(request_bytes("POST", headers=CHUNKED) + chunked(*blocks))
        response = client.read_response()
    assert hashlib.sha256(origin.last().body).digest() == hashlib.sha256(body).digest()
    assert hashlib.sha256(response.body).digest() == hashlib.sha256(body).digest()


def test_refusal_while_the_upload_goes_on_reaches_the_client(sluice, origin):
    origin.handler = lambda connection, request: connection.answer(413, b"too much")
    with Connection(sluice.port) as client:
        client.send(request_bytes("POST", headers={"Content-Length": str(1000 * MIB)}) + b"x" * 1000)
        response = client.read_response()
        assert (response.status, response.body) == (413, b"too much")
    assert fetch(sluice.port, path="/after").status == 413
    assert origin.requests[0].connection is not origin.last().connection


def test_both_directions_flow_at_once(sluice, origin):
    def echo(connection, request):
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while data := connection.read_chunk():
            connection.send(b"%x\r\n%s\r\n" % (len(data), data))
        connection.read_line()
        connection.send(b"0\r\n\r\n")

    origin.handler = echo
    with Connection(sluice.port) as client:
        client.send(request_bytes("POST", headers=CHUNKED))
        assert client.read_head().status == 200
        for word in (b"one", b"two", b"three" * 10_000):
            client.send(b"%x\r\n%s\r\n" % (len(word), word))
            echoed = b""
            while len(echoed) < len(word):
                echoed += client.read_chunk()
            assert echoed == word
        client.send(b"0\r\n\r\n")
        assert client.read_chunk() == b""


@pytest.mark.parametrize("data, how", [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000, close),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000, reset),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", close),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", reset),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello", close),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", close),
], ids=["length_fin", "length_reset", "chunked_fin", "chunked_reset", "chunk_cut", "trailers_cut"])
def test_truncated_response_never_ends_cleanly(sluice, origin, data, how):
    origin.handler = sends(data, how)
    with Connection(sluice.port) as client, pytest.raises(Aborted):
        response = client.request()
        assert response.status == 502, response  # nothing had been sent yet: as good as an abort
        raise Aborted("502")


def test_reset_of_an_unstated_end_is_not_an_end(sluice, origin):
    origin.handler = sends(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000, reset)
    with Connection(sluice.port) as client, pytest.raises(Aborted):
        response = client.request()
        assert response.status == 502, response
        raise Aborted("502")


@pytest.mark.parametrize("how", [close, reset])
def test_upstream_that_ends_before_it_answers_is_a_502(sluice, origin, how):
    origin.handler = lambda connection, request: connection.read_body(request) and how(connection)
    response = fetch(sluice.port, "POST", body=b"x")
    assert (response.status, problem_code(response)) == (502, "upstream_reset")


@pytest.mark.parametrize("how", [close, reset])
def test_connection_that_died_while_idle_is_not_the_clients_problem(sluice, origin, how):
    """The origin closes after each response without having said so."""
    def answer_and_end(connection, request):
        connection.read_body(request)
        connection.answer()
        how(connection)

    origin.handler = answer_and_end
    with Connection(sluice.port) as client:
        for i in range(50):
            assert client.request(path=f"/{i}").status == 200


def test_client_that_goes_away_in_the_middle_ends_the_upstreams_work(sluice, origin):
    def pour(connection, request):
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            connection.send(b"x" * 100_000)  # until Sluice has closed

    origin.handler = pour
    with Connection(sluice.port) as client:
        client.send(request_bytes(path="/abandoned"))
        assert client.read_head().status == 200
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert origin.last().connection.done.wait(PATIENCE)


def test_upload_that_the_client_cuts_off_never_ends_at_the_upstream(sluice, origin):
    ended = []
    origin.handler = lambda connection, request: ended.append(connection.read_body(request))
    with Connection(sluice.port) as client:
        client.send(request_bytes("POST", headers=CHUNKED) + b"5\r\nhello\r\n")
        wait_until(lambda: b"hello" in origin.received(), "the first chunk at the origin")
    assert wait_until(lambda: ended, "the end of the upload") == [False]
