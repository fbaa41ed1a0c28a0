"""Responses that two readers could see differently become a 502, and their connection is never used again."""
import pytest

from client import Aborted, Connection, chunked, fetch, wait_until
from sluice import configuration, problem_code

OK = b"HTTP/1.1 200 OK\r\n"
TE = b"Transfer-Encoding: chunked\r\n"

BAD_RESPONSES = [
    ("status_not_a_number", b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok"),
    ("status_of_two_digits", b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("status_of_four_digits", b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("status_line_garbage", b"junk\r\n\r\n"),
    ("status_line_other_protocol", b"HTTQ/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("version_2_0", b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("length_conflicting", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"),
    ("length_repeated_equal", OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
    ("length_plus", OK + b"Content-Length: +2\r\n\r\nok"),
    ("length_list", OK + b"Content-Length: 2, 2\r\n\r\nok"),
    ("length_overflows_64_bits", OK + b"Content-Length: 18446744073709551618\r\n\r\nok"),
    ("length_and_chunked", OK + b"Content-Length: 2\r\n" + TE + b"\r\n" + chunked(b"ok")),
    ("coding_xchunked", OK + b"Transfer-Encoding: xchunked\r\n\r\n" + chunked(b"ok")),
    ("coding_gzip_chunked", OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked(b"ok")),
    ("coding_identity", OK + b"Transfer-Encoding: identity\r\n\r\nok"),
    ("coding_repeated", OK + TE + TE + b"\r\n" + chunked(b"ok")),
    ("coding_in_http_1_0", b"HTTP/1.0 200 OK\r\n" + TE + b"\r\n" + chunked(b"ok")),
    ("bare_lf", OK + b"X: a\nContent-Length: 2\r\n\r\nok"),
    ("bare_lf_everywhere", b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("bare_cr", OK + b"X: a\rb\r\nContent-Length: 2\r\n\r\nok"),
    ("fold", OK + b"X: a\r\n b\r\nContent-Length: 2\r\n\r\nok"),
    ("space_before_colon", OK + b"X : a\r\nContent-Length: 2\r\n\r\nok"),
    ("name_empty", OK + b": a\r\nContent-Length: 2\r\n\r\nok"),
    ("colon_missing", OK + b"X\r\nContent-Length: 2\r\n\r\nok"),
    ("value_with_nul", OK + b"X: a\x00b\r\nContent-Length: 2\r\n\r\nok"),
    ("value_with_control_byte", OK + b"X: a\x01b\r\nContent-Length: 2\r\n\r\nok"),
    ("head_without_end", OK + b"".join(b"X-%d: %s\r\n" % (i, b"x" * 1000) for i in range(1000))),
    ("switching_protocols_unasked", b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
]
BAD_CHUNKS = [
    ("size_not_hexadecimal", b"5\r\nhello\r\nxyz\r\n"),
    ("size_overflows", b"5\r\nhello\r\n" + b"f" * 40 + b"\r\n"),
    ("bare_lf", b"5\r\nhello\r\n5\nhello\r\n0\r\n\r\n"),
    ("data_longer_than_size", b"5\r\nhelloX\r\n0\r\n\r\n"),
    ("trailer_folded", b"5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"),
]
# Complete answers to GET /first, with bytes behind them that nobody asked for.
EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
EXTRA_BYTES = [
    ("after_length", "GET", OK + b"Content-Length: 2\r\n\r\nok" + EVIL),
    ("after_chunked", "GET", OK + TE + b"\r\n" + chunked(b"ok") + EVIL),
    ("after_204", "GET", b"HTTP/1.1 204 No Content\r\n\r\n" + EVIL),
    ("after_304", "GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello"),
    ("after_head", "HEAD", OK + b"Content-Length: 5\r\n\r\nhello"),
]


def ids(table):
    return [row[0] for row in table]


@pytest.fixture(scope="module")
def sluice(programs, module_origin):
    return programs.sluice(configuration({"app": [module_origin.address]}))


def answer_first_with(data):
    """Answers /first with these bytes, and everything else rightly."""
    def handler(connection, request):
        connection.read_body(request)
        connection.send(data) if request.target == "/first" else connection.answer()
    return handler


@pytest.mark.parametrize("data", [row[1] for row in BAD_RESPONSES], ids=ids(BAD_RESPONSES))
def test_malformed_response_is_a_502_and_its_connection_is_closed(sluice, origin, data):
    origin.handler = answer_first_with(data)
    with Connection(sluice.port) as client:
        response = client.request(path="/first")
        assert response.status == 502
        assert problem_code(response) == "upstream_bad_response"
    bad = origin.requests[0].connection
    assert fetch(sluice.port, path="/second").body == b"ok"
    assert origin.last().connection is not bad
    wait_until(lambda: bad.ended.is_set() or not bad.receive(), "Sluice to close the upstream connection")


@pytest.mark.parametrize("data", [row[1] for row in BAD_CHUNKS], ids=ids(BAD_CHUNKS))
def test_malformed_chunk_aborts_the_response_that_has_begun(sluice, origin, data):
    origin.handler = answer_first_with(OK + TE + b"\r\n" + data)
    with Connection(sluice.port) as client:
        with pytest.raises(Aborted):
            response = client.request(path="/first")
            assert response.status == 502, response  # nothing had been sent yet: as good as an abort
            raise Aborted("502")
    bad = origin.requests[0].connection
    assert fetch(sluice.port, path="/second").body == b"ok"
    assert origin.last().connection is not bad


@pytest.mark.parametrize("method, data", [row[1:] for row in EXTRA_BYTES], ids=ids(EXTRA_BYTES))
def test_bytes_behind_a_response_never_answer_the_next_request(sluice, origin, method, data):
    origin.handler = answer_first_with(data)
    with Connection(sluice.port) as client:
        first = client.request(method, "/first")
        assert first.body in (b"", b"ok")
        assert client.request(path="/second").body == b"ok"
    assert origin.targets() == ["/first", "/second"]
    assert origin.requests[1].connection is not origin.requests[0].connection


def test_bytes_on_an_idle_connection_never_answer_the_next_request(sluice, origin):
    assert fetch(sluice.port, path="/first").body == b"ok"
    connection = origin.last().connection
    connection.send(EVIL)
    for _ in range(3):
        assert fetch(sluice.port, path="/second").body == b"ok"
    assert connection not in [request.connection for request in origin.requests[1:]]
