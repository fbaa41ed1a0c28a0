"""Overload: what is new is refused, what is in flight ends, idle clients go, and it ends by itself."""
import ctypes
import os

import pytest

from client import PATIENCE, SLOWNESS, Aborted, Connection, fetch, request_bytes, wait_until
from http2 import GOAWAY, Connection2
from sluice import configuration, listener, problem_code

MIB = 1024 * 1024
PTRACE_ATTACH, PTRACE_DETACH, WALL = 16, 17, 0x40000000
EPOLL_CALLS = ("232 ", "281 ", "22 ")  # epoll_wait and epoll_pwait; the latter also of aarch64


@pytest.fixture
def sluice(own_programs, origin):
    return own_programs.sluice(configuration({"app": [origin.address]}, [listener("web", "app", h2c=True)],
                                             overload={"memory": 0}))


def is_over(sluice, reason="memory"):
    return sluice.metric("sluice_overload", reason=reason) == 1


def limit(sluice, **limits):
    sluice.reload({**sluice.config, "overload": limits})


def overload(sluice):
    limit(sluice, memory="1MiB")
    wait_until(lambda: is_over(sluice), "the overload")


def relieve(sluice):
    limit(sluice, memory=0)
    wait_until(lambda: not is_over(sluice), "its end")


def memory_of(sluice):
    with open(f"/proc/{sluice.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def refused(sluice):
    """Whether a new connection is turned away, with the right words if there are any."""
    try:
        response = fetch(sluice.port)
    except (Aborted, OSError):
        return True
    if response.status == 200:
        return False
    assert problem_code(response) == "overloaded" and response.get("Retry-After") == "1" and response.closes()
    return True


def test_new_connections_are_refused_until_it_ends(sluice, origin):
    assert fetch(sluice.port).status == 200
    overload(sluice)
    assert all(refused(sluice) for _ in range(5))
    assert "overload by memory begins" in sluice.log()
    relieve(sluice)
    assert fetch(sluice.port).status == 200
    assert len(origin.requests) == 2
    assert "overload by memory ends" in sluice.log()


def test_idle_client_is_let_go(sluice):
    with Connection(sluice.port) as client:
        assert client.request().status == 200
        overload(sluice)
        assert client.is_closed()


def test_request_in_flight_is_finished_and_its_connection_closed(sluice, origin):
    over = []

    def answer_later(connection, request):
        overload(sluice)
        over.append(True)
        connection.answer()

    origin.handler = answer_later
    with Connection(sluice.port) as client:
        response = client.request()
        assert over and response.status == 200 and response.closes()
        assert client.is_closed()


def test_request_whose_head_was_on_its_way_is_a_503(sluice, origin):
    request = request_bytes(path="/half")
    with Connection(sluice.port) as client:
        assert client.request().status == 200
        client.send(request[:20])
        with Connection2(sluice.port) as other:  # what was sent before has been read once this is answered
            assert other.request()[0] == 200
        overload(sluice)
        client.send(request[20:])
        response = client.read_response()
        assert response.status == 503 and problem_code(response) == "overloaded"
        assert response.get("Retry-After") == "1" and response.closes()
    assert sluice.logged(path="/half")["code"] == "overloaded"
    assert "/half" not in origin.targets()


def test_client_of_http2_is_told_to_go(sluice):
    with Connection2(sluice.port) as client:
        assert client.request()[0] == 200
        overload(sluice)
        assert client.until(lambda got: got.type == GOAWAY)


# 300 heads that do not end hold 64 KiB each.
@pytest.mark.skipif(SLOWNESS > 1, reason="sanitizers keep what was freed")
def test_memory_that_clients_take_is_noticed_and_given_back(sluice):
    assert fetch(sluice.port).status == 200
    limit(sluice, memory=memory_of(sluice) + 12 * MIB)
    assert not is_over(sluice)
    clients = []
    try:
        while len(clients) < 600 and not is_over(sluice):
            for _ in range(20):
                clients.append(Connection(sluice.port))
                head = request_bytes(headers=[(f"X-{i}", "x" * 12_000) for i in range(5)])
                try:
                    clients[-1].send(head[:-4])
                except OSError:
                    pass  # refused already
        wait_until(lambda: is_over(sluice), lambda: f"overload at {memory_of(sluice) // MIB} MiB")
        assert refused(sluice)
    finally:
        for client in clients:
            client.close()
    wait_until(lambda: not is_over(sluice), lambda: f"its end at {memory_of(sluice) // MIB} MiB")
    assert fetch(sluice.port).status == 200


class StoppedThread:
    """A thread of a process of ours that stands still, while the others go on."""

    def __init__(self, thread):
        self.thread = thread
        self.libc = ctypes.CDLL(None, use_errno=True)

    def _ptrace(self, request):
        return self.libc.ptrace(request, self.thread, None, None)

    def __enter__(self):
        if self._ptrace(PTRACE_ATTACH) != 0:
            pytest.skip(f"ptrace is not allowed here: {os.strerror(ctypes.get_errno())}")
        os.waitpid(self.thread, WALL)

    def __exit__(self, *_):
        assert self._ptrace(PTRACE_DETACH) == 0


def worker_thread(sluice):
    """The one that waits in epoll besides the main thread and those that have names of their own."""
    def find():
        tasks = f"/proc/{sluice.process.pid}/task"
        waiting = []
        for thread in map(int, os.listdir(tasks)):
            with open(f"{tasks}/{thread}/syscall") as call, open(f"{tasks}/{thread}/comm") as name:
                if thread != sluice.process.pid and name.read() == "sluice\n" and call.read().startswith(EPOLL_CALLS):
                    waiting.append(thread)
        return waiting[0] if len(waiting) == 1 else None
    try:
        return wait_until(find, "a worker that waits")
    except OSError as error:
        pytest.skip(f"threads cannot be looked at here: {error}")


def test_worker_that_stands_still_is_noticed_and_the_overload_ends_after_it(own_programs, origin):
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, overload={"loop_lag": "300ms"}))
    assert fetch(sluice.port).status == 200
    with StoppedThread(worker_thread(sluice)):
        wait_until(lambda: is_over(sluice, "loop_lag"), "the overload")
    assert refused(sluice) or not is_over(sluice, "loop_lag")
    wait_until(lambda: not is_over(sluice, "loop_lag"), "its end", PATIENCE)
    assert fetch(sluice.port).status == 200
    assert "overload by loop_lag begins" in sluice.log()


def test_without_limits_nobody_is_refused(own_programs, origin):
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, overload={"memory": 0}))
    assert not is_over(sluice) and not is_over(sluice, "loop_lag")
    assert fetch(sluice.port).status == 200
