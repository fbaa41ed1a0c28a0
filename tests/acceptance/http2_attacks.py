"""The HTTP/2 abuse table of limits: each attack is a function of a listener's door that attacks once, to its end, and checks how
it ended."""
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Callable, Optional

from http2 import (ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, GOAWAY, HEADERS, PING, PRIORITY,
                   PROTOCOL_ERROR, RST_STREAM, SETTINGS, WINDOW, WINDOW_UPDATE, block, frame, literal, request_fields)


def headers(stream, fields=None, end=True):
    payload = block(fields or request_fields())
    return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, payload)


def reset(stream, code=8):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def window_update(stream, size):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", size))


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


def goodbye(door, frames):
    """How the connection ends by these frames at the latest: (code, the last stream that was looked at)."""
    with door.connect() as client, ThreadPoolExecutor() as pool:
        told = pool.submit(read_to_the_end, client)
        for each in frames:
            if told.done() or not client.try_send(each):
                break
        ping(client)
        return told.result()


def flood(frames, door):
    assert goodbye(door, frames)[0] == ENHANCE_YOUR_CALM


def in_groups(of_stream, most, each, door):
    """What is done to so many streams; each group is looked at before the next one comes."""
    with door.connect() as client:
        for first in range(1, 2 * most, 2 * each):
            client.send(b"".join(map(of_stream, range(first, first + 2 * each, 2))))
            ping(client)
            got = client.until(lambda got: got.type == GOAWAY or is_pong(got))
            if got.type == GOAWAY:
                break
        assert got.type == GOAWAY and got.code == ENHANCE_YOUR_CALM


def rapid_reset(code):
    return partial(in_groups, lambda stream: headers(stream) + reset(stream, code), 1000, 50)


def rapid_reset_of_all_at_once(door):
    """Most of them are refused, as too many of those before are not over."""
    code, last = goodbye(door, [b"".join(headers(stream) + reset(stream) for stream in range(1, 2 * 5000, 2))])
    assert code == ENHANCE_YOUR_CALM and 0 < last <= 2 * 1001


POST = request_fields(method="POST")


def made_you_reset(mistake):
    """CVE-2025-8671"""
    return partial(in_groups, mistake, 100, 10)


def window_update_of_zero(door):
    """Which is the connection's end at once."""
    assert goodbye(door, [headers(1, end=False) + window_update(1, 0)]) == (PROTOCOL_ERROR, 1)


def endless_continuation(fields):
    """The eighth is one too many."""
    head = frame(HEADERS, END_STREAM, 1, block(request_fields()))
    return partial(flood, [head, *[frame(CONTINUATION, 0, 1, fields)] * 8])


def unread_answers(kind, payload, door):
    with door.connect() as client:
        many = frame(kind, payload=payload) * 1000
        for _ in range(3000):
            if not client.try_send(many):
                return
    raise AssertionError("three million of them are borne")


def cookie_bomb(stream, repeated):
    """A field of the dynamic table is a byte to repeat and thousands to hold."""
    indexed = b"\x40" + literal("cookie", "a" * 3900)[1:]
    bomb = block(request_fields()) + (indexed if stream == 1 else b"") + b"\xbe" * repeated
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, bomb)


def small_cookie_bombs_with_no_window(door):
    """Each is nearly two lists of fields, and gets an answer that waits for a window."""
    with door.connect(own_settings={WINDOW: 0}) as client:
        for stream in range(1, 101, 2):
            client.send(cookie_bomb(stream, 30))
        assert [client.until(lambda got: got.type == HEADERS).status for _ in range(50)] == [431] * 50


def empty_data_after_the_answer(door):
    """To a request that needs no body: what still comes of it is passed over."""
    with door.connect() as client:
        client.send(headers(1, [*POST, ("content-length", "x")], end=False))
        client.until(lambda got: got.type == RST_STREAM)
        client.send(frame(DATA, 0, 1) * 3)
        assert client.until(lambda got: got.type == GOAWAY).code == ENHANCE_YOUR_CALM


LARGE = 1024 * 1024
UNKNOWN = 0x42  # a frame's type
HUNDRED = range(1, 201, 2)


def ask_for_large(client):
    client.send(b"".join(headers(stream, request_fields(path="/large")) for stream in HUNDRED))


def slow_reader_of_a_hundred_streams(window, door, over=None):
    """Takes what its windows hold, and nothing more, until it is over."""
    with door.connect(own_settings={WINDOW: window}) as client:
        ask_for_large(client)
        assert [client.until(lambda got: got.type == HEADERS).status for _ in HUNDRED] == [200] * 100
        if over:
            over.wait()


def records_of_a_byte(door, over=None):
    """Of frames that nobody knows: each byte costs a read, and none a count."""
    with door.connect() as client:
        while True:
            client.sock.send_in_records(1, frame(UNKNOWN, payload=bytes(4000)))
            if not over or over.is_set():
                return


@dataclass
class Attack:
    attack: Callable
    kind: Optional[str] = None  # of sluice_http2_abuse_total
    lasts: bool = False  # until an event, if it is given one
    needs_tls: bool = False

    def run(self, door, over=None):
        self.attack(door, *([over] if self.lasts else []))


ATTACKS = {
    "rapid reset": Attack(rapid_reset(8), "resets"),
    "rapid reset with NO_ERROR": Attack(rapid_reset(0), "resets"),
    "rapid reset of all at once": Attack(rapid_reset_of_all_at_once, "resets"),
    "made you reset: window over 2^31": Attack(made_you_reset(
        lambda stream: headers(stream, end=False) + window_update(stream, 2**31 - 1)), "stream_errors"),
    "made you reset: bad field": Attack(made_you_reset(lambda stream: headers(stream, [*POST, ("X-Upper", "1")])), "stream_errors"),
    "made you reset: trailers that end nothing": Attack(made_you_reset(
        lambda stream: headers(stream, POST, end=False) + headers(stream, [("x-a", "b")], end=False)), "stream_errors"),
    "made you reset: length that lies": Attack(made_you_reset(
        lambda stream: headers(stream, [*POST, ("content-length", "3")], end=False) + frame(DATA, END_STREAM, stream, b"12345")),
        "stream_errors"),
    "made you reset: window update of zero": Attack(window_update_of_zero, "protocol_errors"),
    "endless CONTINUATION": Attack(endless_continuation(literal("x-a", "b" * 1000) * 16), "continuations"),
    "empty CONTINUATION": Attack(endless_continuation(b""), "continuations"),
    "SETTINGS, answers unread": Attack(partial(unread_answers, SETTINGS, b""), "control_frames"),
    "PING, answers unread": Attack(partial(unread_answers, PING, b"12345678"), "control_frames"),
    "empty DATA of a stream that was answered": Attack(empty_data_after_the_answer, "empty_data"),
    "WINDOW_UPDATE of a stream that is over": Attack(partial(flood, [headers(1, POST) + reset(1)] + [window_update(1, 1)] * 11), "window_updates"),
    "empty DATA": Attack(partial(flood, [headers(1, POST, end=False), frame(DATA, 0, 1), frame(DATA, 0, 1)]), "empty_data"),
    "WINDOW_UPDATE": Attack(partial(flood, [window_update(0, 1)] * 11), "window_updates"),
    "PRIORITY": Attack(partial(flood, [frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 1))] * 101), "priorities"),
    "cookie bomb": Attack(partial(flood, [cookie_bomb(1, 10_000)]), "header_lists"),
    "small cookie bombs with no window": Attack(small_cookie_bombs_with_no_window),
    "slow reader of 100 streams without a window": Attack(partial(slow_reader_of_a_hundred_streams, 0), lasts=True),
    "slow reader of 100 streams with one window": Attack(partial(slow_reader_of_a_hundred_streams, 65535), lasts=True),
    "unknown frames in records of a byte": Attack(records_of_a_byte, lasts=True, needs_tls=True),
}
LISTENERS = ["h2c", "TLS"]
CASES = [(name, each) for name, attack in ATTACKS.items() for each in LISTENERS if each == "TLS" or not attack.needs_tls]
