"""Targets that are restarted one after another with a drain, and what becomes of the connections that live long."""
import asyncio
import time

import pytest
import websockets

from client import PATIENCE, SLOWNESS, wait_until
from figures import note
from load import Load
from sluice import configuration
from websocket_peer import WebSocketServer


def path_of(address, verb):
    return f"/v1/target-groups/app/targets/{address.replace(':', '%3A')}/{verb}"


def in_flight(sluice, address):
    targets = sluice.api("GET", "/v1/target-groups/app")[1]["targets"]
    return next(target["in_flight"] for target in targets if target["address"] == address)


def test_rolling_restart_with_drain_costs_nobody_an_error(own_programs, tmp_path):
    nginxes = [own_programs.nginx() for _ in range(4)]
    sluice = own_programs.sluice(configuration({"app": [nginx.address for nginx in nginxes]}), workers=2)
    with Load(tmp_path, sluice.port, 8) as load:
        for nginx in nginxes:
            status, answer = sluice.api("POST", path_of(nginx.address, "drain"), {"delay": "10s"})
            assert status == 200, answer
            wait_until(lambda: in_flight(sluice, nginx.address) == 0, "what is in flight to finish")
            served = len(nginx.log())
            nginx.restart()
            assert len(nginx.log()) == served, "it got something while it drained"
            status, answer = sluice.api("POST", path_of(nginx.address, "undrain"))
            assert status == 200, answer
            wait_until(lambda: len(nginx.log()) > served, "requests to come back")
    assert load.errors() == 0, (load.statuses, load.broken)
    note("4 targets drained and restarted one after another", requests=load.requests, errors=load.errors())


@pytest.fixture
def servers(tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(WebSocketServer(tmp_path / name))
    yield made
    for server in made:
        server.stop()


async def chat(port):
    socket = await websockets.connect(f"ws://127.0.0.1:{port}/chat")
    assert await socket.recv()
    return socket


async def talks(socket):
    await socket.send("still there?")
    return await asyncio.wait_for(socket.recv(), PATIENCE) == "still there?"


async def ended(socket):
    """When the other side ended it."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 2 * PATIENCE)
    except websockets.ConnectionClosed:
        return time.monotonic()


def test_websockets_of_a_drained_target_go_on_until_the_deadline(own_programs, servers):
    sluice = own_programs.sluice(configuration({"app": [server.address for server in servers]}))

    async def story():
        sockets = [await chat(sluice.port) for _ in servers]
        drained, other = (server.address for server in servers)
        assert in_flight(sluice, drained) == in_flight(sluice, other) == 1
        began = time.monotonic()
        assert sluice.api("POST", path_of(drained, "drain"), {"delay": "2s"})[0] == 200
        assert [await talks(socket) for socket in sockets] == [True, True]
        ends = [asyncio.ensure_future(ended(socket)) for socket in sockets]
        done, pending = await asyncio.wait(ends, timeout=2 * PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == 1 and 1.9 <= done.pop().result() - began <= 2 + SLOWNESS, "it had until the deadline"
        assert in_flight(sluice, drained) == 0
        assert in_flight(sluice, other) == 1, "those of other targets stay"
        pending.pop().cancel()

    asyncio.run(story())


def test_target_that_leaves_the_file_ends_its_websockets_after_the_delay(own_programs, servers):
    group = {"targets": [server.address for server in servers], "deregistration_delay": "1s"}
    sluice = own_programs.sluice(configuration({"app": group}))

    async def story():
        sockets = [await chat(sluice.port) for _ in servers]
        began = time.monotonic()
        config = {**sluice.config, "target_groups": {"app": {**group, "targets": [servers[1].address]}}}
        sluice.reload(config)
        wait_until(lambda: "reloaded" in sluice.log(), "the reload")
        ends = [asyncio.ensure_future(ended(socket)) for socket in sockets]
        done, pending = await asyncio.wait(ends, timeout=2 * PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == 1 and done.pop().result() - began >= 0.9
        assert in_flight(sluice, servers[1].address) == 1
        pending.pop().cancel()

    asyncio.run(story())
