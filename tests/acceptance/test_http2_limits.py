"""Times and counts that end a client's HTTP/2 connection, and what must not end it."""
import time

import pytest

from client import PATIENCE, SLOWNESS, wait_until
from http2 import (ACK, END_HEADERS, END_STREAM, GOAWAY, HEADERS, NO_ERROR, PING, PREFACE, SETTINGS, Connection2, block, frame,
                   request_fields, settings)
from http2_attacks import headers
from sluice import configuration, listener

SHORT = 0.4 * SLOWNESS  # seconds: the timeouts of this module's listeners
SHORT_SETTING = f"{int(SHORT * 1000)}ms"


@pytest.fixture(scope="module")
def sluice(programs, module_origin):
    return programs.sluice(configuration({"app": [module_origin.address]}, listeners=[
        listener("hasty", h2c=True, limits={"header_timeout": SHORT_SETTING}),
        listener("sleepy", h2c=True, limits={"idle_timeout": SHORT_SETTING}),
        listener("few", h2c=True, limits={"requests": 3}),
        listener("fewer", h2c=True, limits={"requests": 3, "streams": 5}),
    ]))


def trickle_to_the_end(client, data):
    """Byte by byte; how many seconds it took until the connection ended."""
    begin = time.monotonic()
    client.sock.settimeout(SHORT / 10)
    for at in range(len(data)):
        assert time.monotonic() - begin < PATIENCE, "the connection goes on"
        if not client.try_send(data[at:at + 1]):
            break
        try:
            while client.sock.recv(1 << 16):
                pass
            break
        except TimeoutError:
            pass
        except ConnectionError:
            break
    return time.monotonic() - begin


LONG = block(request_fields(headers=[("x-long", "x" * 2000)]))


@pytest.mark.parametrize("whole, trickled", [
    (PREFACE + settings({}), frame(HEADERS, END_HEADERS | END_STREAM, 1, LONG)),
    (PREFACE, frame(SETTINGS, payload=bytes(6) * 30)),
    (b"", PREFACE + settings({})),
], ids=["header block", "settings", "preface"])
def test_what_trickles_gets_no_more_time(sluice, origin, whole, trickled):
    with Connection2(sluice.ports["hasty"], greet=False) as client:
        client.send(whole)
        assert trickle_to_the_end(client, trickled) < 4 * SHORT + SLOWNESS
    assert not origin.requests


def test_head_that_comes_late_on_a_connection_has_its_own_time(sluice):
    """A block is timed from its own begin, not from that of the one before."""
    with Connection2(sluice.ports["hasty"]) as client:
        for _ in range(4):
            assert client.request()[0] == 200
            client.sock.settimeout(SHORT / 2)
            with pytest.raises(TimeoutError):
                while True:
                    client.sock.recv(1 << 16)
            client.sock.settimeout(PATIENCE)


def test_idle_connection_is_told_goodbye(sluice):
    with Connection2(sluice.ports["sleepy"]) as client:
        assert client.request()[0] == 200
        begin = time.monotonic()
        answer_pings_to_the_end(client)
        assert SHORT / 2 < time.monotonic() - begin < PATIENCE


def answer_pings_to_the_end(client):
    """The code of the last GOAWAY before the end."""
    code = None
    for got in client.frames():
        if got.type == PING and not got.flags & ACK:
            client.try_send(frame(PING, ACK, payload=got.payload))
        if got.type == GOAWAY:
            code = got.code
    assert code == NO_ERROR


def test_connection_that_has_had_its_requests_is_told_goodbye(sluice, origin):
    with Connection2(sluice.ports["few"]) as client:
        for _ in range(2):
            assert client.request()[0] == 200
        client.open()
        answer_pings_to_the_end(client)
    assert len(origin.requests) == 3


def test_client_that_does_not_answer_the_goodbye_gets_no_more_than_its_streams(sluice, origin):
    with Connection2(sluice.ports["fewer"]) as client:
        for _ in range(8):
            assert client.request()[0] == 200
        client.try_send(b"".join(map(headers, range(17, 117, 2))))
        assert not [got for got in client.frames() if got.type == HEADERS], "an answer"
    assert len(origin.requests) == 8


@pytest.mark.parametrize("fields", [[("connection", "close")], [("X-Upper", "1")]], ids=str)
def test_request_that_is_malformed_is_no_block_that_others_wait_for(sluice, origin, fields):
    """A long answer survives it, and the quiet after it."""
    origin.handler = lambda connection, _: time.sleep(3 * SHORT) or connection.answer(body=b"late")
    with Connection2(sluice.ports["hasty"]) as client:
        stream = client.open()
        wait_until(lambda: len(origin.requests) == 1, "the request at the origin")
        client.open(headers=fields)
        assert client.response(stream)[:2] == (200, b"late")
