"""gRPC through Sluice, with grpcio at both ends: every kind of call, statuses, deadlines, metadata."""
import queue

import grpc
import pytest

from client import PATIENCE
from grpc_peer import GrpcClient, GrpcServer
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
