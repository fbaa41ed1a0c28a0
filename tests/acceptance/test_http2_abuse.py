"""What one HTTP/2 connection may do to us (limits.md's table): each attack ends as it says there, its memory stays small, and other
clients do not notice."""
import os
import struct
import threading
import time

import pytest

from client import PATIENCE, wait_until
from http2 import (CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, GOAWAY, HEADERS, PING, PRIORITY, PROTOCOL_ERROR, RST_STREAM, SETTINGS,
                   WINDOW, WINDOW_UPDATE, Connection2, block, frame, literal, request_fields)
from origin import answer_with
from sluice import configuration, listener

MEMORY = 2 * 1024 * 1024 * (20 if os.environ.get("SLUICE_SANITIZE") else 1)  # a sanitizer keeps what was freed


@pytest.fixture(scope="module")
def origin_of_abuse(programs):
    return programs.origin(handler=answer_with(b"ok"))


@pytest.fixture(scope="module")
def sluice(programs, origin_of_abuse):
    return programs.sluice(configuration({"app": [origin_of_abuse.address]}, [listener(h2c=True)]))


def resident(sluice):
    with open(f"/proc/{sluice.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def headers(stream, fields=None, end=True):
    payload = block(fields or request_fields())
    return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, payload)


def send_until_closed(client, frames, at_most):
    """How many went before the connection was closed on us."""
    reader = {}

    def read():
        reader["code"] = client.end()
    thread = threading.Thread(target=read)
    thread.start()
    sent = 0
    for each in frames:
        if sent >= at_most or not thread.is_alive() or not client.try_send(each):
            break
        sent += 1
    thread.join(20)
    assert not thread.is_alive(), f"still open after {sent}"
    return sent, reader["code"]


def test_rapid_reset(sluice, origin_of_abuse):
    def attack():
        for stream in range(1, 40_001, 2):
            yield headers(stream) + frame(RST_STREAM, 0, stream, struct.pack(">I", 8))
    before = sluice.metric("sluice_http2_abuse_total", listener="web", kind="resets") or 0
    with Connection2(sluice.port) as client:
        sent, code = send_until_closed(client, attack(), 20_000)
        assert code == ENHANCE_YOUR_CALM or sent < 20_000
    wait_until(lambda: sluice.metric("sluice_http2_abuse_total", listener="web", kind="resets") == before + 1, "the attack to be counted")


def test_rapid_reset_never_has_more_exchanges_than_streams(programs, own_programs):
    """An origin that never answers sees at most max streams at once, however many are opened and reset."""
    origin = programs.origin(handler=lambda connection, request: connection.ended.wait(PATIENCE))
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(h2c=True, limits={"streams": 10})]))
    with Connection2(sluice.port) as client:
        for stream in range(1, 2 * 150, 2):
            client.send(headers(stream) + frame(RST_STREAM, 0, stream, struct.pack(">I", 8)))
        client.send(frame(PING, payload=b"12345678"))
        client.until(lambda got: got.type == PING and got.flags & 1)
    assert sum(not request.connection.ended.is_set() for request in origin.requests) <= 10


def test_made_you_reset(sluice):
    def attack():
        for stream in range(1, 4001, 2):
            yield headers(stream, end=False) + frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", 0))
    with Connection2(sluice.port) as client:
        sent, code = send_until_closed(client, attack(), 2000)
        assert sent < 2000 and code in (ENHANCE_YOUR_CALM, PROTOCOL_ERROR)
        assert client.last_stream <= 2 * 100, "what it sent ahead was not looked at"


def opened(sluice, attack, at_most):
    with Connection2(sluice.port) as client:
        return send_until_closed(client, attack, at_most)


def test_endless_continuation_with_headers(sluice):
    def attack():
        yield frame(HEADERS, END_STREAM, 1, block(request_fields()))
        while True:
            yield frame(CONTINUATION, 0, 1, literal("x-a", "b" * 1000) * 8)
    before = resident(sluice)
    assert opened(sluice, attack(), 2000)[0] < 2000
    assert resident(sluice) - before < MEMORY


def test_empty_continuation(sluice):
    def attack():
        yield frame(HEADERS, END_STREAM, 1, block(request_fields()))
        while True:
            yield frame(CONTINUATION, 0, 1)
    assert opened(sluice, attack(), 5000)[0] < 5000


@pytest.mark.parametrize("kind, payload", [(SETTINGS, b""), (PING, b"12345678")])
def test_flood_whose_answers_nobody_reads(sluice, kind, payload):
    before = resident(sluice)
    with Connection2(sluice.port) as client:
        client.sock.settimeout(20)
        flood = frame(kind, payload=payload) * 1000
        sent = 0
        while sent < 3_000_000 and client.try_send(flood):
            sent += 1000
        assert sent < 3_000_000
    assert resident(sluice) - before < MEMORY


def test_empty_data(sluice):
    def attack():
        yield headers(1, request_fields(method="POST"), end=False)
        while True:
            yield frame(DATA, 0, 1)
    sent, code = opened(sluice, attack(), 5000)
    assert sent < 5000 and code == ENHANCE_YOUR_CALM


def test_window_update_flood(sluice):
    def attack():
        while True:
            yield frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))
    sent, code = opened(sluice, attack(), 5000)
    assert sent < 5000 and code == ENHANCE_YOUR_CALM


def test_priority_flood(sluice):
    def attack():
        while True:
            yield frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 1))
    sent, code = opened(sluice, attack(), 5000)
    assert sent < 5000 and code == ENHANCE_YOUR_CALM


def test_cookie_bomb_with_no_window(sluice):
    """A field of the dynamic table is a byte to repeat and thousands to hold."""
    before = resident(sluice)
    with Connection2(sluice.port, own_settings={WINDOW: 0}) as client:
        indexed = b"\x40" + literal("cookie", "a" * 3900)[1:]
        for stream in range(1, 101, 2):
            bomb = block(request_fields()) + (indexed if stream == 1 else b"") + b"\xbe" * 10_000
            if not client.try_send(frame(HEADERS, END_HEADERS | END_STREAM, stream, bomb)):
                break
        client.try_send(frame(PING, payload=b"12345678"))
        for got in client.frames():
            if got.type == GOAWAY or (got.type == PING and got.flags & 1):
                break
        assert resident(sluice) - before < MEMORY


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
        while not stop.is_set():
            opened(sluice, (headers(stream) + frame(RST_STREAM, 0, stream, struct.pack(">I", 8)) for stream in range(1, 4001, 2)), 2000)
    attacker = threading.Thread(target=flood)
    attacker.start()
    try:
        busy = times()
    finally:
        stop.set()
        attacker.join()
    assert busy < 2 * quiet + 0.05, (quiet, busy)
