"""Which target a request goes to: by load, by key, by zone; and how a whole new group is warmed up."""
import asyncio
import time
from collections import Counter

import pytest

from client import SLOWNESS, Connection, wait_until
from figures import note
from origin import answer_with
from sluice import configuration, listener
from timed_origin import TimedOrigin

CLIENTS = 64
FAST, SLOW = 0.1 * SLOWNESS, SLOWNESS  # long enough for what a loaded machine adds to both to be little


@pytest.fixture(scope="module")
def timed_origins():
    """Four, of which the last takes ten times longer."""
    origins = [TimedOrigin(seconds, f"t{i}") for i, seconds in enumerate([FAST, FAST, FAST, SLOW])]
    yield origins
    for origin in origins:
        origin.stop()


async def measure(port, seconds):
    """What CLIENTS connections that always wait for something got: (target, seconds) of each request. The first ones, which
    come all at once, do not count."""
    seen = []
    start = time.monotonic()
    end = start + seconds

    async def client():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begin := time.monotonic()) < end:
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            target = (await reader.readexactly(2)).decode()
            if begin > start + SLOW:
                seen.append((target, time.monotonic() - begin))
        writer.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return seen


def share_and_p95(programs, origins, algorithm):
    """The slow target's share of the requests, and the time that 95 % of all took at most."""
    group = {"targets": [origin.address for origin in origins], "algorithm": algorithm}
    sluice = programs.sluice(configuration({"app": group}), workers=2)
    seen = asyncio.run(measure(sluice.port, 8 * SLOW))
    times = sorted(seconds for _, seconds in seen)
    return sum(target == "t3" for target, _ in seen) / len(seen), times[len(times) * 95 // 100]


def test_least_outstanding_leaves_the_slow_target_alone(own_programs, timed_origins):
    slow_share, p95 = share_and_p95(own_programs, timed_origins, "least_outstanding")
    _, p95_in_turn = share_and_p95(own_programs, timed_origins, "round_robin")
    note("1 of 4 targets ten times slower, 64 clients", share_of_the_slow_one=f"{slow_share:.1%}",
         p95_ms=round(p95 * 1000), in_turn_p95_ms=round(p95_in_turn * 1000))
    assert 0 < slow_share <= 0.05
    assert p95_in_turn >= 4 * p95


TENANTS = [f"tenant-{i}" for i in range(2000)]


def targets_of(sluice, tenants=TENANTS):
    with Connection(sluice.port) as client:
        return {tenant: client.request(headers={"X-Tenant": tenant}).body.decode() for tenant in tenants}


@pytest.fixture(scope="module")
def named_origins(programs):
    return {f"t{i}": programs.origin(handler=answer_with(b"t%d" % i)) for i in range(10)}


def hashed(origins):
    return {"targets": [origin.address for origin in origins], "algorithm": "consistent_hash", "hash_by": "header:X-Tenant"}


def test_consistent_hash_moves_only_the_users_of_a_target_that_goes(own_programs, named_origins):
    sluice = own_programs.sluice(configuration({"app": hashed(named_origins.values())}))
    before = targets_of(sluice)
    assert before == targets_of(sluice)
    share = Counter(before.values())
    assert len(share) == 10 and max(share.values()) <= 0.14 * len(TENANTS)
    gone = share.most_common()[5][0]
    left = [origin for name, origin in named_origins.items() if name != gone]
    sluice.reload({**sluice.config, "target_groups": {"app": hashed(left)}})
    wait_until(lambda: sluice.metric("sluice_revision") == 2, "the reload")
    after = targets_of(sluice)
    moved = {tenant for tenant in TENANTS if before[tenant] != after[tenant]}
    assert moved == {tenant for tenant in TENANTS if before[tenant] == gone}
    assert len(moved) <= 0.12 * len(TENANTS)
    note("consistent_hash, 1 of 10 targets removed", keys_that_moved=f"{len(moved) / len(TENANTS):.1%}")


def test_consistent_hash_is_the_same_after_a_restart_and_on_every_node(own_programs, named_origins):
    some = TENANTS[:200]
    one = own_programs.sluice(configuration({"app": hashed(named_origins.values())}))
    other = own_programs.sluice(configuration({"app": hashed(reversed(named_origins.values()))}), workers=2)
    assert targets_of(one, some) == targets_of(other, some)


def test_consistent_hash_goes_by_the_users_identity(own_programs, named_origins):
    group = {"targets": [origin.address for origin in named_origins.values()], "algorithm": "consistent_hash"}
    services = {"app": {"variants": {"only": {"target_group": "app", "weight": 1}}, "sticky": {"identity": ["cookie:user_id"]}}}
    sluice = own_programs.sluice(configuration({"app": group}, [listener(forward="app")], services))
    def target_of(user, **headers):
        with Connection(sluice.port) as client:
            return client.request(headers={"Cookie": f"user_id={user}", **headers}).body
    users = [f"user-{i}" for i in range(40)]
    targets = [target_of(user) for user in users]
    assert len(set(targets)) > 5
    assert targets == [target_of(user, Other="header") for user in users]


def test_weights_are_shares_whatever_the_algorithm(own_programs, named_origins):
    pair = [{"address": named_origins["t0"].address, "weight": 3}, named_origins["t1"].address]
    for algorithm, slack in [("round_robin", 0), ("least_outstanding", 70), ("weighted_random", 70)]:
        sluice = own_programs.sluice(configuration({"app": {"targets": pair, "algorithm": algorithm}}))
        assert abs(Counter(targets_of(sluice, TENANTS[:800]).values())["t0"] - 600) <= slack, algorithm


def test_targets_of_our_own_zone_go_first(own_programs, named_origins):
    targets = [{"address": named_origins[f"t{i}"].address, "zone": zone} for i, zone in enumerate("aab")]
    sluice = own_programs.sluice(configuration({"app": {"targets": targets}}, zone="a"))
    assert set(targets_of(sluice, TENANTS[:30]).values()) == {"t0", "t1"}


def test_new_group_is_warmed_up_and_each_user_moves_once(own_programs, named_origins):
    groups = {"blue": [named_origins["t0"].address],
              "green": {"targets": [named_origins["t1"].address], "slow_start": f"{3000 * SLOWNESS}ms"}}
    service = {"variants": {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}},
               "sticky": {"identity": ["header:X-Tenant"]}}
    sluice = own_programs.sluice(configuration(groups, [listener(forward="shop")], {"shop": service}))
    some = TENANTS[:100]
    revision = sluice.set_weights("shop", blue=20, green=80)
    service = lambda: sluice.api("GET", "/v1/services/shop")[1]
    seen, shares = [targets_of(sluice, some)], []
    while (now := service())["warming_up"]:
        assert (now["revision"], now["variants"][1]["weight"]) == (revision, 80)
        shares.append(now["variants"][1]["share"])
        seen.append(targets_of(sluice, some))
    seen.append(targets_of(sluice, some))
    assert service()["revision"] == revision and service()["variants"][1]["share"] == 0.8
    assert shares == sorted(shares) and shares[0] < 0.4 and len(set(shares)) > 3
    for tenant in some:
        assert [each[tenant] for each in seen] == sorted(each[tenant] for each in seen)  # t0, then t1
    assert 60 <= list(seen[-1].values()).count("t1") <= 95
    assert sluice.set_weights("shop", blue=1, green=0) == revision + 1
    assert set(targets_of(sluice, some).values()) == {"t0"}  # going back takes no time
