"""gRPC through Sluice, with grpcio at both ends: every kind of call, statuses, deadlines, metadata."""
import queue
import time

import grpc
import hpack
import pytest

from client import PATIENCE, wait_until
from grpc_peer import GrpcClient, GrpcServer
from http2 import DATA, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, Connection2, block, frame
from http2_target import RawTarget, ok
from sluice import configuration, listener


@pytest.fixture(scope="module")
def server():
    server = GrpcServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def sluice(programs, server, authority):
    listeners = [listener("plain", h2c=True, forward="app"),
                 listener("secure", forward="app", protocol="https", tls={"certificates": [authority.issue("localhost").keys()]}),
                 listener("nobody", h2c=True, forward="nobody")]
    groups = {"app": {"targets": [server.address], "protocol": "grpc"}, "nobody": {"targets": ["127.0.0.1:1"], "protocol": "grpc"}}
    return programs.sluice(configuration(groups, listeners))


@pytest.fixture(params=["plain", "secure"])
def client(request, sluice, authority):
    with GrpcClient(sluice.ports[request.param], authority if request.param == "secure" else None) as client:
        yield client


def test_unary_with_metadata_and_trailers(client):
    answer, call = client.unary.with_call(b"hello", metadata=[("x-suffix", "!")], timeout=PATIENCE)
    assert answer == b"hello!"
    assert ("x-trailer", "kept") in [tuple(each) for each in call.trailing_metadata()]


def test_status_of_the_server_arrives(client):
    with pytest.raises(grpc.RpcError) as failed:
        client.unary(b"fail", timeout=PATIENCE)
    assert (failed.value.code(), failed.value.details()) == (grpc.StatusCode.FAILED_PRECONDITION, "as asked")


def test_large_messages(client):
    message = b"x" * 3_000_000
    assert client.unary(message, timeout=PATIENCE) == message


def test_stream_of_answers(client):
    assert list(client.server_stream(b"100", timeout=PATIENCE)) == [b"part %d" % i for i in range(100)]


def test_stream_of_requests(client):
    assert client.client_stream(iter([b"a", b"b", b"c"]), timeout=PATIENCE) == b"a,b,c"


def test_both_ways_at_once(client):
    """The next request is said only when the last one was answered."""
    said = queue.Queue()
    answers = client.both_ways(iter(said.get, None), timeout=PATIENCE)
    for word in (b"one", b"two", b"three"):
        said.put(word)
        assert next(answers) == b"re: " + word
    said.put(None)
    assert list(answers) == []


def test_deadline(client):
    with pytest.raises(grpc.RpcError) as failed:
        client.unary(b"slow", timeout=0.5)
    assert failed.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert client.unary(b"fine", timeout=PATIENCE) == b"fine"


def test_error_of_sluices_own_is_a_status(sluice):
    with GrpcClient(sluice.ports["nobody"]) as client, pytest.raises(grpc.RpcError) as failed:
        client.unary(b"x", timeout=PATIENCE)
    assert (failed.value.code(), failed.value.details()) == (grpc.StatusCode.UNAVAILABLE, "upstream_connect_failed")


def test_server_that_goes_away_and_comes_back(programs, own_programs):
    first = GrpcServer()
    sluice = own_programs.sluice(configuration({"app": {"targets": [first.address], "protocol": "grpc"}}, [listener(h2c=True)]))
    with GrpcClient(sluice.port) as client:
        assert client.unary(b"x", timeout=PATIENCE) == b"x"
        first.stop()
        with pytest.raises(grpc.RpcError) as failed:
            client.unary(b"y", timeout=PATIENCE)
        assert failed.value.code() == grpc.StatusCode.UNAVAILABLE


CANCEL = 8


def call(client, timeout, **headers):
    """A call whose client says how long it may take, and does not look at a clock itself."""
    fields = {"content-type": "application/grpc", "te": "trailers", "grpc-timeout": timeout, **headers}
    stream = client.open(method="POST", path="/test.Echo/Unary", end=False, headers=list(fields.items()))
    client.send(frame(DATA, END_STREAM, stream, b"\0\0\0\0\0"))
    return stream


def answer_of(client, stream):
    """(fields of all its header blocks, bytes of its body); None for the fields if it was reset."""
    fields, body, decoder = {}, b"", hpack.Decoder()
    for got in client.frames():
        if got.type == HEADERS:
            heard = decoder.decode(got.payload)
            fields.update(heard if got.stream == stream else {})
        if got.stream != stream:
            continue
        if got.type == RST_STREAM:
            return None, body
        body += got.payload if got.type == DATA else b""
        if got.flags & END_STREAM:
            return fields, body


def raw_target(own_programs, script, **limits):
    target = own_programs._keep(RawTarget(script))
    groups = {"app": {"targets": [target.address], "protocol": "grpc", "limits": limits}}
    return own_programs.sluice(configuration(groups, [listener(h2c=True)]))


def test_deadline_that_only_sluice_enforces(own_programs):
    def sleep(target, reader, stream):
        cancelled.append(reader.until(lambda got: got.type == RST_STREAM and got.stream == stream).code)
    cancelled = []
    sluice = raw_target(own_programs, sleep)
    with Connection2(sluice.port) as client:
        for timeout in ("300m", "300000u"):
            begun = time.monotonic()
            fields, _ = answer_of(client, call(client, timeout))
            assert (fields[":status"], fields["grpc-status"]) == ("200", "4")
            assert time.monotonic() - begun >= 0.3
            wait_until(lambda: cancelled, "the target to be told")
            assert cancelled.pop() == CANCEL
    assert sluice.logged(path="/test.Echo/Unary")["code"] == "upstream_timeout"


def test_deadline_ends_a_response_that_has_begun_with_a_status(own_programs):
    def begin(target, reader, stream):
        reader.send(frame(HEADERS, END_HEADERS, stream, b"\x88" + block([("content-type", "application/grpc")])) + frame(DATA, 0, stream, b"part"))
        cancelled.append(reader.until(lambda got: got.type == RST_STREAM and got.stream == stream).code)
    cancelled = []
    sluice = raw_target(own_programs, begin)
    with Connection2(sluice.port) as client:
        fields, body = answer_of(client, call(client, "300m"))
        assert (fields[":status"], body, fields["grpc-status"]) == ("200", b"part", "4")
    wait_until(lambda: cancelled, "the target to be told")


def test_deadline_that_is_malformed_or_of_another_kind_of_request_is_none(own_programs):
    def answer_once_asked(target, reader, stream):
        waiting.append((reader, stream))
    waiting = []
    sluice = raw_target(own_programs, answer_once_asked)
    with Connection2(sluice.port) as client:
        streams = [call(client, timeout) for timeout in ("1ms", "-1S", "100000000n", "")] + [call(client, "1n", **{"content-type": "text/plain"})]
        wait_until(lambda: len(waiting) == len(streams), "the calls at the target")
        fields, _ = answer_of(client, call(client, "300m"))
        assert fields["grpc-status"] == "4"
        for reader, stream in waiting[:len(streams)]:
            ok(reader, stream)
        for _ in streams:
            assert client.until(lambda got: got.type == DATA and got.flags & END_STREAM).payload == b"ok"
