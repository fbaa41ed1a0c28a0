"""Targets that die, hang and fail under load: their users must not notice where HTTP allows it."""
import re
import signal
import socket
import threading

import pytest

from client import SLOWNESS, Aborted, fetch, wait_until
from figures import note
from load import Load
from ports import free_port
from sluice import configuration, listener

SECONDS = 4


def requests_in_progress(sluice):
    return sluice.metric("sluice_requests_total")


def under_way(sluice, enough=200):
    """The load has begun: enough requests were served since."""
    before = requests_in_progress(sluice)
    wait_until(lambda: requests_in_progress(sluice) > before + enough, "requests to be served")


def service_with(retry, *groups, **keys):
    variants = {name: {"target_group": name, "weight": weight} for name, weight in groups}
    return {"app": {"variants": variants, "retry": retry, **keys}}


@pytest.fixture
def four(own_programs):
    return [own_programs.nginx() for _ in range(4)]


def start(own_programs, targets, retry, **group):
    config = configuration({"app": {"targets": [target.address for target in targets], **group}},
                           services=service_with(retry, ("app", 1)))
    return own_programs.sluice(config, workers=2)


ALL = ["connect", "reset", "refused", "timeout"]


def test_killed_target_costs_no_get_an_error(own_programs, four, tmp_path):
    sluice = start(own_programs, four, {"attempts": 3, "on": ALL})
    with Load(tmp_path, sluice.port, SECONDS) as load:
        under_way(sluice)
        four[0].kill()
    assert load.errors() == 0, (load.statuses, load.broken)
    assert sluice.metric("sluice_upstream_attempts_total", outcome="connect_failed") > 0
    note("kill -9 of 1 of 4 targets, GETs of 64 clients", requests=load.requests, errors=load.errors(), p99_ms=load.ms["p99"])
    four[0].process.terminate = lambda: None


def test_killed_target_costs_posts_no_more_than_were_in_flight_on_it(own_programs, four, tmp_path):
    sluice = start(own_programs, four, {"attempts": 3, "on": ALL})
    clients = 64
    with Load(tmp_path, sluice.port, SECONDS, clients=clients, method="POST", body="x" * 100) as load:
        under_way(sluice)
        four[0].kill()
    assert load.errors() <= clients, (load.statuses, load.broken)
    assert load.statuses[200] > 500
    note("kill -9 of 1 of 4 targets, POSTs of 64 clients", requests=load.requests, errors=load.errors())
    four[0].process.terminate = lambda: None


def test_stopped_target_holds_nobody_longer_than_a_try(own_programs, four, tmp_path):
    per_try = 1
    sluice = start(own_programs, four, {"attempts": 3, "on": ALL, "per_try_timeout": f"{per_try}s"})
    with Load(tmp_path, sluice.port, SECONDS + 2) as load:
        under_way(sluice)
        four[0].process.send_signal(signal.SIGSTOP)
        wait_until(lambda: "is ejected" in sluice.log(), "the ejection", per_try + 1 + 5 * SLOWNESS)
        # From here on a request that waits would wait for it.
        timeouts = sluice.metric("sluice_upstream_attempts_total", outcome="timeout")
        under_way(sluice)
        assert sluice.metric("sluice_upstream_attempts_total", outcome="timeout") <= timeouts + 64
    four[0].process.send_signal(signal.SIGCONT)
    # All that it held run out of time at once, and the budget lets only so many of them try again.
    assert load.errors() <= 64 // 4, (load.statuses, load.broken)
    assert load.ms["max"] < (per_try + 1) * 1000 * SLOWNESS, load.ms
    note("SIGSTOP of 1 of 4 targets, tries of 1 s", requests=load.requests, errors=load.errors(), longest_ms=load.ms["max"])


def test_failing_canary_is_answered_by_stable_and_charged_all_the_same(own_programs, tmp_path):
    blue, green = own_programs.nginx("blue"), own_programs.origin()
    green.handler = lambda connection, request: connection.read_body(request) and connection.answer(500, b"broken")
    config = configuration({"blue": [blue.address], "green": [green.address]},
                           services=service_with({"attempts": 2, "on": [*ALL, 500], "to": "stable"}, ("blue", 90), ("green", 10)))
    config["listeners"][0]["default"] = {"forward": "app"}
    sluice = own_programs.sluice(config, workers=2)
    with Load(tmp_path, sluice.port, SECONDS) as load:
        pass
    assert load.errors() == 0, (load.statuses, load.broken)
    def charged():
        return sluice.metric("sluice_variant_attempts_total", variant="green", outcome="status_5xx")

    wait_until(lambda: charged() == len(green.requests) > 0, "the canary to be charged with every request that it got")
    failed = charged()
    assert sluice.metric("sluice_variant_attempts_total", variant="green", outcome="success") == 0
    share = failed / (failed + sluice.metric("sluice_variant_attempts_total", variant="blue", outcome="success"))
    assert abs(share - 0.1) < 0.01
    note("a canary of 10 % that answers nothing but 500, `to: stable`", requests=load.requests, errors=load.errors(),
         charged_to_the_canary=int(failed))


def test_variant_whose_targets_are_gone_is_served_by_stable_until_they_are_back(own_programs):
    blue, green = own_programs.nginx("blue"), own_programs.nginx("green")
    groups = {"blue": [blue.address],
              "green": {"targets": [green.address], "outlier": {"consecutive_5xx": 1, "base_ejection": "500ms", "max_ejected": "100%"}}}
    config = configuration(groups, services=service_with({"attempts": 2, "to": "stable"}, ("blue", 50), ("green", 50)))
    config["listeners"][0]["default"] = {"forward": "app"}
    sluice = own_programs.sluice(config)
    green.process.send_signal(signal.SIGSTOP)
    green.kill()
    for _ in range(40):
        assert fetch(sluice.port).get("X-Version") == "blue"
    assert sluice.metric("sluice_variant_attempts_total", variant="green", outcome="no_target") > 0
    assert "no target of variant green is fit; blue serves its users" in sluice.log()
    green.process.terminate = lambda: None


def test_posts_whose_body_is_small_go_to_another_target_whole(own_programs):
    """Nothing of the body may be lost when the first target cannot be reached after part of it was read."""
    alive = own_programs.origin()
    config = configuration({"app": [f"127.0.0.1:{free_port()}", alive.address]}, services=service_with({"attempts": 2}, ("app", 1)))
    sluice = own_programs.sluice(config)
    for size in (10, 20_000, 60_000):
        for _ in range(4):
            body = bytes(size)
            assert fetch(sluice.port, "POST", "/", body=body).status == 200
            assert alive.last().body == body


def test_put_is_replayed_after_a_reset_with_its_body(own_programs):
    resetting, alive = own_programs.origin(), own_programs.origin()

    def reset(connection, request):
        connection.read_body(request)
        connection.reset()

    resetting.handler = reset
    config = configuration({"app": [resetting.address, alive.address]},
                           services=service_with({"attempts": 2, "on": ["connect", "reset"], "buffer": "64KiB"}, ("app", 1)))
    sluice = own_programs.sluice(config)
    for size in (0, 10, 60_000):
        for _ in range(2):
            body = bytes(size)
            assert fetch(sluice.port, "PUT", "/", body=body).status == 200
            assert alive.last().body == body
    assert fetch(sluice.port, "POST", "/", body=b"once").status in (200, 502), "it is not idempotent"


def test_group_at_its_limit_of_requests_says_so(own_programs):
    origin = own_programs.origin()
    go = threading.Event()

    def wait(connection, request):
        connection.read_body(request)
        go.wait(10)
        connection.answer()

    origin.handler = wait
    config = configuration({"app": {"targets": [origin.address], "limits": {"requests": 2}}})
    sluice = own_programs.sluice(config)
    answers = []
    clients = [threading.Thread(target=lambda: answers.append(fetch(sluice.port))) for _ in range(2)]
    for client in clients:
        client.start()
    wait_until(lambda: len(origin.requests) == 2, "both requests to arrive")
    refused = fetch(sluice.port)
    assert refused.status == 503 and refused.get("Retry-After") == "1"
    assert b"target_group_full" in refused.body
    go.set()
    for client in clients:
        client.join()
    assert [answer.status for answer in answers] == [200, 200]
    assert fetch(sluice.port).status == 200


def test_requests_wait_for_a_connection_while_the_group_has_no_more(own_programs):
    origin = own_programs.origin()
    config = configuration({"app": {"targets": [origin.address], "limits": {"connections": 2}}})
    sluice = own_programs.sluice(config)
    answers = []
    clients = [threading.Thread(target=lambda: answers.extend(fetch(sluice.port).status for _ in range(5))) for _ in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert answers == [200] * 40
    assert len(origin.connections) <= 4, "two at a time, and those that idled away"


def half_open(port):
    """A connection whose head never ends."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    return sock


def resident_kib(sluice):
    status = open(f"/proc/{sluice.process.pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])


COUNT = 1000
PER_CONNECTION_KIB = 64


@pytest.fixture
def loaded(own_programs, tmp_path):
    """A proxy before nginx; `measure()` loads it with well-behaved clients and returns what they saw."""
    class Loaded:
        def __init__(self):
            self.origin = own_programs.nginx()
            big = own_programs.origin(handler=lambda c, r: c.read_body(r) and c.answer(body=bytes(1024 * 1024)))
            groups = {"app": [self.origin.address], "big": [big.address]}
            rules = [{"priority": 1, "conditions": [{"path_pattern": ["/big"]}], "forward": "big"}]
            config = configuration(groups, [listener(forward="app", rules=rules, limits={"header_timeout": "5s"})])
            self.sluice = own_programs.sluice(config, workers=2)

        def measure(self):
            with Load(tmp_path, self.sluice.port, 2, clients=16) as load:
                pass
            assert load.errors() == 0, (load.statuses, load.broken)
            return load.ms["p99"]

    return Loaded()


def compare(quiet, busy):
    """Twice the quiet p99, and what a busy machine adds to any."""
    assert busy <= 2 * quiet + 5 * SLOWNESS, (quiet, busy)


@pytest.mark.skipif(SLOWNESS > 1, reason="sanitizers have a memory of their own")
def test_a_thousand_half_open_heads_cost_little_and_end(loaded):
    quiet = loaded.measure()
    before = resident_kib(loaded.sluice)
    sockets = [half_open(loaded.sluice.port) for _ in range(COUNT)]
    busy = loaded.measure()
    grown = resident_kib(loaded.sluice) - before
    assert grown < COUNT * PER_CONNECTION_KIB
    compare(quiet, busy)
    note("1,000 half-open heads", KiB_each=round(grown / COUNT, 1), p99_of_others_ms=busy, without_them_ms=quiet)
    for sock in sockets:
        sock.settimeout(15)
        assert sock.recv(100).startswith(b"HTTP/1.1 408")
        sock.close()


@pytest.mark.skipif(SLOWNESS > 1, reason="sanitizers have a memory of their own")
def test_a_thousand_slow_readers_of_a_mebibyte_hold_a_buffer_each(loaded):
    quiet = loaded.measure()
    before = resident_kib(loaded.sluice)
    sockets = []
    for _ in range(COUNT):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", loaded.sluice.port))
        sock.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        sockets.append(sock)
    for sock in sockets:  # each has begun to read, and reads slowly from here on
        sock.settimeout(20)
        assert sock.recv(1024)
    busy = loaded.measure()
    for sock in sockets:
        assert sock.recv(1024)
    grown = resident_kib(loaded.sluice) - before
    assert grown < COUNT * (PER_CONNECTION_KIB + 16), "64 KiB each, and what a connection costs"
    compare(quiet, busy)
    note("1,000 clients that read 1 MiB slowly", KiB_each=round(grown / COUNT, 1), p99_of_others_ms=busy, without_them_ms=quiet)
    for sock in sockets:
        sock.close()


def test_upstream_that_breaks_off_never_looks_like_an_end(own_programs):
    origin = own_programs.origin()
    sluice = own_programs.sluice(configuration({"app": [origin.address]}))

    def broken(connection, request):
        connection.read_body(request)
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + bytes(500))
        connection.reset() if request.target == "/reset" else connection.close()

    origin.handler = broken
    for target in ("/reset", "/close"):
        with pytest.raises(Aborted):
            fetch(sluice.port, path=target)
