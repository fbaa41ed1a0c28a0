"""A store that is full, read-only, locked or broken: traffic goes on, changes are refused with a reason, and a bad version
is taken back all the same."""
import ctypes
import os
import sqlite3
import threading
import time

import pytest

from client import SLOWNESS, fetch, wait_until
from release import FULL, release_configuration, start, state, weights
from sluice import Sluice, run_command

MS_RDONLY, MS_REMOUNT = 1, 32
SLOW = {"slow": {"steps": ["50%"], "every": "1h"}}


@pytest.fixture
def addresses(own_programs):
    return [own_programs.nginx("blue").address, own_programs.nginx("green").address]


class Traffic:
    """Requests one after the other, until the end; `failed` are those that were not answered with 200."""

    def __init__(self, port):
        self.failed, self.count, self.over = [], 0, False
        self.thread = threading.Thread(target=self._run, args=[port])
        self.thread.start()

    def _run(self, port):
        while not self.over:
            try:
                status = fetch(port).status
            except OSError as error:
                status = error
            self.count += 1
            if status != 200:
                self.failed.append(status)

    def end(self):
        self.over = True
        self.thread.join()
        assert not self.failed and self.count, self.failed


class Mount:
    """A small file system that a test can fill and make read-only."""

    def __init__(self, directory, size="4m"):
        self.directory = directory
        directory.mkdir()
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.size = f"size={size},mode=0700".encode()
        self._mount(0)

    def _mount(self, flags):
        if self.libc.mount(b"tmpfs", os.fsencode(self.directory), b"tmpfs", flags, self.size) != 0:
            pytest.skip(f"may not mount a file system: {os.strerror(ctypes.get_errno())}")

    def set_read_only(self):
        self._mount(MS_REMOUNT | MS_RDONLY)

    def fill(self):
        with open(self.directory / "filler", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def empty(self):
        (self.directory / "filler").unlink()

    def stop(self):
        self.libc.umount2(os.fsencode(self.directory), 2)


@pytest.fixture
def mount(tmp_path):
    made = Mount(tmp_path / "small")
    yield made
    made.stop()


def refused_with_a_reason(sluice):
    status, answer = sluice.api("PUT", "/v1/services/other/weights", {"blue": 60, "green": 40})
    assert (status, answer["code"]) == (503, "store_unavailable"), answer
    return answer["detail"]


def check_trouble(sluice, begin, end, word, lasts=0.0):
    """`begin` makes the trouble, `end` mends it."""
    rollout = start(sluice, "app", "slow")
    wait_until(lambda: weights(sluice, "app")["green"] == 50, "the first step")
    traffic = Traffic(sluice.port)
    since = time.monotonic()
    begin()
    detail = refused_with_a_reason(sluice)
    assert word in detail, detail
    aborted = time.monotonic()
    abort = threading.Thread(target=lambda: sluice.api("POST", f"/v1/rollouts/{rollout['id']}/abort"))
    abort.start()
    wait_until(lambda: weights(sluice, "app")["green"] == 0, "the abort")
    took = time.monotonic() - aborted
    abort.join()
    assert took < 1.0 * SLOWNESS, took
    detail = refused_with_a_reason(sluice)
    assert word in detail, detail
    while time.monotonic() - since < lasts:
        time.sleep(0.1)  # the trouble is to last, not to be waited for
    end()
    wait_until(lambda: sluice.api("PUT", "/v1/services/other/weights", {"blue": 60, "green": 40})[0] == 200, "the store to work again")
    traffic.end()
    assert state(sluice, rollout["id"])["state"] == "aborted"


@pytest.fixture
def config(addresses):
    return release_configuration([addresses[0]], [addresses[1]], ["app", "other"], SLOW)


def restarted(sluice, config, directory):
    """What the store has, as the next process finds it."""
    sluice.stop()
    second = Sluice(directory, config, arguments=["--state", directory / "state"])
    found = weights(second, "app"), weights(second, "other"), state(second, "r1")["state"]
    second.stop()
    return found


def test_locked_store(own_programs, config, tmp_path):
    directory = tmp_path / "proxy"
    sluice = Sluice(directory, config, arguments=["--state", directory / "state"])
    try:
        other = sqlite3.connect(directory / "state" / "sluice.db", isolation_level=None)
        check_trouble(sluice, lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK"), "locked",
                      lasts=30 if FULL else 3)
        assert restarted(sluice, config, directory) == ({"blue": 100, "green": 0}, {"blue": 60, "green": 40}, "aborted")
    finally:
        sluice.process.kill()


def test_full_disk(own_programs, config, mount):
    sluice = own_programs.sluice(config, arguments=["--state", mount.directory])
    check_trouble(sluice, mount.fill, mount.empty, "full")


def test_read_only_directory_at_start(own_programs, config, tmp_path, mount):
    """While it is in use the kernel lets nobody make it so; a full one stands for that."""
    first = Sluice(tmp_path / "proxy", config, arguments=["--state", mount.directory])
    first.stop()
    mount.set_read_only()
    refused = run_command("run", "-c", first.config_file, "--state", mount.directory)
    assert refused.returncode == 1
    assert str(mount.directory) in refused.stderr and "ead-only" in refused.stderr, refused.stderr


def test_store_that_is_broken_while_it_runs_and_at_the_next_start(own_programs, config, tmp_path):
    directory = tmp_path / "proxy"
    sluice = Sluice(directory, config, arguments=["--state", directory / "state"])
    try:
        rollout = start(sluice, "app", "slow")
        wait_until(lambda: weights(sluice, "app")["green"] == 50, "the first step")
        traffic = Traffic(sluice.port)
        database = directory / "state" / "sluice.db"
        for suffix in ("", "-wal"):
            path = database.with_name(database.name + suffix)
            if path.exists():
                path.write_bytes(os.urandom(max(path.stat().st_size, 8192)))
        aborted = time.monotonic()
        sluice.api("POST", f"/v1/rollouts/{rollout['id']}/abort")
        assert weights(sluice, "app")["green"] == 0
        assert time.monotonic() - aborted < 1.0 * SLOWNESS
        traffic.end()
        sluice.process.kill()
        sluice.process.wait()
        again = run_command("run", "-c", sluice.config_file, "--state", directory / "state")
        assert again.returncode == 1
        assert str(database) in again.stderr and "Traceback" not in again.stderr, again.stderr
    finally:
        sluice.process.kill()


def test_second_process_on_a_state_directory_is_refused(own_programs, config, tmp_path):
    sluice = own_programs.sluice(config, arguments=["--state", tmp_path / "state"])
    second = run_command("run", "-c", sluice.config_file, "--state", tmp_path / "state")
    assert second.returncode == 1
    assert str(tmp_path / "state") in second.stderr, second.stderr
