"""HTTP/2 to targets: nghttpd as the target, clients of both versions, and targets that say goodbye, refuse or break off."""
import re
import ssl
import struct
import subprocess
from pathlib import Path

import pytest

from client import PATIENCE, Aborted, Connection, fetch, wait_until
from http2 import (DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, MAX_STREAMS, REFUSED_STREAM, RST_STREAM, WINDOW, WINDOW_UPDATE, Connection2, block,
                   frame)
from http2_target import group, ok, sluice_for
from nghttpd import Nghttpd
from sluice import configuration, listener, problem_code

BODY = bytes(range(256)) * 4096


@pytest.fixture(scope="module", params=["plain", "tls"])
def target(request, tmp_path_factory, authority):
    certificate = authority.issue("app.internal") if request.param == "tls" else None
    server = Nghttpd(tmp_path_factory.mktemp("nghttpd"), certificate=certificate)
    (server.root / "large").write_bytes(BODY)
    (server.root / "small").write_text("small")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def sluice(programs, target, authority):
    tls = authority.root.cert if target.certificate else None
    return programs.sluice(configuration({"app": group(target.address, tls)}, [listener(h2c=True)]))


def test_bodies_from_and_to_clients_of_both_versions(sluice):
    assert fetch(sluice.port, path="/small").body == b"small"
    assert fetch(sluice.port, path="/large").body == BODY
    assert fetch(sluice.port, "POST", "/echo", body=BODY).body == BODY
    with Connection2(sluice.port) as client:
        assert client.request(path="/small")[:2] == (200, b"small")
        assert client.request(path="/large")[:2] == (200, BODY)
        assert client.request(path="/missing")[0] == 404


def test_chunked_upload_and_head(sluice):
    with Connection(sluice.port) as client:
        client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        assert client.read_response("POST").body == b"abcde"
        answer = client.request("HEAD", "/large")
        assert answer.status == 200 and answer.get("Content-Length") == str(len(BODY)) and not answer.body


def test_target_sees_who_asks_and_no_field_of_a_connection(target, sluice):
    said = len(target.log())
    fetch(sluice.port, path="/small?seen", host="Shop.example",
          headers={"Connection": "close, X-Secret", "X-Secret": "1", "Keep-Alive": "x", "TE": "trailers, gzip", "X-Kept": "yes"})
    seen = dict(re.findall(r"recv \(stream_id=\d+\) (\S+): (.*)", target.log()[said:]))
    assert (seen[":authority"], seen[":path"], seen["te"]) == ("Shop.example", "/small?seen", "trailers")
    assert seen["x-kept"] == "yes" and seen["x-forwarded-for"] == "127.0.0.1" and seen["x-sluice-variant"] == "only"
    assert not {"host", "connection", "x-secret", "keep-alive", "transfer-encoding"} & set(seen)


def test_many_requests_share_few_connections(sluice):
    answer = subprocess.run(["h2load", "-n", "5000", "-c", "4", "-m", "20", f"http://127.0.0.1:{sluice.port}/small"],
                            capture_output=True, text=True, timeout=3 * PATIENCE)
    assert "5000 succeeded, 0 failed, 0 errored" in answer.stdout, answer.stdout
    assert sluice.metric("sluice_upstream_connections", target_group="app", state="active") \
        + sluice.metric("sluice_upstream_connections", target_group="app", state="idle") <= 2


def test_refused_stream_is_tried_again_whatever_the_method(own_programs):
    def script(target, reader, stream):
        if len(target.requests) == 1:
            reader.send(frame(RST_STREAM, 0, stream, struct.pack(">I", REFUSED_STREAM)))
        else:
            ok(reader, stream)
    target, sluice = sluice_for(own_programs, script)
    assert fetch(sluice.port, "POST", body=b"x").body == b"ok"
    assert len(target.requests) == 2


def test_refused_stream_whose_body_was_partly_read_is_not_sent_again_without_it(own_programs):
    def script(target, reader, stream):
        if len(target.requests) > 1:
            return ok(reader, stream)
        while reader.read_frame().type != DATA:
            pass
        reader.send(frame(RST_STREAM, 0, stream, struct.pack(">I", REFUSED_STREAM)))
    target, sluice = sluice_for(own_programs, script)
    with Connection(sluice.port) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
        wait_until(lambda: len(target.requests) == 1, "the head to arrive")
        client.send(b"first")
        answer = client.read_response("POST")
    assert (answer.status, problem_code(answer), len(target.requests)) == (502, "upstream_reset", 1)


def test_goaway_below_a_stream_moves_it_to_another_connection(own_programs):
    def script(target, reader, stream):
        if len(target.connections) == 1:
            reader.send(frame(GOAWAY, payload=struct.pack(">II", 0, 0)))
        else:
            ok(reader, stream)
    target, sluice = sluice_for(own_programs, script)
    assert fetch(sluice.port, "POST", body=b"x").body == b"ok"
    assert (len(target.connections), len(target.requests)) == (2, 2)


# To a client of HTTP/1.1 they would be other fields, or another message.
BAD_FIELDS = [("connection", "close"), ("transfer-encoding", "chunked"), ("x-a", "b\r\nx-evil: 1"), ("x-a", "b\nx-evil: 1"), ("x-a", "b\0c"),
              ("x-a\r\nx-evil", "1"), ("x-a:b", "1"), ("", "x"), ("X-Upper", "1"), (":path", "/")]


@pytest.mark.parametrize("frames, code", [
    (lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", 2)), "upstream_reset"),
    (lambda stream: frame(HEADERS, END_HEADERS | END_STREAM, stream, block([("x", "no status")])), "upstream_bad_response"),
    *[(lambda stream, bad=bad: frame(HEADERS, END_HEADERS | END_STREAM, stream, block([(":status", "200"), bad])), None)
      for bad in BAD_FIELDS],
    (lambda stream: frame(HEADERS, END_HEADERS | END_STREAM, stream, block([(":status", "20")])), None),
    (lambda stream: frame(HEADERS, END_HEADERS | END_STREAM, stream, block([(":status", "200"), ("content-length", "5")])), None),
    (lambda stream: frame(HEADERS, END_HEADERS, stream, b"\x88" + block([("x", "y" * 16000)]) + block([("z", "y" * 70000)])), None),
    (lambda stream: b"garbage that is no frame at all, and long enough to be one", "upstream_reset"),
], ids=["reset", "no status", *map(str, BAD_FIELDS), "short status", "length of nothing", "large", "garbage"])
def test_target_that_breaks_the_rules_is_a_502(own_programs, frames, code):
    _, sluice = sluice_for(own_programs, lambda target, reader, stream: reader.send(frames(stream)))
    answer = fetch(sluice.port, "POST", body=b"x")
    assert answer.status == 502 and (code is None or problem_code(answer) == code)


def test_goaway_that_covers_a_stream_lets_it_end(own_programs):
    """And whoever comes next has another connection."""
    def script(_, reader, stream):
        reader.send(frame(GOAWAY, payload=struct.pack(">II", stream, 0)))
        ok(reader, stream)
    target, sluice = sluice_for(own_programs, script)
    assert [fetch(sluice.port).body for _ in range(3)] == [b"ok"] * 3
    assert (len(target.connections), len(target.requests)) == (3, 3)


def test_target_has_no_more_streams_at_once_than_it_takes(own_programs):
    held = []

    def script(target, reader, stream):
        if len(target.requests) == 1:
            ok(reader, stream)
        else:
            held.append((reader, stream))

    target, sluice = sluice_for(own_programs, script, {MAX_STREAMS: 2})
    with Connection2(sluice.port) as client:
        assert client.request()[0] == 200  # now it is known how many it takes
        for count in range(1, 7):
            client.open()
            wait_until(lambda: len(held) == count, "it at the target")
        readers = [reader for reader, _ in held]
        assert [sum(each is reader for each in readers) for reader in readers] == [2] * 6
        for reader, stream in held:
            ok(reader, stream)
        assert sum(client.until(lambda got: got.type == DATA).flags & END_STREAM for _ in held) == 6
    assert len(target.connections) == 3


@pytest.mark.parametrize("length, sent", [(5, 3), (3, 5)])
def test_length_that_lies_is_no_whole_answer(own_programs, length, sent):
    sluice = sluice_for(own_programs, lambda target, reader, stream: reader.send(
        frame(HEADERS, END_HEADERS, stream, block([(":status", "200"), ("content-length", str(length))]))
        + frame(DATA, END_STREAM, stream, b"x" * sent)))[1]
    try:
        assert fetch(sluice.port).status == 502
    except Aborted as broken:  # the head had gone
        assert not broken.partial.endswith(b"x" * length)


def test_target_may_say_more_of_windows_than_a_client(own_programs):
    """As some do for each read: one connection serves all the same."""
    def script(target, reader, stream):
        reader.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1)) * 100 + frame(HEADERS, END_HEADERS, stream, b"\x88")
                    + frame(DATA, 0, stream) * 5 + frame(DATA, END_STREAM, stream, b"ok"))
    target, sluice = sluice_for(own_programs, script)
    for _ in range(3):
        assert fetch(sluice.port).body == b"ok"
    assert len(target.connections) == 1


def has_keep_alive(target):
    """/proc/net/tcp's timer of the connections to it that are established and silent."""
    address = f":{target.port:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return any(line[2].endswith(address) and line[3] == "01" and line[5].startswith("02:") for line in lines)


def test_host_of_a_silent_target_is_asked_whether_it_lives(own_programs):
    """Servers of gRPC bear with few pings; what the kernel asks they do not see."""
    target, sluice = sluice_for(own_programs, lambda *_: None)
    with Connection2(sluice.port) as client:
        client.open()
        wait_until(lambda: target.requests and has_keep_alive(target), "a timer of the kernel's")


def test_client_that_takes_nothing_holds_back_no_other_of_the_target(target, sluice):
    with Connection2(sluice.port, own_settings={WINDOW: 0}) as slow:
        for _ in range(50):
            slow.open(path="/large")
        for _ in range(50):
            assert slow.until(lambda got: got.type == HEADERS).status == 200
        with Connection2(sluice.port) as other:
            assert other.request(path="/large")[:2] == (200, BODY)


def test_reset_in_the_middle_of_a_body_is_no_end(own_programs):
    def script(_, reader, stream):
        reader.send(frame(HEADERS, END_HEADERS, stream, b"\x88") + frame(DATA, 0, stream, b"half")
                    + frame(RST_STREAM, 0, stream, struct.pack(">I", 2)))
    _, sluice = sluice_for(own_programs, script)
    with Connection(sluice.port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        with pytest.raises(Exception):
            client.read_response()


def test_target_without_http2_is_a_tls_failure(own_programs, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    files = authority.issue("app.internal")
    context.load_cert_chain(files.cert, files.key)
    origin = own_programs.origin(tls=context)
    sluice = own_programs.sluice(configuration({"app": group(origin.address, authority.root.cert)}))
    assert problem_code(fetch(sluice.port)) == "upstream_tls_failed"
