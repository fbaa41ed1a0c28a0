"""Requests whose framing two readers could see differently are refused, and nothing of them reaches an upstream."""
import pytest

from client import Aborted, Connection, chunked, fetch
from sluice import configuration, problem_code

BODY = b"hello"
CHUNKS = chunked(b"hello")


def post(*lines, body=b""):
    """A POST with these header lines after Host."""
    return b"\r\n".join((b"POST /bad HTTP/1.1", b"Host: a", *lines, b"", b"")) + body


def get(*lines):
    return b"\r\n".join((b"GET /bad HTTP/1.1", b"Host: a", *lines, b"", b""))


def head(*lines):
    return b"\r\n".join((*lines, b"", b""))


TE = b"Transfer-Encoding: "
BAD = {400}
UNKNOWN_CODING = {400, 501}
VERSION = {400, 505}

REFUSED_HEADS = [
    # Content-Length
    ("length_conflicting", post(b"Content-Length: 5", b"Content-Length: 6", body=BODY), BAD),
    ("length_repeated_equal", post(b"Content-Length: 5", b"Content-Length: 5", body=BODY), BAD),
    ("length_list_equal", post(b"Content-Length: 5, 5", body=BODY), BAD),
    ("length_list_conflicting", post(b"Content-Length: 5, 6", body=BODY), BAD),
    ("length_plus", post(b"Content-Length: +5", body=BODY), BAD),
    ("length_minus", post(b"Content-Length: -5", body=BODY), BAD),
    ("length_hexadecimal", post(b"Content-Length: 0x5", body=BODY), BAD),
    ("length_trailing_letter", post(b"Content-Length: 5a", body=BODY), BAD),
    ("length_inner_space", post(b"Content-Length: 5 0", body=BODY), BAD),
    ("length_empty", post(b"Content-Length:", body=BODY), BAD),
    ("length_overflows_64_bits", post(b"Content-Length: 18446744073709551621", body=BODY), BAD),
    ("length_and_chunked", post(b"Content-Length: 5", TE + b"chunked", body=CHUNKS), BAD),
    ("chunked_and_length", post(TE + b"chunked", b"Content-Length: 5", body=CHUNKS), BAD),
    ("chunked_and_length_zero", post(TE + b"chunked", b"Content-Length: 0", body=CHUNKS), BAD),
    # Transfer-Encoding
    ("coding_xchunked", post(TE + b"xchunked", body=CHUNKS), UNKNOWN_CODING),
    ("coding_identity", post(TE + b"identity", body=CHUNKS), UNKNOWN_CODING),
    ("coding_gzip_chunked", post(TE + b"gzip, chunked", body=CHUNKS), UNKNOWN_CODING),
    ("coding_chunked_gzip", post(TE + b"chunked, gzip", body=CHUNKS), UNKNOWN_CODING),
    ("coding_chunked_identity", post(TE + b"chunked, identity", body=CHUNKS), UNKNOWN_CODING),
    ("coding_chunked_twice", post(TE + b"chunked, chunked", body=CHUNKS), BAD),
    ("coding_repeated_header", post(TE + b"chunked", TE + b"chunked", body=CHUNKS), BAD),
    ("coding_chunked_then_identity_header", post(TE + b"chunked", TE + b"identity", body=CHUNKS), UNKNOWN_CODING),
    ("coding_empty", post(TE.strip(), body=CHUNKS), UNKNOWN_CODING),
    ("coding_quoted", post(TE + b'"chunked"', body=CHUNKS), UNKNOWN_CODING),
    ("coding_with_parameter", post(TE + b"chunked;q=1", body=CHUNKS), UNKNOWN_CODING),
    ("coding_after_comma", post(TE + b", chunked", body=CHUNKS), UNKNOWN_CODING),
    ("coding_before_comma", post(TE + b"gzip,", body=CHUNKS), UNKNOWN_CODING),
    ("coding_chunked_before_comma", post(TE + b"chunked,", body=CHUNKS), UNKNOWN_CODING),
    ("coding_vertical_tab", post(TE + b"\x0bchunked", body=CHUNKS), BAD),
    ("coding_in_http_1_0", head(b"POST /bad HTTP/1.0", b"Host: a", TE + b"chunked") + CHUNKS, BAD),
    # Lines and fields
    ("bare_lf_everywhere", b"GET /bad HTTP/1.1\nHost: a\n\n", BAD),
    ("bare_lf_after_request_line", b"GET /bad HTTP/1.1\nHost: a\r\n\r\n", BAD),
    ("bare_lf_after_field", b"GET /bad HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", BAD),
    ("bare_lf_as_last_line", b"GET /bad HTTP/1.1\r\nHost: a\r\n\n", BAD),
    ("bare_cr_in_value", get(b"X: a\rb"), BAD),
    ("bare_cr_between_fields", b"GET /bad HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", BAD),
    ("bare_cr_in_request_line", b"GET /bad\rX HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("double_cr_before_lf", get(b"X: a\r"), BAD),
    ("fold_with_space", get(b"X: a", b" b"), BAD),
    ("fold_with_tab", get(b"X: a", b"\tb"), BAD),
    ("fold_of_framing", post(TE, b" chunked", body=CHUNKS), BAD),
    ("fold_before_first_field", b"GET /bad HTTP/1.1\r\n Host: a\r\n\r\n", BAD),
    ("space_before_colon", get(b"X : a"), BAD),
    ("tab_before_colon_of_length", post(b"Content-Length\t: 5", body=BODY), BAD),
    ("space_before_colon_of_coding", post(b"Transfer-Encoding : chunked", body=CHUNKS), BAD),
    ("space_in_name", get(b"X Y: a"), BAD),
    ("name_empty", get(b": a"), BAD),
    ("colon_missing", get(b"X"), BAD),
    ("name_with_parenthesis", get(b"X(: a"), BAD),
    ("name_with_control_byte", get(b"X\x01: a"), BAD),
    ("name_with_nul", get(b"X\x00: a"), BAD),
    ("name_not_ascii", get(b"X\xe9: a"), BAD),
    ("value_with_nul", get(b"X: a\x00b"), BAD),
    ("value_with_control_byte", get(b"X: a\x01b"), BAD),
    ("value_with_form_feed", get(b"X: a\x0cb"), BAD),
    ("value_with_delete", get(b"X: a\x7fb"), BAD),
    # Request line
    ("target_with_nul", b"GET /bad\x00 HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("target_with_space", b"GET /bad b HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("target_with_tab", b"GET /bad\tb HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("target_missing", b"GET HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("target_relative", b"GET bad HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("target_asterisk_of_get", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("two_spaces", b"GET  /bad HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("leading_space", b" GET /bad HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("tabs_between", b"GET\t/bad\tHTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("trailing_space", b"GET /bad HTTP/1.1 \r\nHost: a\r\n\r\n", BAD),
    ("method_with_parenthesis", b"G(T /bad HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
    ("version_missing", b"GET /bad\r\nHost: a\r\n\r\n", BAD),
    ("version_2_0", b"GET /bad HTTP/2.0\r\nHost: a\r\n\r\n", VERSION),
    ("version_0_9", b"GET /bad HTTP/0.9\r\nHost: a\r\n\r\n", VERSION),
    ("version_lower_case", b"GET /bad http/1.1\r\nHost: a\r\n\r\n", BAD),
    ("version_without_minor", b"GET /bad HTTP/1\r\nHost: a\r\n\r\n", VERSION),
    ("version_with_more", b"GET /bad HTTP/1.1x\r\nHost: a\r\n\r\n", VERSION),
    ("version_with_zero", b"GET /bad HTTP/01.1\r\nHost: a\r\n\r\n", VERSION),
    ("method_connect", head(b"CONNECT a:443 HTTP/1.1", b"Host: a:443"), {405}),
    ("method_trace", head(b"TRACE /bad HTTP/1.1", b"Host: a"), {405}),
    # Host
    ("host_missing", head(b"GET /bad HTTP/1.1", b"X: a"), BAD),
    ("host_twice", get(b"Host: b"), BAD),
    ("host_twice_equal", get(b"Host: a"), BAD),
    ("host_with_space", head(b"GET /bad HTTP/1.1", b"Host: a b"), BAD),
    ("host_with_path", head(b"GET /bad HTTP/1.1", b"Host: a/b"), BAD),
    ("host_with_user", head(b"GET /bad HTTP/1.1", b"Host: user@a"), BAD),
    ("absolute_form_of_other_host", head(b"GET http://b/bad HTTP/1.1", b"Host: a"), BAD),
    ("absolute_form_of_other_port", head(b"GET http://a:81/bad HTTP/1.1", b"Host: a:82"), BAD),
    ("absolute_form_without_host", head(b"GET http://a/bad HTTP/1.1"), BAD),
]

# The head is right and may have been passed on; the body's end must not.
REFUSED_BODIES = [
    ("size_not_hexadecimal", b"xyz\r\nhello\r\n0\r\n\r\n"),
    ("size_empty", b"\r\nhello\r\n0\r\n\r\n"),
    ("size_minus", b"-5\r\nhello\r\n0\r\n\r\n"),
    ("size_plus", b"+5\r\nhello\r\n0\r\n\r\n"),
    ("size_0x", b"0x5\r\nhello\r\n0\r\n\r\n"),
    ("size_underscore", b"5_0\r\nhello\r\n0\r\n\r\n"),
    ("size_leading_space", b" 5\r\nhello\r\n0\r\n\r\n"),
    ("size_overflows_64_bits", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    ("size_overflows_by_far", b"f" * 40 + b"\r\nhello\r\n0\r\n\r\n"),
    ("size_line_bare_lf", b"5\nhello\r\n0\r\n\r\n"),
    ("size_line_bare_cr", b"5\rhello\r\n0\r\n\r\n"),
    ("data_longer_than_size", b"5\r\nhelloX\r\n0\r\n\r\n"),
    ("data_without_crlf", b"5\r\nhello0\r\n\r\n"),
    ("data_then_bare_lf", b"5\r\nhello\n0\r\n\r\n"),
    ("extension_too_long", b"5;" + b"x" * 20000 + b"\r\nhello\r\n0\r\n\r\n"),
    ("extension_with_bare_lf", b"5;a\nhello\r\n0\r\n\r\n"),
    ("extension_with_bare_cr", b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
    ("extension_with_nul", b"5;a\x00b\r\nhello\r\n0\r\n\r\n"),
    ("last_chunk_bare_lf", b"5\r\nhello\r\n0\n\n"),
    ("trailer_space_before_colon", b"5\r\nhello\r\n0\r\nX : a\r\n\r\n"),
    ("trailer_without_colon", b"5\r\nhello\r\n0\r\nX\r\n\r\n"),
    ("trailer_folded", b"5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"),
    ("trailer_bare_lf", b"5\r\nhello\r\n0\r\nX: a\nY: b\r\n\r\n"),
    ("trailer_with_nul", b"5\r\nhello\r\n0\r\nX: a\x00\r\n\r\n"),
]

TAKEN = [
    ("empty_line_first", b"\r\n" + get(b"X: a")),
    ("field_names_in_lower_case", b"GET /bad HTTP/1.1\r\nhost: a\r\n\r\n"),
    ("tabs_around_value", b"GET /bad HTTP/1.1\r\nHost:\ta\t\r\nX: \t b \t\r\n\r\n"),
    ("no_space_after_colon", b"GET /bad HTTP/1.1\r\nHost:a\r\n\r\n"),
    ("value_empty", get(b"X:")),
    ("value_not_ascii", get(b"X: \xc3\xa9")),
    ("method_unknown", b"BREW /bad HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("absolute_form_of_same_host", head(b"GET http://a/bad HTTP/1.1", b"Host: a")),
    ("absolute_form_in_other_case", head(b"GET HTTP://A/bad HTTP/1.1", b"Host: a")),
    ("length_zero", post(b"Content-Length: 0")),
    ("length_with_zeros", post(b"Content-Length: 005", body=BODY)),
    ("coding_in_other_case", post(b"transfer-encoding: Chunked", body=CHUNKS)),
    ("chunk_size_with_zeros", post(TE + b"chunked", body=b"0005\r\nhello\r\n000\r\n\r\n")),
    ("chunk_extension", post(TE + b"chunked", body=b'5;name="value"\r\nhello\r\n0\r\n\r\n')),
    ("chunks_of_one_byte", post(TE + b"chunked", body=chunked(*[b"x"] * 200))),
    ("version_1_0_without_host", b"GET /bad HTTP/1.0\r\n\r\n"),
]


def ids(table):
    return [row[0] for row in table]


def rows(table):
    return [row[1:] for row in table]


@pytest.fixture(scope="module")
def sluice(programs, module_origin):
    return programs.sluice(configuration({"app": [module_origin.address]}))


def send(client, data, pieces):
    client.send_bytewise(data) if pieces == "bytewise" else client.send(data)


@pytest.mark.parametrize("pieces", ["whole", "bytewise"])
@pytest.mark.parametrize("data, statuses", rows(REFUSED_HEADS), ids=ids(REFUSED_HEADS))
def test_refused_head_reaches_no_upstream(sluice, origin, data, statuses, pieces):
    with Connection(sluice.port) as client:
        send(client, data, pieces)
        response = client.read_response()
        assert response.status in statuses
        assert problem_code(response)
        assert response.closes()
        assert client.is_closed()
    assert fetch(sluice.port, path="/after").status == 200
    assert origin.targets() == ["/after"]
    assert b"/bad" not in origin.received()


@pytest.mark.parametrize("pieces", ["whole", "bytewise"])
@pytest.mark.parametrize("body", [row[1] for row in REFUSED_BODIES], ids=ids(REFUSED_BODIES))
def test_refused_body_never_ends_at_the_upstream(sluice, origin, body, pieces):
    completed = []

    def take(connection, request):
        completed.append((request.target, connection.read_body(request)))
        connection.answer()

    origin.handler = take
    with Connection(sluice.port) as client:
        send(client, post(TE + b"chunked", body=body), pieces)
        response = client.read_response()
        assert response.status in (400, 413, 431)
        assert problem_code(response)
        assert response.closes()
        assert client.is_closed()
    assert fetch(sluice.port, path="/after").status == 200
    assert ("/bad", True) not in completed
    assert ("/after", True) in completed


@pytest.mark.parametrize("pieces", ["whole", "bytewise"])
@pytest.mark.parametrize("data", [row[1] for row in TAKEN], ids=ids(TAKEN))
def test_unusual_but_right_request_is_served(sluice, origin, data, pieces):
    with Connection(sluice.port) as client:
        send(client, data, pieces)
        assert client.read_response().status == 200
    assert origin.targets() == ["/bad"]


def test_second_request_of_a_connection_is_checked_like_the_first(sluice, origin):
    with Connection(sluice.port) as client:
        client.send(get() + post(b"Content-Length: 5", TE + b"chunked", body=CHUNKS) + get())
        assert client.read_response().status == 200
        assert client.read_response().status == 400
        assert client.is_closed()
    assert origin.targets() == ["/bad"]


def test_bytes_after_a_refused_request_are_not_a_request(sluice, origin):
    with Connection(sluice.port) as client:
        client.send(post(b"Content-Length: 0", TE + b"chunked", body=b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"))
        assert client.read_response().status == 400
        assert client.is_closed()
    assert origin.targets() == []


def test_head_that_the_client_cuts_off_reaches_no_upstream(sluice, origin):
    with Connection(sluice.port) as client:
        client.send(b"GET /bad HTTP/1.1\r\nHost: a\r\n")
        client.finish_sending()
        try:
            assert client.read_response().status == 400
        except Aborted:
            pass
    assert origin.targets() == []
