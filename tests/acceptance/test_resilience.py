"""Targets that die, hang and fail under load: their users must not notice where HTTP allows it."""
import os
import re
import resource
import signal
import socket
import struct
import threading
import time

import pytest

from client import SLOWNESS, Aborted, Connection, fetch, wait_until
from figures import note
from load import Background, Load, Others
from ports import free_port
from sluice import configuration, listener, problem_code

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

    def waiting():
        return sluice.metric("sluice_target_requests_in_flight", target=four[0].address)

    with Load(tmp_path, sluice.port, SECONDS + (per_try + 1) * SLOWNESS) as load:
        under_way(sluice)
        four[0].process.send_signal(signal.SIGSTOP)
        limit = time.monotonic() + (per_try + 1) * SLOWNESS
        wait_until(lambda: time.monotonic() >= limit, "the time of a try, and a second more")
        # From here on a request that waits would wait for it.
        assert waiting() == 0
        timeouts = sluice.metric("sluice_upstream_attempts_total", outcome="timeout")
        under_way(sluice)
        assert waiting() == 0
        assert sluice.metric("sluice_upstream_attempts_total", outcome="timeout") == timeouts > 0
    four[0].process.send_signal(signal.SIGCONT)
    # All that it held run out of time at once, and the budget lets only so many of them try again.
    assert load.errors() <= 64 // 4, (load.statuses, load.broken)
    # A try, a second at most of waiting for the budget, and the answer of another target.
    assert load.ms["max"] < ((per_try + 1) * 1000 + 250) * SLOWNESS, load.ms
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
    assert sluice.metric("sluice_upstream_limited_total", limit="requests") == 1
    go.set()
    for client in clients:
        client.join()
    assert [answer.status for answer in answers] == [200, 200]
    assert fetch(sluice.port).status == 200


def lowest_free_descriptor(process):
    used = {int(name) for name in os.listdir(f"/proc/{process.pid}/fd")}
    return min(set(range(len(used) + 1)) - used)


def test_own_shortage_of_descriptors_is_no_fault_of_the_targets(own_programs):
    origins = [own_programs.origin() for _ in range(4)]
    sluice = own_programs.sluice(configuration({"app": {"targets": [origin.address for origin in origins],
                                                        "outlier": {"consecutive_5xx": 1}}},
                                               services=service_with({"attempts": 1}, ("app", 1))))
    with Connection(sluice.port) as client:
        assert client.request("GET", headers=[("Connection", "keep-alive")]).status == 200
        _, hard = resource.prlimit(sluice.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(sluice.process.pid, resource.RLIMIT_NOFILE, (lowest_free_descriptor(sluice.process), hard))
        refused = [client.request() for _ in range(8)]
        resource.prlimit(sluice.process.pid, resource.RLIMIT_NOFILE, (hard, hard))
    short = [each for each in refused if each.status != 200]
    assert short and all((each.status, problem_code(each)) == (503, "no_socket") for each in short)
    assert sluice.metric("sluice_target_ejected") == 0
    assert sluice.metric("sluice_upstream_attempts_total", outcome="connect_failed") == 0
    assert sluice.metric("sluice_upstream_attempts_total", outcome="cancelled") == len(short)
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


def test_those_who_wait_for_a_connection_are_so_many_at_most(own_programs):
    origin = own_programs.origin()
    go = threading.Event()
    origin.handler = lambda connection, request: connection.read_body(request) and go.wait(10) and connection.answer()
    config = configuration({"app": {"targets": [origin.address], "limits": {"connections": 1, "pending": 1}}})
    sluice = own_programs.sluice(config)
    answers = []
    clients = [threading.Thread(target=lambda: answers.append(fetch(sluice.port))) for _ in range(2)]
    clients[0].start()
    wait_until(lambda: origin.requests, "the first to have the connection")
    clients[1].start()
    wait_until(lambda: sluice.metric("sluice_target_group_pending") == 1, "the second to wait for it")
    refused = fetch(sluice.port)
    assert (refused.status, problem_code(refused), refused.get("Retry-After")) == (503, "target_group_full", "1")
    assert sluice.metric("sluice_upstream_limited_total", limit="pending") == 1
    go.set()
    for client in clients:
        client.join()
    assert [answer.status for answer in answers] == [200, 200]


def failing(origin):
    origin.handler = lambda connection, request: connection.read_body(request) and connection.answer(500, b"broken")
    return origin


def test_panic_by_threshold_is_said_and_counted(own_programs):
    """2 of 4 targets are ejected, fewer than 60 % are fit: all are used."""
    origins = [own_programs.origin() for _ in range(4)]
    for origin in origins[:2]:
        failing(origin)
    outlier = {"consecutive_5xx": 1, "base_ejection": "1h", "max_ejected": "50%", "panic_threshold": "60%"}
    sluice = own_programs.sluice(configuration({"app": {"targets": [origin.address for origin in origins], "outlier": outlier}}))

    def ejected():
        fetch(sluice.port)
        return sluice.metric("sluice_target_ejected") == 2

    wait_until(ejected, "both to be ejected")
    before = sluice.metric("sluice_panic_attempts_total")
    assert {fetch(sluice.port).status for _ in range(8)} == {200, 500}
    assert sluice.metric("sluice_panic_attempts_total") == before + 8
    assert sluice.log().count("fewer targets of the stable variant only are fit than outlier.panic_threshold") == 1


def test_users_of_a_variant_without_fallback_get_a_503(own_programs):
    blue, green = own_programs.origin(), failing(own_programs.origin())
    groups = {"blue": [blue.address],
              "green": {"targets": [green.address], "outlier": {"consecutive_5xx": 1, "base_ejection": "1h", "max_ejected": "100%"}}}
    config = configuration(groups, services=service_with({"attempts": 1}, ("blue", 50), ("green", 50), fallback="none", stable="blue"))
    config["listeners"][0]["default"] = {"forward": "app"}
    sluice = own_programs.sluice(config)
    wait_until(lambda: fetch(sluice.port).status == 500, "green's only target to be ejected")
    answers = [fetch(sluice.port) for _ in range(20)]
    refused = [answer for answer in answers if answer.status != 200]
    assert 8 <= len(refused) <= 12 and {(each.status, problem_code(each)) for each in refused} == {(503, "no_healthy_target")}
    assert "its users get a 503 (fallback: none)" in sluice.log()


def test_adaptive_limit_is_shown_and_what_it_refuses(own_programs):
    origin = own_programs.origin()
    go = threading.Event()
    origin.handler = lambda connection, request: connection.read_body(request) and go.wait(10) and connection.answer()
    config = configuration({"app": {"targets": [origin.address], "adaptive_concurrency": {"min": 1, "max": 2}}})
    sluice = own_programs.sluice(config)
    assert sluice.metric("sluice_adaptive_limit", target_group="app") == 2
    clients = [threading.Thread(target=fetch, args=(sluice.port,)) for _ in range(2)]
    for client in clients:
        client.start()
    wait_until(lambda: len(origin.requests) == 2, "both requests to arrive")
    refused = fetch(sluice.port)
    assert (refused.status, problem_code(refused)) == (503, "target_group_full")
    assert sluice.metric("sluice_upstream_limited_total", limit="adaptive") == 1
    go.set()
    for client in clients:
        client.join()


def test_tunnels_take_no_place_of_those_who_wait_for_an_answer(own_programs):
    origin = own_programs.origin()

    def serve(connection, request):
        if not request.get("Upgrade"):
            return connection.read_body(request) and connection.answer()
        connection.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        while connection.receive():
            pass

    origin.handler = serve
    config = configuration({"app": {"targets": [origin.address], "adaptive_concurrency": {"min": 1, "max": 2}}})
    sluice = own_programs.sluice(config)
    upgrade = [("Connection", "Upgrade"), ("Upgrade", "websocket")]
    tunnels = [Connection(sluice.port) for _ in range(4)]
    for tunnel in tunnels:
        assert tunnel.request(headers=upgrade).status == 101
    assert fetch(sluice.port).status == 200
    for tunnel in tunnels:
        tunnel.close()


def test_series_of_what_is_gone_from_the_file_go_with_it(own_programs):
    origin = own_programs.origin()
    config = configuration({"kept": [origin.address], "old": [origin.address]},
                           services=service_with({"attempts": 1}, ("kept", 1), ("old", 1)))
    config["listeners"][0]["default"] = {"forward": "app"}
    sluice = own_programs.sluice(config)

    def series(group):
        return fetch(sluice.admin_port, path="/metrics").body.decode().count(f'"{group}"')

    for _ in range(12):  # each worker has turns of its own
        assert fetch(sluice.port).status == 200
    assert sluice.metric("sluice_variant_attempts_total", variant="old", outcome="success") >= 2
    sluice.set_weights("app", kept=1, old=0)
    sluice.reload({**sluice.config, "target_groups": {"kept": config["target_groups"]["kept"]},
                   "services": service_with({"attempts": 1}, ("kept", 1))})
    wait_until(lambda: series("old") == 0, "the series of the old variant and its group to go")
    assert sluice.metric("sluice_upstream_attempts_total", target_group="kept", outcome="success") >= 2
    assert fetch(sluice.port).status == 200


def test_retries_of_a_variant_that_fails_altogether_keep_within_their_budget(own_programs, tmp_path):
    """20 % of 64 requests in flight at once, however many fail."""
    origins = [own_programs.origin() for _ in range(2)]

    def fail_slowly(connection, request):
        connection.read_body(request)
        connection.ended.wait(0.05)
        connection.answer(500, b"broken")

    for origin in origins:
        origin.handler = fail_slowly
    sluice = start(own_programs, origins, {"attempts": 3, "on": [500]}, outlier={"max_ejected": "0%"})
    most = 0
    with Load(tmp_path, sluice.port, SECONDS) as load:
        while load.process.poll() is None:
            most = max(most, sluice.metric("sluice_retries_in_flight"))
        load.wait()
    assert 0 < most <= 64 * 0.2 + 1, most
    assert load.statuses.keys() == {500}
    note("2 of 2 targets answer 500, GETs of 64 clients", retries_at_once=int(most), requests=load.requests,
         attempts=sum(len(origin.requests) for origin in origins))


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
    """A proxy before nginx; `others` are its well-behaved clients."""
    class Loaded:
        def __init__(self):
            self.origin = own_programs.nginx()
            big = own_programs.origin(handler=lambda c, r: c.read_body(r) and c.answer(body=bytes(1024 * 1024)))
            groups = {"app": [self.origin.address], "big": [big.address]}
            rules = [{"priority": 1, "conditions": [{"path_pattern": ["/big"]}], "forward": "big"}]
            config = configuration(groups, [listener(forward="app", rules=rules, limits={"header_timeout": "5s"})])
            self.sluice = own_programs.sluice(config, workers=2)
            self.others = Others(tmp_path, self.sluice.port)

    return Loaded()


@pytest.mark.skipif(SLOWNESS > 1, reason="sanitizers have a memory of their own")
def test_a_thousand_half_open_heads_cost_little_and_end(loaded):
    quiet = loaded.others.quiet()
    before = resident_kib(loaded.sluice)
    sockets = [half_open(loaded.sluice.port) for _ in range(COUNT)]
    busy = loaded.others.measure()  # their time is over in 5 s
    grown = resident_kib(loaded.sluice) - before
    assert grown < COUNT * PER_CONNECTION_KIB
    assert busy <= 2 * quiet, (quiet, busy)
    note("1,000 half-open heads", KiB_each=round(grown / COUNT, 1), p99_of_others_ms=busy, without_them_ms=quiet)
    for sock in sockets:
        sock.settimeout(15)
        assert sock.recv(100).startswith(b"HTTP/1.1 408")
        sock.close()


@pytest.mark.skipif(SLOWNESS > 1, reason="sanitizers have a memory of their own")
def test_a_thousand_slow_readers_of_a_mebibyte_hold_a_buffer_each(loaded):
    quiet = loaded.others.quiet()
    before = resident_kib(loaded.sluice)
    sockets = []
    for _ in range(COUNT):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", loaded.sluice.port))
        sock.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        sockets.append(sock)
    for sock in sockets:  # each has begun to read, and reads 1 KiB a second from here on
        sock.settimeout(20)
        assert sock.recv(1024)
        sock.setblocking(False)
    seconds = received = 0

    def read_a_kibibyte_each(over):
        nonlocal seconds, received
        begun = time.monotonic()
        for sock in sockets:
            try:
                piece = sock.recv(1024)
            except BlockingIOError:  # so small a buffer makes the kernel hesitate
                continue
            assert piece, "an end before its time"
            received += len(piece)
        seconds += 1
        over.wait(max(0, begun + 1 - time.monotonic()))

    with Background(read_a_kibibyte_each):
        busy = loaded.others.busy(quiet)
        wait_until(lambda: seconds >= 3, "three rounds")
        grown = resident_kib(loaded.sluice) - before
    assert received > COUNT * 1024
    assert grown < COUNT * (PER_CONNECTION_KIB + 16), "64 KiB each, and what a connection costs"
    note("1,000 clients that read 1 KiB/s of 1 MiB", KiB_each=round(grown / COUNT, 1), p99_of_others_ms=busy, without_them_ms=quiet)
    for sock in sockets:
        sock.close()


def breaks_in_the_body(connection, request):
    """An upstream that ends too early, with a RST or with a FIN, or that never reads a body."""
    if request.target == "/broken/upload":
        connection.ended.wait(1)
        return connection.close()
    connection.read_body(request)
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + bytes(50_000))
    connection.reset() if request.target == "/broken/reset" else connection.close()


def break_off_upload(port):
    """A client that resets its connection in the middle of its body."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"POST /broken/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + bytes(20_000))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.skipif(SLOWNESS > 1, reason="sanitizers have a memory of their own")
def test_a_thousand_bodies_broken_off_leave_nothing_and_disturb_nobody(loaded, own_programs):
    breaking = own_programs.origin(handler=breaks_in_the_body)
    config = loaded.sluice.config
    rules = [*config["listeners"][0]["rules"], {"priority": 2, "conditions": [{"path_pattern": ["/broken/*"]}], "forward": "broken"}]
    loaded.sluice.reload({**config, "listeners": [{**config["listeners"][0], "rules": rules}],
                          "services": {**config["services"], "broken": {"variants": {"only": {"target_group": "broken", "weight": 1}}}},
                          "target_groups": {**config["target_groups"], "broken": {"targets": [breaking.address]}}})
    port = loaded.sluice.port
    wait_until(lambda: loaded.sluice.metric("sluice_revision") == 2, "the rule")
    quiet = loaded.others.quiet()
    broken = 0

    def break_off(over):
        nonlocal broken
        for target in ("/broken/reset", "/broken/close"):
            with pytest.raises(Aborted):
                fetch(port, path=target)
        break_off_upload(port)
        broken += 3
        over.wait(0.01)

    before = None
    with Background(break_off):
        wait_until(lambda: broken >= 100, "the first of them")
        before, descriptors = resident_kib(loaded.sluice), loaded.sluice.open_descriptors()
        busy = loaded.others.busy(quiet)
        wait_until(lambda: broken >= 100 + COUNT, "a thousand of them", 60)
    grown = resident_kib(loaded.sluice) - before
    assert grown < 4 * 1024, grown
    wait_until(lambda: loaded.sluice.open_descriptors() <= descriptors, "their connections to be closed")
    note("1,000 bodies broken off by RST or FIN", grown_KiB=grown, broken=broken, p99_of_others_ms=busy, without_them_ms=quiet)


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
