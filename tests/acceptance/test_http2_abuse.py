"""What one HTTP/2 connection may do to us (the table of docs/configuration.md): each attack ends as it says there, its memory stays
small, and other clients do not notice."""
import os
import socket
import struct
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from client import PATIENCE, SLOWNESS, wait_until
from figures import note
from http2 import DATA, END_STREAM, REFUSED_STREAM, RST_STREAM, WINDOW, WINDOW_UPDATE, Connection2, Door, frame
from http2_attacks import (ATTACKS, CASES, HUNDRED, LARGE, LISTENERS, POST, ask_for_large, headers, is_pong, ping, reset,
                           window_update)
from load import Background, Others
from nghttpd import Nghttpd
from sluice import configuration, listener

MEMORY = 2 * 1024 * 1024
SANITIZED = bool(os.environ.get("SLUICE_SANITIZE"))  # a sanitizer keeps what was freed


def answer_large(connection, request):
    connection.answer(body=b"x" * LARGE if request.target == "/large" else b"ok")


@pytest.fixture(scope="module")
def origin_of_abuse(programs):
    return programs.origin(handler=answer_large)


@pytest.fixture(scope="module")
def listeners(authority):
    """A plain and a TLS one of the same default and rules."""
    keys = authority.issue("localhost").keys()

    def configured(**more):
        return [listener("h2c", h2c=True, **more), listener("TLS", protocol="https", tls={"certificates": [keys]}, **more)]

    return configured


@pytest.fixture(params=LISTENERS)
def name_of_listener(request):
    return request.param


@pytest.fixture
def door(name_of_listener, authority):
    """To a proxy with those listeners."""
    return lambda sluice: Door(sluice.ports[name_of_listener], authority.root.cert if name_of_listener == "TLS" else None)


@pytest.fixture(scope="module")
def sluice(programs, origin_of_abuse, listeners):
    return programs.sluice(configuration({"app": [origin_of_abuse.address]}, listeners()))


@pytest.mark.parametrize("name, name_of_listener", CASES)
def test_attack_ends_as_it_should(sluice, door, name, name_of_listener):
    attack = ATTACKS[name]

    def count():
        kind = {"kind": attack.kind} if attack.kind else {}
        return sluice.metric("sluice_http2_abuse_total", listener=name_of_listener, **kind)

    before = count()
    attack.run(door(sluice))
    counted = before + (attack.kind is not None)
    wait_until(lambda: count() == counted, f"the attack to be counted as {attack.kind}")


def status_of(sluice, key):
    """Bytes."""
    with open(f"/proc/{sluice.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key))


@contextmanager
def little_memory(sluice, door, most=MEMORY, request=True):
    """However much of it was given back by the end: the peak counts, and is in `taken.peak`, in bytes."""
    with door.connect() as client:
        assert not request or client.request()[0] in (200, 404)
    with open(f"/proc/{sluice.process.pid}/clear_refs", "w") as clear:
        clear.write("5")  # the peak begins anew
    before = status_of(sluice, "VmRSS")
    taken = SimpleNamespace()
    yield taken
    taken.peak = status_of(sluice, "VmHWM") - before
    assert taken.peak < most or SANITIZED


@pytest.fixture(params=["HTTP/1.1", "HTTP/2"])
def fresh_sluice(own_programs, origin_of_abuse, listeners, tmp_path, request):
    """One before targets of either version that holds no memory of earlier attacks, which the next one would take."""
    group = [origin_of_abuse.address]
    if request.param == "HTTP/2":
        target = own_programs._keep(Nghttpd(tmp_path))
        (target.root / "large").write_bytes(b"x" * LARGE)
        group = {"targets": [target.address], "protocol": "http2"}
    sluice = own_programs.sluice(configuration({"app": group}, listeners()))
    sluice.targets_speak = request.param
    return sluice


def story(name, name_of_listener):
    return f"HTTP/2 abuse, {name_of_listener}: {name}"


@pytest.mark.parametrize("name, name_of_listener", CASES)
def test_attack_takes_little_memory(fresh_sluice, door, name, name_of_listener):
    with little_memory(fresh_sluice, door(fresh_sluice)) as taken:
        ATTACKS[name].run(door(fresh_sluice))
    note(story(name, name_of_listener), **{f"KiB_before_{fresh_sluice.targets_speak}": taken.peak // 1024})


def test_late_reader_of_a_hundred_streams(fresh_sluice, door):
    """Its windows are wide open, but it reads nothing for a while; then it gets everything. What is on its way meanwhile
    counts, too."""
    with door(fresh_sluice).connect(own_settings={WINDOW: 2**31 - 1}) as client, \
            little_memory(fresh_sluice, door(fresh_sluice), 2 * MEMORY):
        client.send(window_update(0, 2**31 - 1 - 65535))
        ask_for_large(client)
        wait_until(lambda: fresh_sluice.metric("sluice_target_requests_in_flight") + fresh_sluice.metric("sluice_requests_total") > 100,
                   "all to be under way")
        got_of = dict.fromkeys(HUNDRED, 0)
        ended = 0
        while ended < 100:
            got = client.until(lambda got: got.type == DATA)
            got_of[got.stream] += len(got.payload)
            ended += got.flags & END_STREAM
        assert set(got_of.values()) == {LARGE}


def test_uploads_that_no_target_takes(own_programs, listeners, door):
    """What the targets' sockets do not hold waits at the client's, but for the connection's window."""
    def take_nothing(connection, _):
        connection.ended.wait(PATIENCE)

    origin = own_programs.origin(handler=take_nothing)
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, listeners()))
    with little_memory(sluice, door(sluice), 2 * MEMORY, request=False), door(sluice).connect() as client:
        for stream in HUNDRED:
            client.send(headers(stream, POST, end=False))
        sent = fill_windows(client)
        assert sent >= 1024 * 1024
        wait_until(lambda: len(origin.requests) == 100, "all at the target")


def fill_windows(client):
    """Sends of a hundred bodies what may be sent, until nothing more may; bytes."""
    windows, shared, sent = dict.fromkeys(HUNDRED, 65535), 65535, 0
    quiet = 0
    while quiet < 3:  # answers to a ping that open no window
        before = sent
        for stream in HUNDRED:
            while (size := min(windows[stream], shared, 16384)) > 0:
                client.send(frame(DATA, 0, stream, bytes(size)))
                windows[stream] -= size
                shared -= size
                sent += size
        ping(client)
        while not is_pong(got := client.read_frame()):
            if got.type == WINDOW_UPDATE:
                size = struct.unpack(">I", got.payload)[0]
                if got.stream:
                    windows[got.stream] += size
                else:
                    shared += size
        quiet = quiet + 1 if sent == before else 0
    return sent


@pytest.fixture(scope="module")
def two_proxies(programs, listeners):
    """Alike, one of them to be attacked in the other's stead."""
    origin = programs.nginx()
    large = programs.origin(handler=answer_large)
    rules = [{"priority": 1, "conditions": [{"path_pattern": ["/large"]}], "forward": "large"}]
    groups = {"app": [origin.address], "large": [large.address]}
    return [programs.sluice(configuration(groups, listeners(rules=rules))) for _ in range(2)]


@pytest.mark.skipif(SLOWNESS > 1, reason="a sanitizer's times are its own")
@pytest.mark.parametrize("name, name_of_listener", CASES)
def test_others_do_not_notice(two_proxies, door, name, name_of_listener, tmp_path):
    """Their p99 at most doubles while somebody attacks their proxy again and again: against the same attacks on another
    proxy, since whoever attacks takes the machine's time, too."""
    ours, decoy = two_proxies
    others = Others(tmp_path, ours.ports["h2c"], seconds=1)
    attacks = 0

    def attacking(sluice):
        def attack(over):
            nonlocal attacks
            ATTACKS[name].run(door(sluice), over)
            attacks += 1
        return Background(attack)

    with attacking(decoy):
        elsewhere = others.quiet()
    attacks = 0
    with attacking(ours):
        busy = others.busy(elsewhere)
    assert attacks > 0
    note(story(name, name_of_listener), attacks=attacks, p99_of_others_ms=busy, with_the_attack_elsewhere_ms=elsewhere)


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
            client.send(b"".join(map(reset, streams)))
    assert max(at_once) == 10 and taken > 10
