"""`sticky.hash`: the proxy puts a user where the vendor's SDK does. The formulas are written down here once more, from the
vendors' descriptions."""
import hashlib
import itertools
import struct

import pytest

from client import Connection, fetch
from origin import answer_with
from sluice import configuration, listener

WEIGHTS = {"blue": 50, "green": 30, "red": 20}
ARMS = {"control": 60, "treatment": 40}
SALT = "checkout-flow"
USERS = [f"user-{i}" for i in range(200)] + ["a", "0", "user@example.com", "x" * 300]


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def rotated(value, bits):
    return (value << bits | value >> (32 - bits)) & 0xFFFFFFFF


def murmur3(text, seed):
    """MurmurHash3_x86_32."""
    data = text.encode()
    value = seed
    for start in range(0, len(data), 4):
        word = int.from_bytes(data[start:start + 4], "little")
        value ^= rotated(word * 0xCC9E2D51 & 0xFFFFFFFF, 15) * 0x1B873593 & 0xFFFFFFFF
        if len(data) - start >= 4:
            value = rotated(value, 13) * 5 + 0xE6546B64 & 0xFFFFFFFF
    value ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        value = (value ^ value >> shift) * factor & 0xFFFFFFFF
    return value ^ value >> 16


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def first_above(weights, value, ends):
    """The first name whose end of the line lies above the value; past all of them, the last."""
    return next((name for name, end in zip(weights, ends) if value < end), list(weights)[-1])


def launchdarkly(user, salt=SALT, weights=WEIGHTS):
    bucket = float32(float32(int(hashlib.sha1(f"{salt}.{user}".encode()).hexdigest()[:15], 16)) / float32(0xFFFFFFFFFFFFFFF))
    shares = (float32(weight * 1000 / 100_000) for weight in weights.values())
    return first_above(weights, bucket, itertools.accumulate(shares, lambda sum, share: float32(sum + share)))


def growthbook(user, salt=SALT, weights=WEIGHTS):
    bucket = fnv1a(str(fnv1a(salt + user))) % 10_000 / 10_000
    return first_above(weights, bucket, itertools.accumulate(weight / 100 for weight in weights.values()))


def unleash(user, salt=SALT, weights=WEIGHTS):
    target = murmur3(f"{salt}:{user}", 86028157) % 1000 + 1
    return first_above(weights, target - 1, itertools.accumulate(weight * 10 for weight in weights.values()))


def flagd(user, salt=SALT, weights=WEIGHTS):
    value = murmur3(salt + user, 0) * sum(weights.values()) >> 32
    return first_above(weights, value, itertools.accumulate(weights.values()))


FORMULAS = {"launchdarkly": launchdarkly, "growthbook-v2": growthbook, "unleash": unleash, "flagd-v2": flagd}


@pytest.fixture(scope="module")
def origins(programs):
    return {name: programs.origin(handler=answer_with(name.encode())) for name in WEIGHTS}


@pytest.fixture(scope="module")
def running(programs, origins):
    groups = {name: [origin.address] for name, origin in origins.items()}
    variants = {name: {"target_group": name, "weight": weight} for name, weight in WEIGHTS.items()}
    services = {vendor: {"variants": variants, "sticky": {"identity": ["header:X-User-Id"], "hash": vendor, "salt": SALT}}
                for vendor in FORMULAS}
    arms = {name: {"weight": weight, "flags": {"arm": name}} for name, weight in ARMS.items()}
    experiments = {f"test-{vendor}": {"service": vendor, "arms": arms} for vendor in FORMULAS}
    return programs.sluice(configuration(groups, [listener(name, name) for name in services], services, experiments=experiments))


def test_formulas_have_the_vendors_own_results():
    assert murmur3("gr1:123", 0) % 100 + 1 == 73 and murmur3("groupX:999", 0) % 100 + 1 == 25
    assert fnv1a(str(fnv1a("seed" + "a"))) % 10_000 == 505 and fnv1a(str(fnv1a("seed" + "b"))) % 10_000 == 2696
    digest = hashlib.sha1(b"hashKey.saltyA.userKeyA").hexdigest()[:15]
    assert int(digest, 16) / 0xFFFFFFFFFFFFFFF == pytest.approx(0.42157587, abs=1e-7)


@pytest.mark.parametrize("vendor", FORMULAS)
def test_user_is_where_the_vendors_sdk_puts_them(running, vendor):
    expected = {user: FORMULAS[vendor](user) for user in USERS}
    with Connection(running.ports[vendor]) as client:
        found = {user: client.request(headers={"X-User-Id": user}).body.decode() for user in USERS}
    assert found == expected
    assert set(found.values()) == set(WEIGHTS)


@pytest.mark.parametrize("vendor", FORMULAS)
def test_user_is_in_the_arm_that_the_vendors_sdk_gives_them(running, origins, vendor):
    with Connection(running.ports[vendor]) as client:
        for user in USERS:
            variant = client.request(headers={"X-User-Id": user}).body.decode()
            arm = FORMULAS[vendor](user, f"test-{vendor}", ARMS)
            assert origins[variant].last().get("Feature-Flags") == f'arm="{arm}"'


@pytest.mark.parametrize("vendor", FORMULAS)
def test_whois_says_so_too(running, vendor):
    for user in USERS[:30]:
        _, answer = running.api("GET", f"/v1/whois?service={vendor}&identity={user}")
        assert answer["variant"] == FORMULAS[vendor](user)


def test_weights_that_are_too_fine_for_the_vendor_are_refused(running):
    status, answer = running.api("PUT", "/v1/services/unleash/weights", {"blue": 99.95, "green": 0.05, "red": 0})
    assert (status, answer["code"]) == (422, "weights_too_fine")
    assert fetch(running.ports["unleash"], headers={"X-User-Id": USERS[0]}).body.decode() == unleash(USERS[0])
