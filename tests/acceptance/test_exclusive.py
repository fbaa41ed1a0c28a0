"""Experiments that exclude each other: a user is in at most one of them, whatever service asks and however shares change."""
import copy
import itertools
from math import sqrt

import pytest

from client import Connection, wait_until
from sluice import configuration, listener

USERS = [f"user-{i}" for i in range(1000)]
EXCLUSIVE = {"banner": ("shop", 30), "prices": ("shop", 30), "layout": ("shop", 15), "delivery": ("cart", 20)}


def experiment(service, share, flag, **keys):
    return {"service": service, "audience": {"share": f"{share}%"}, "arms": {"on": {"weight": 1, "flags": {flag: True}}}, **keys}


def exclusive(shares):
    return {name: experiment(service, share, name, exclusive="money") for name, (service, share) in shares.items()}


@pytest.fixture(scope="module")
def origin(programs):
    return programs.origin()


@pytest.fixture
def sluice(own_programs, origin):
    identity = {"identity": ["header:X-User-Id"]}
    services = {name: {"variants": {"only": {"target_group": "app", "weight": 1}}, "sticky": identity} for name in ("shop", "cart")}
    experiments = {**exclusive(EXCLUSIVE), "free": experiment("shop", 50, "free")}
    return own_programs.sluice(configuration({"app": [origin.address]}, [listener("shop", "shop"), listener("cart", "cart")],
                                             services, experiments=experiments))


def flags(sluice, origin, service):
    """The flags of each user, as the target receives them."""
    found = {}
    with Connection(sluice.ports[service]) as client:
        for user in USERS:
            client.request(headers={"X-User-Id": user})
            found[user] = set((origin.last().get("Feature-Flags") or "").split(", ")) - {""}
    return found


def places(sluice, origin):
    """The exclusive experiment that each user is in, or None; more than one fails."""
    shop, cart = flags(sluice, origin, "shop"), flags(sluice, origin, "cart")
    places = {}
    for user in USERS:
        mine = (shop[user] | cart[user]) - {"free"}
        assert len(mine) <= 1, (user, mine)
        places[user] = next(iter(mine), None)
    return places


def users_in(places, name):
    return {user for user in USERS if places[user] == name}


def is_within_4_sigma(found, probability):
    return abs(found - len(USERS) * probability) <= 4 * sqrt(len(USERS) * probability * (1 - probability))


def with_shares(sluice, shares):
    config = copy.deepcopy(sluice.config)
    config["experiments"] = {**exclusive(shares), "free": config["experiments"]["free"]}
    revision = sluice.metric("sluice_revision")
    sluice.reload(config)
    wait_until(lambda: sluice.metric("sluice_revision") > revision, "the reload")


def test_user_is_in_at_most_one_experiment_and_each_has_its_share(sluice, origin):
    found = places(sluice, origin)
    for name, (_, share) in EXCLUSIVE.items():
        assert is_within_4_sigma(len(users_in(found, name)), share / 100), name
    assert users_in(found, None)


def test_experiment_outside_of_the_group_is_independent_of_it(sluice, origin):
    found = flags(sluice, origin, "shop")
    for name, (service, share) in EXCLUSIVE.items():
        if service == "shop":
            both = sum({name, "free"} <= mine for mine in found.values())
            assert is_within_4_sigma(both, share / 100 / 2), name


def test_whois_names_the_one_experiment(sluice, origin):
    found = flags(sluice, origin, "shop")
    for user in USERS[:100]:
        _, answer = sluice.api("GET", f"/v1/whois?service=shop&identity={user}")
        assert {each["name"] for each in answer["experiments"] if each["arm"]} == found[user] == set(answer["flags"])


def test_share_that_changes_moves_nobody_of_its_neighbours(sluice, origin):
    before = places(sluice, origin)
    with_shares(sluice, {**EXCLUSIVE, "banner": ("shop", 10), "prices": ("shop", 50)})
    after = places(sluice, origin)
    assert users_in(after, "banner") < users_in(before, "banner")
    assert users_in(after, "prices") > users_in(before, "prices")
    for name in ("layout", "delivery"):
        assert users_in(after, name) == users_in(before, name)
    with_shares(sluice, EXCLUSIVE)
    again = places(sluice, origin)
    for name in ("layout", "delivery"):
        assert users_in(again, name) == users_in(before, name)


def test_experiment_that_ends_or_joins_moves_nobody_of_the_others(sluice, origin):
    before = places(sluice, origin)
    with_shares(sluice, {name: share for name, share in EXCLUSIVE.items() if name != "prices"})
    without = places(sluice, origin)
    for name in ("banner", "layout", "delivery"):
        assert users_in(without, name) == users_in(before, name)
    assert users_in(without, None) == users_in(before, None) | users_in(before, "prices")
    with_shares(sluice, {"colour": ("cart", 10), **{name: share for name, share in EXCLUSIVE.items() if name != "prices"}})
    joined = places(sluice, origin)
    for name, user in itertools.product(("banner", "layout", "delivery"), USERS):
        assert (joined[user] == name) == (without[user] == name)
    assert users_in(joined, "colour") <= users_in(without, None)


def test_shares_of_more_than_everybody_are_refused(sluice, origin):
    revision = sluice.metric("sluice_revision")
    config = copy.deepcopy(sluice.config)
    config["experiments"]["banner"]["audience"]["share"] = "60%"
    sluice.reload(config)
    wait_until(lambda: "are more than 100 % together" in sluice.log(), "the refusal")
    assert sluice.metric("sluice_revision") == revision
