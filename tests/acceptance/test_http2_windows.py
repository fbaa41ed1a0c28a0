"""How much a target of HTTP/2 may send ahead of what its client takes (adr/0013)."""
import threading

import pytest

from client import PATIENCE, fetch, wait_until
from distance import Distance
from http2 import DATA, END_HEADERS, HEADERS, PING, WINDOW, WINDOW_UPDATE, Connection2, Sending, block, frame
from http2_target import RawTarget, group, sluice_for
from sluice import configuration, listener

SIZE = 256 * 1024  # bytes
FIRST_WINDOW, SECOND_WINDOW = 4 * 1024, 64 * 1024  # bytes
WIDE = SECOND_WINDOW / 2 - FIRST_WINDOW  # at least: what is taken is given back by halves


def answer(reader, stream, status="200", length=None):
    known = [("content-length", str(length))] if length else []
    reader.send(frame(HEADERS, END_HEADERS, stream, block([(":status", status), *known])))


def sends(size, length=None):
    """A target's script, and how its bodies were sent."""
    sendings = []

    def script(_, reader, stream):
        sending = Sending(reader, stream, reader.window, reader.shared)
        sendings.append(sending)
        answer(reader, stream, length=length)
        sending.send(size)

    return script, sendings


@pytest.mark.parametrize("length", [None, SIZE], ids=["unknown length", "known length"])
def test_client_that_takes_quickly_widens_the_targets_window(own_programs, length):
    script, sendings = sends(SIZE, length)
    _, sluice = sluice_for(own_programs, script)
    assert len(fetch(sluice.port).body) == SIZE
    assert WIDE <= sendings[0].widest <= SECOND_WINDOW


def test_far_target_gets_a_window_as_wide(own_programs):
    """What is taken at once comes no faster than round trips let it, by the half of a window in each."""
    script, sendings = sends(SIZE // 2)
    target = own_programs._keep(RawTarget(script))
    distance = own_programs._keep(Distance(target.address, delay=0.06))
    sluice = own_programs.sluice(configuration({"app": group(distance.address)}))
    assert len(fetch(sluice.port).body) == SIZE // 2
    assert WIDE <= sendings[0].widest <= SECOND_WINDOW


def test_what_one_try_was_lent_is_there_for_the_next(own_programs):
    send, sendings = sends(SIZE, SIZE)

    def script(target, reader, stream):
        if len(target.requests) == 1:
            answer(reader, stream, "503", SIZE)
        else:
            send(target, reader, stream)

    target = own_programs._keep(RawTarget(script))
    sluice = own_programs.sluice(configuration({"app": group(target.address)}, services={
        "app": {"variants": {"only": {"target_group": "app", "weight": 1}}, "retry": {"attempts": 2, "on": [503]}}}))
    assert len(fetch(sluice.port).body) == SIZE
    assert WIDE <= sendings[0].widest <= SECOND_WINDOW


def test_mirrors_window_is_as_wide(own_programs):
    """Nobody waits for it, but it costs its target connections and time."""
    send, sendings = sends(SIZE)
    blue, green = own_programs.origin(), own_programs._keep(RawTarget(send))
    variants = {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}}
    sluice = own_programs.sluice(configuration({"blue": [blue.address], "green": group(green.address)}, [listener(forward="app")],
                                               {"app": {"variants": variants, "mirror": {"to": "green"}}}))
    assert fetch(sluice.port).status == 200
    wait_until(lambda: sluice.metric("sluice_mirrored_total", result="same_status") == 1, "the mirror's answer")
    assert WIDE <= sendings[0].widest <= SECOND_WINDOW


def test_client_that_takes_nothing_holds_the_first_window(own_programs):
    received, over = [], threading.Event()

    def script(_, reader, stream):
        answer(reader, stream, length=SIZE)
        reader.send(frame(DATA, 0, stream, bytes(reader.window)))
        for _ in range(10):  # turns of the loop
            reader.send(frame(PING, payload=b"12345678"))
            while (got := reader.read_frame()).type != PING:
                received.append(got)
        over.set()

    _, sluice = sluice_for(own_programs, script)
    with Connection2(sluice.port, own_settings={WINDOW: 0}) as slow:
        slow.open()
        assert slow.until(lambda got: got.type == HEADERS).status == 200
        assert over.wait(PATIENCE), "ten turns"
    assert not [got for got in received if got.type == WINDOW_UPDATE and got.stream != 0]
