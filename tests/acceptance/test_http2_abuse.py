"""What one HTTP/2 connection may do to us (limits.md's table): each attack ends as it says there, its memory stays small, and other
clients do not notice."""
import os
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from client import SLOWNESS, wait_until
from http2 import (ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, GOAWAY, HEADERS, PING, PRIORITY,
                   PROTOCOL_ERROR, REFUSED_STREAM, RST_STREAM, SETTINGS, WINDOW, WINDOW_UPDATE, Connection2, block, frame, literal,
                   request_fields)
from origin import answer_with
from sluice import configuration, listener

MEMORY = 2 * 1024 * 1024 * (20 if os.environ.get("SLUICE_SANITIZE") else 1)  # a sanitizer keeps what was freed


@pytest.fixture(scope="module")
def origin_of_abuse(programs):
    return programs.origin(handler=answer_with(b"ok"))


@pytest.fixture(scope="module")
def sluice(programs, origin_of_abuse):
    return programs.sluice(configuration({"app": [origin_of_abuse.address]}, [listener(h2c=True)]))


@pytest.fixture
def fresh_sluice(own_programs, origin_of_abuse):
    """One that holds no memory of earlier attacks, which the next one would take."""
    return own_programs.sluice(configuration({"app": [origin_of_abuse.address]}, [listener(h2c=True)]))


def status_of(sluice, key):
    """Bytes."""
    with open(f"/proc/{sluice.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key))


@contextmanager
def little_memory(sluice, most=MEMORY):
    """However much of it was given back by the end: the peak counts."""
    with Connection2(sluice.port) as client:
        assert client.request()[0] == 200
    with open(f"/proc/{sluice.process.pid}/clear_refs", "w") as clear:
        clear.write("5")  # the peak begins anew
    before = status_of(sluice, "VmRSS")
    yield
    assert status_of(sluice, "VmHWM") - before < most


@contextmanager
def counted(sluice, kind):
    def count():
        return sluice.metric("sluice_http2_abuse_total", listener="web", kind=kind)
    before = count()
    yield
    wait_until(lambda: count() == before + 1, f"the attack to be counted as {kind}")


def headers(stream, fields=None, end=True):
    payload = block(fields or request_fields())
    return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, payload)


def ping(client):
    return client.try_send(frame(PING, payload=b"12345678"))


def is_pong(got):
    return got.type == PING and got.flags & ACK


def read_to_the_end(client):
    told = None, None
    for got in client.frames():
        assert not is_pong(got), "the connection goes on"
        if got.type == GOAWAY:
            told = got.code, struct.unpack(">I", got.payload[:4])[0]
    return told


def goodbye(sluice, frames):
    """How the connection ends by these frames at the latest: (code, the last stream that was looked at)."""
    with Connection2(sluice.port) as client, ThreadPoolExecutor() as pool:
        told = pool.submit(read_to_the_end, client)
        for each in frames:
            if told.done() or not client.try_send(each):
                break
        ping(client)
        return told.result()


def reset_at_once(stream, code=8):
    return headers(stream) + frame(RST_STREAM, 0, stream, struct.pack(">I", code))


@pytest.mark.parametrize("code", [8, 0], ids=["CANCEL", "NO_ERROR"])
def test_rapid_reset(sluice, code):
    """In groups, each looked at before the next comes."""
    with counted(sluice, "resets"), Connection2(sluice.port) as client:
        for first in range(1, 2 * 1000, 2 * 50):
            streams = range(first, first + 2 * 50, 2)
            client.send(b"".join(reset_at_once(stream, code) for stream in streams))
            ping(client)
            got = client.until(lambda got: got.type == GOAWAY or is_pong(got))
            if got.type == GOAWAY:
                break
        assert got.type == GOAWAY and got.code == ENHANCE_YOUR_CALM


def test_rapid_reset_of_all_at_once(sluice):
    """Most of them are refused, as too many of those before are not over."""
    with counted(sluice, "resets"):
        code, last = goodbye(sluice, [b"".join(map(reset_at_once, range(1, 2 * 5000, 2)))])
        assert code == ENHANCE_YOUR_CALM and 0 < last <= 2 * 1001


def refusals(client):
    """How many streams are refused until a second answer, which no refusal comes after, to what was sent so far."""
    count = 0
    for _ in range(2):
        ping(client)
        while not is_pong(got := client.read_frame()):
            count += got.type == RST_STREAM and got.code == REFUSED_STREAM
    return count


def is_open(connection):
    try:
        return bool(connection.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_rapid_reset_never_has_more_exchanges_than_streams(own_programs):
    """An origin that never answers sees at most max streams at once, however many are opened and reset."""
    at_once = []

    def never_answer(connection, _):
        at_once.append(sum(map(is_open, list(origin.connections))))
        while connection.receive():
            pass

    origin = own_programs.origin(handler=never_answer)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True, limits={"streams": 10})]))
    taken = 0
    with Connection2(sluice.port) as client:
        for first in range(1, 2 * 150, 2 * 10):
            streams = range(first, first + 2 * 10, 2)
            client.send(b"".join(map(headers, streams)))
            taken += len(streams) - refusals(client)
            wait_until(lambda: len(at_once) == taken, "all that were not refused at the origin")
            client.send(b"".join(frame(RST_STREAM, 0, stream, struct.pack(">I", 8)) for stream in streams))
    assert max(at_once) == 10 and taken > 10


POST = request_fields(method="POST")
MISTAKES = {
    "window over 2^31": lambda stream: headers(stream, end=False) + frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", 2**31 - 1)),
    "bad field": lambda stream: headers(stream, [*POST, ("X-Upper", "1")]),
    "trailers that end nothing": lambda stream: headers(stream, POST, end=False) + headers(stream, [("x-a", "b")], end=False),
    "length that lies": lambda stream: headers(stream, [*POST, ("content-length", "3")], end=False) + frame(DATA, END_STREAM, stream, b"12345"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_made_you_reset(sluice, mistake):
    """CVE-2025-8671. In groups, each looked at before the next comes."""
    with counted(sluice, "stream_errors"), Connection2(sluice.port) as client:
        for first in range(1, 2 * 100, 2 * 10):
            client.send(b"".join(map(MISTAKES[mistake], range(first, first + 2 * 10, 2))))
            ping(client)
            got = client.until(lambda got: got.type == GOAWAY or is_pong(got))
            if got.type == GOAWAY:
                break
        assert got.type == GOAWAY and got.code == ENHANCE_YOUR_CALM


def test_made_you_reset_by_a_window_update_of_zero(sluice):
    """Which is the connection's end at once."""
    assert goodbye(sluice, [headers(1, end=False) + frame(WINDOW_UPDATE, 0, 1, bytes(4))]) == (PROTOCOL_ERROR, 1)


@pytest.mark.parametrize("kind, frames", [
    ("empty_data", [headers(1, POST, end=False), frame(DATA, 0, 1), frame(DATA, 0, 1)]),
    ("window_updates", [frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))] * 11),
    ("priorities", [frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 1))] * 101),
], ids=["empty DATA", "WINDOW_UPDATE", "PRIORITY"])
def test_flood_ends_the_connection(sluice, kind, frames):
    with counted(sluice, kind):
        assert goodbye(sluice, frames)[0] == ENHANCE_YOUR_CALM


@pytest.mark.parametrize("fields", [b"", literal("x-a", "b" * 1000) * 16], ids=["empty", "full"])
def test_endless_continuation(fresh_sluice, fields):
    """The eighth is one too many."""
    head = frame(HEADERS, END_STREAM, 1, block(request_fields()))
    with little_memory(fresh_sluice), counted(fresh_sluice, "continuations"):
        assert goodbye(fresh_sluice, [head, *[frame(CONTINUATION, 0, 1, fields)] * 8])[0] == ENHANCE_YOUR_CALM


@pytest.mark.parametrize("kind, payload", [(SETTINGS, b""), (PING, b"12345678")], ids=["SETTINGS", "PING"])
def test_flood_whose_answers_nobody_reads(fresh_sluice, kind, payload):
    flood = frame(kind, payload=payload) * 1000
    with Connection2(fresh_sluice.port) as client, counted(fresh_sluice, "control_frames"), little_memory(fresh_sluice):
        for _ in range(3000):
            if not client.try_send(flood):
                break


def test_cookie_bomb_with_no_window(fresh_sluice):
    """A field of the dynamic table is a byte to repeat and thousands to hold."""
    with Connection2(fresh_sluice.port, own_settings={WINDOW: 0}) as client, little_memory(fresh_sluice):
        indexed = b"\x40" + literal("cookie", "a" * 3900)[1:]
        for stream in range(1, 101, 2):
            bomb = block(request_fields()) + (indexed if stream == 1 else b"") + b"\xbe" * 10_000
            client.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, bomb))
        assert [client.until(lambda got: got.type == HEADERS).status for _ in range(50)] == [431] * 50


LARGE = 1024 * 1024
HUNDRED = range(1, 201, 2)


def answer_large(connection, request):
    connection.answer(body=b"x" * LARGE if request.target == "/large" else b"ok")


def ask_for_large(client):
    client.send(b"".join(headers(stream, request_fields(path="/large")) for stream in HUNDRED))


@pytest.mark.parametrize("window", [0, 65535], ids=["none", "once"])
def test_slow_reader_of_a_hundred_streams(own_programs, window):
    """It holds its window and not our memory, which would be a block for each."""
    origin = own_programs.origin(handler=answer_large)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port, own_settings={WINDOW: window}) as client, little_memory(sluice):
        ask_for_large(client)
        assert [client.until(lambda got: got.type == HEADERS).status for _ in HUNDRED] == [200] * 100


def test_late_reader_of_a_hundred_streams(own_programs):
    """Its windows are wide open, but it reads nothing until all have been asked for; then it gets everything. What is on its
    way meanwhile counts, too."""
    origin = own_programs.origin(handler=answer_large)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True)]))
    with Connection2(sluice.port, own_settings={WINDOW: 2**31 - 1}) as client, little_memory(sluice, (2 if SLOWNESS == 1 else 8) * MEMORY):
        client.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 2**31 - 1 - 65535)))
        ask_for_large(client)
        wait_until(lambda: origin.targets().count("/large") == 100, "all requests at the origin")
        got_of = dict.fromkeys(HUNDRED, 0)
        ended = 0
        while ended < 100:
            got = client.until(lambda got: got.type == DATA)
            got_of[got.stream] += len(got.payload)
            ended += got.flags & END_STREAM
        assert set(got_of.values()) == {LARGE}


def test_others_do_not_notice(sluice):
    """The p99 of another client at most doubles (and a little, for a busy machine) while somebody floods."""
    def times():
        taken = []
        with Connection2(sluice.port) as client:
            for _ in range(300):
                begun = time.perf_counter()
                assert client.request()[0] == 200
                taken.append(time.perf_counter() - begun)
        return sorted(taken)[-3]

    quiet = times()
    stop = threading.Event()

    def flood():
        floods = 0
        while not stop.is_set():
            code, _ = goodbye(sluice, map(reset_at_once, range(1, 2 * 5000, 2)))
            assert code == ENHANCE_YOUR_CALM
            floods += 1
        return floods

    with ThreadPoolExecutor() as pool:
        floods = pool.submit(flood)
        try:
            busy = times()
        finally:
            stop.set()
        assert floods.result() > 0
    assert busy < 2 * quiet + 0.05 * SLOWNESS, (quiet, busy)
