"""In front of a real nginx: its access log shows exactly the requests that Sluice let through, whatever was sent."""
import json

import pytest

from client import Connection, chunked, fetch, wait_until
from sluice import configuration

SMUGGLED = b"GET /smuggled-@ HTTP/1.1\r\nHost: a\r\n\r\n"
NEXT = b"GET /next-@ HTTP/1.1\r\nHost: a\r\n\r\n"


def post(*lines, body):
    return b"\r\n".join((b"POST /outer-@ HTTP/1.1", b"Host: a", *lines, b"", b"")) + body


ZERO_THEN_SMUGGLED = b"0\r\n\r\n" + SMUGGLED
LENGTH = b"Content-Length: %d" % len(ZERO_THEN_SMUGGLED)
# '@' becomes the attempt's name, so that each line of a log belongs to one of them.
ATTEMPTS = {
    "cl_te": post(LENGTH, b"Transfer-Encoding: chunked", body=ZERO_THEN_SMUGGLED),
    "te_cl": post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=chunked(SMUGGLED)),
    "cl_0": post(b"Content-Length: 0", body=SMUGGLED),
    "cl_conflicting": post(b"Content-Length: 0", LENGTH, body=ZERO_THEN_SMUGGLED),
    "cl_list": post(b"Content-Length: 0, 0", body=SMUGGLED),
    "cl_plus": post(b"Content-Length: +0", body=SMUGGLED),
    "cl_overflow": post(b"Content-Length: 18446744073709551616", body=SMUGGLED),
    "cl_space_before_colon": post(b"Content-Length : 0", body=SMUGGLED),
    "cl_in_two_cases": post(b"Content-Length: 0", b"content-length: 5", body=SMUGGLED),
    "te_xchunked": post(b"Transfer-Encoding: xchunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_twice": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: x", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_folded": post(b"Transfer-Encoding:", b" chunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_space_before_colon": post(b"Transfer-Encoding : chunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_vertical_tab": post(b"Transfer-Encoding: \x0bchunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_after_bare_lf": post(b"X: a\nTransfer-Encoding: chunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_after_bare_cr": post(b"X: a\rTransfer-Encoding: chunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_after_nul": post(b"X: a\x00Transfer-Encoding: chunked", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_named_in_connection": post(b"Connection: Transfer-Encoding", b"Transfer-Encoding: chunked", body=ZERO_THEN_SMUGGLED),
    "cl_named_in_connection": post(b"Connection: Content-Length", LENGTH, body=ZERO_THEN_SMUGGLED),
    "te_alone": post(b"Transfer-Encoding: chunked", body=ZERO_THEN_SMUGGLED),
    "te_in_http_1_0": b"POST /outer-@ HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + ZERO_THEN_SMUGGLED,
    "get_with_body": b"GET /outer-@ HTTP/1.1\r\nHost: a\r\n" + LENGTH + b"\r\n\r\n" + ZERO_THEN_SMUGGLED,
    "head_with_body": b"HEAD /outer-@ HTTP/1.1\r\nHost: a\r\n" + LENGTH + b"\r\n\r\n" + ZERO_THEN_SMUGGLED,
    "chunk_extension_lf": post(b"Transfer-Encoding: chunked", body=b"2;\nxx\r\n2d\r\n0\r\n\r\n" + SMUGGLED),
    "chunk_size_overflow": post(b"Transfer-Encoding: chunked", body=b"100000000000000000\r\n\r\n" + ZERO_THEN_SMUGGLED),
    "chunk_size_0x": post(b"Transfer-Encoding: chunked", body=b"0x1\r\na\r\n" + ZERO_THEN_SMUGGLED),
    "chunk_bare_lf": post(b"Transfer-Encoding: chunked", body=b"0\n\n" + SMUGGLED),
    "trailer_with_length": post(b"Transfer-Encoding: chunked", body=b"0\r\nContent-Length: 40\r\n\r\n" + SMUGGLED),
    "trailer_with_coding": post(b"Transfer-Encoding: chunked", body=b"0\r\nTransfer-Encoding: x\r\n\r\n" + SMUGGLED),
    "expect_with_body": post(b"Expect: 100-continue", b"Content-Length: 0", body=SMUGGLED),
    "expect_unknown": post(b"Expect: 100-continuex", LENGTH, body=ZERO_THEN_SMUGGLED),
    "upgrade_refused": b"GET /outer-@ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n" + SMUGGLED,
    "upgrade_h2c": (b"GET /outer-@ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n") + SMUGGLED,
    "connect": b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n" + SMUGGLED,
    "target_with_lf": b"GET /outer-@\nX: HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED,
    "http_0_9": b"GET /outer-@\r\n" + SMUGGLED,
    "pipelined": b"GET /outer-@ HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED,
    "second_half_in_value": b"GET /outer-@ HTTP/1.1\r\nHost: a\r\nX: a\r\r\n" + SMUGGLED,
    "crlf_encoded": b"GET /outer-@%0d%0aX:%20a HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.fixture(scope="module")
def nginx(programs):
    return programs.nginx()


@pytest.fixture(scope="module")
def sluice(programs, nginx):
    return programs.sluice(configuration({"app": [nginx.address]}))


def attempt(port, data, bytewise):
    """Sends everything and takes whatever answers come, until the connection ends or has nothing more to say."""
    with Connection(port) as client:
        client.send_bytewise(data) if bytewise else client.send(data)
        try:
            client.finish_sending()
            while True:
                client.read_response()
        except (OSError, AssertionError):
            pass


def forwarded(sluice, mark):
    """(method, target) of the requests that Sluice's log says it sent on."""
    lines = [line for line in sluice.access_log() if mark in line["path"] and line.get("target")]
    return sorted((line["method"], line["path"].partition("?")[0]) for line in lines)


def received(nginx, mark):
    return sorted((method, target) for method, target in nginx.log() if mark in target)


@pytest.mark.parametrize("bytewise", [False, True], ids=["whole", "bytewise"])
@pytest.mark.parametrize("name", ATTEMPTS)
def test_nginx_sees_what_sluice_let_through(sluice, nginx, name, bytewise):
    mark = f"{name}-{bytewise}-end"
    data = (ATTEMPTS[name] + NEXT).replace(b"@", mark.encode())
    data = data.replace(b"%d" % len(ZERO_THEN_SMUGGLED), b"%d" % len(ZERO_THEN_SMUGGLED.replace(b"@", mark.encode())))
    attempt(sluice.port, data, bytewise)
    for path in (f"/done-{mark}-1", f"/done-{mark}-2"):
        assert fetch(sluice.port, path=path).body == b"blue\n"
    sluice.logged(path=f"/done-{mark}-2")
    wait_until(lambda: received(nginx, mark) == forwarded(sluice, mark),
               lambda: json.dumps({"nginx": received(nginx, mark), "sluice": forwarded(sluice, mark)}, indent=1))


def test_the_attempts_are_told_apart_from_what_is_right(sluice, nginx):
    """A pipelined second request is a request: the comparison above would see one that Sluice did not log."""
    mark = "pipelined-False-end"
    if not received(nginx, mark):
        pytest.skip("the attempts did not run")
    assert ("GET", f"/smuggled-{mark}") in received(nginx, mark)
