"""Users who stay where they are: the identity cookie, pins, experiments, testers' overrides, and what can be asked of them."""
import re
import time

import pytest

from client import Connection, wait_until
from ports import free_port
from sluice import configuration, listener

SECRET = "0123456789abcdef0123456789abcdef"
TWO_VARIANTS = {"blue": {"target_group": "blue", "weight": 90}, "green": {"target_group": "green", "weight": 10}}
EXPERIMENTS = {
    "search": {"service": "shop", "audience": {"share": "50%"},
               "arms": {"control": {"weight": 50, "flags": {"search": "v1"}},
                        "treatment": {"weight": 50, "flags": {"search": "v2", "one-click": True, "limit": 10, "ratio": 0.5,
                                                              "off": False}}}},
    "forced": {"service": "shop", "audience": {"conditions": [{"http_header": {"name": "X-Country", "values": ["DE"]}}]},
               "arms": {"only": {"weight": 1, "variant": "green"}}},
}


@pytest.fixture(scope="module")
def origins(programs):
    return {name: programs.origin() for name in ("blue", "green")}


@pytest.fixture(scope="module")
def settings(programs, origins, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "cookie.key"
    secret.write_text(SECRET + "\n")
    sticky = {"identity": ["header:X-User-Id"], "cookie": {"name": "sluice_id", "max_age": "1d", "secret_file": str(secret)}}
    services = {"shop": {"variants": TWO_VARIANTS, "sticky": sticky},
                "pinned": {"variants": TWO_VARIANTS, "sticky": {**sticky, "pin": "1h"}}}
    groups = {name: [origin.address] for name, origin in origins.items()}
    listeners = [listener("web", "shop"), listener("pins", "pinned")]
    return secret, configuration(groups, listeners, services, experiments=EXPERIMENTS)


@pytest.fixture(scope="module")
def running(programs, settings):
    return programs.sluice(settings[1])


def variant(origins):
    """Who got the last request, and that request."""
    (name, request), = [(name, origin.last()) for name, origin in origins.items() if origin.requests]
    return name, request


def ask(sluice, origins, headers=None, port="web"):
    for origin in origins.values():
        origin.forget()
    with Connection(sluice.ports[port]) as client:
        answer = client.request(headers=headers or {})
    return answer, *variant(origins)


def cookie_of(answer, name="sluice_id"):
    fields = [field for field in answer.all("Set-Cookie") if field.startswith(name + "=")]
    assert len(fields) == 1, answer.headers
    return fields[0]


def value_of(answer, name="sluice_id"):
    return cookie_of(answer, name).partition(";")[0]


def test_who_brings_no_identity_gets_a_cookie(running, origins):
    answer, _, _ = ask(running, origins)
    assert re.fullmatch(r"sluice_id=[\w-]{22}\.[\w-]{11}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax", cookie_of(answer))
    assert running.metric("sluice_identity_cookies_minted_total", service="shop") >= 1


def test_cookie_keeps_its_user_in_the_variant_that_the_first_answer_came_from(running, origins):
    for _ in range(30):
        first, name, _ = ask(running, origins)
        again, same, _ = ask(running, origins, {"Cookie": value_of(first)})
        assert same == name and not again.all("Set-Cookie")


def test_who_brings_an_identity_gets_none(running, origins):
    assert not ask(running, origins, {"X-User-Id": "u1"})[0].all("Set-Cookie")


@pytest.mark.parametrize("cookie", ["sluice_id=", "sluice_id=forged", "sluice_id=" + "A" * 22 + "." + "A" * 11,
                                    "sluice_id=" + "x" * 8000, "; ;=;sluice_id=\"a\";;"])
def test_forged_cookie_is_replaced_and_counted(running, origins, cookie):
    before = running.metric("sluice_identity_cookies_forged_total", service="shop")
    answer, _, _ = ask(running, origins, {"Cookie": cookie})
    assert value_of(answer)
    assert running.metric("sluice_identity_cookies_forged_total", service="shop") == before + 1


def test_weight_change_moves_only_those_it_must(running, origins):
    users = [f"user-{i}" for i in range(200)]

    def variants():
        return {user: ask(running, origins, {"X-User-Id": user})[1] for user in users}
    try:
        before = variants()
        running.set_weights("shop", blue=70, green=30)
        during = variants()
        assert all(during[user] == "green" for user in users if before[user] == "green")
        assert list(during.values()).count("green") > list(before.values()).count("green")
    finally:
        running.set_weights("shop", blue=90, green=10)
    assert variants() == before


def test_secret_is_rotated_without_anybody_losing_the_cookie(own_programs, settings, origins):
    secret, config = settings
    sluice = own_programs.sluice({**config, "listeners": [listener("web", "shop")],
                                  "admin": configuration({"a": []})["admin"]})
    old = value_of(ask(sluice, origins)[0])
    secret.write_text("fedcba9876543210fedcba9876543210\n" + SECRET + "\n")
    try:
        revision = sluice.metric("sluice_revision")
        sluice.reload()
        sluice_reloaded(sluice, revision)
        assert not ask(sluice, origins, {"Cookie": old})[0].all("Set-Cookie")
        new = value_of(ask(sluice, origins)[0])
        secret.write_text("fedcba9876543210fedcba9876543210\n")
        sluice.reload()
        sluice_reloaded(sluice, revision + 1)
        assert not ask(sluice, origins, {"Cookie": new})[0].all("Set-Cookie")
        assert ask(sluice, origins, {"Cookie": old})[0].all("Set-Cookie")
    finally:
        secret.write_text(SECRET + "\n")


def sluice_reloaded(sluice, before):

    wait_until(lambda: sluice.metric("sluice_revision") > before, "the reload")


def test_flags_reach_the_upstream_and_a_clients_own_do_not(running, origins):
    seen = set()
    for i in range(60):
        _, _, request = ask(running, origins, {"X-User-Id": f"user-{i}", "Feature-Flags": "admin"})
        flags = request.all("Feature-Flags")
        assert len(flags) <= 1 and "admin" not in "".join(flags)
        seen.update(flags or ["none"])
    assert seen == {"none", 'search="v1"', 'search="v2", one-click, limit=10, ratio=0.5, off=?0'}


def test_arm_forces_its_variant_on_its_audience(running, origins):
    for i in range(20):
        user = {"X-User-Id": f"user-{i}", "X-Country": "DE"}
        assert ask(running, origins, user)[1] == "green"
    assert running.logged(chosen_by="experiment")["experiments"]["forced"] == "only"


def test_whois_says_what_the_proxy_does(running, origins):
    for i in range(20):
        user = f"user-{i}"
        _, name, request = ask(running, origins, {"X-User-Id": user})
        status, answer = running.api("GET", f"/v1/whois?service=shop&identity={user}")
        assert (status, answer["variant"]) == (200, name)
        arm = next(each for each in answer["experiments"] if each["name"] == "search")["arm"]
        assert {"control": 'search="v1"', "treatment": 'search="v2"', None: None}[arm] == (
            (request.get("Feature-Flags") or "").split(",")[0] or None)
    printed = running.command("whois", "shop", "user-1")
    assert printed.returncode == 0 and "variant" in printed.stdout
    assert running.command("whois", "nothing", "user-1").returncode == 1


def test_experiments_are_counted_and_their_ratio_judged(running, origins):
    for i in range(300):
        ask(running, origins, {"X-User-Id": f"counted-{i}"})
    status, answer = running.api("GET", "/v1/experiments")
    search = next(each for each in answer["experiments"] if each["name"] == "search")
    assert status == 200 and search["sample_ratio"]["verdict"] == "ok" and search["sample_ratio"]["users"] >= 100
    for arm in search["arms"]:
        assert arm["exposures"] == running.metric("sluice_experiment_exposures_total", experiment="search", arm=arm["name"])
        assert arm["exposures"] > 0


def test_pinned_user_stays_while_weights_move(running, origins):
    first, name, _ = ask(running, origins, {"X-User-Id": "pinned-user"}, port="pins")
    pin = value_of(first, "sluice_pin_pinned")
    assert re.search(r"; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax$", cookie_of(first, "sluice_pin_pinned"))
    other = "green" if name == "blue" else "blue"
    running.set_weights("pinned", **{name: 0, other: 100})
    try:
        again, same, _ = ask(running, origins, {"X-User-Id": "pinned-user", "Cookie": pin}, port="pins")
        assert same == name and cookie_of(again, "sluice_pin_pinned")
        assert ask(running, origins, {"X-User-Id": "pinned-user"}, port="pins")[1] == other
        assert ask(running, origins, {"X-User-Id": "pinned-user", "Cookie": pin[:-1]}, port="pins")[1] == other
        pinned = lambda: [each["pinned_share"] for each in running.api("GET", "/v1/services/pinned")[1]["variants"]]
        wait_until(lambda: any(pinned()), "the pinned share to be counted")
    finally:
        running.set_weights("pinned", blue=90, green=10)


def test_testers_override_needs_a_signature(running, origins):
    signed = running.command("override", "sign", "shop=green", "--for", "1h").stdout.strip()
    for i in range(10):
        user = {"X-User-Id": f"user-{i}"}
        expected = ask(running, origins, user)[1]
        _, name, request = ask(running, origins, {**user, "X-Sluice-Override": signed})
        assert (name, request.all("X-Sluice-Override")) == ("green", [signed])
        _, name, request = ask(running, origins, {**user, "X-Sluice-Override": "shop=green"})
        assert (name, request.all("X-Sluice-Override")) == (expected, [])
    assert running.metric("sluice_overrides_total", service="shop", result="applied") == 10
    assert running.metric("sluice_overrides_total", service="shop", result="refused") == 10
    assert running.command("override", "sign", "shop=pink").returncode == 1
    assert running.command("override", "sign", "shop").returncode == 2


def test_answer_of_our_own_pins_nobody(programs, settings):
    dead = [f"127.0.0.1:{free_port()}"]
    _, config = settings
    services = {"pinned": config["services"]["pinned"]}
    sluice = programs.sluice(configuration({name: dead for name in ("blue", "green")}, [listener("pins", "pinned")], services))
    with Connection(sluice.ports["pins"]) as client:
        answer = client.request(headers={"X-User-Id": "u1"})
    assert answer.status == 502
    assert not [field for field in answer.all("Set-Cookie") if field.startswith("sluice_pin")]


def test_override_that_expired_is_refused(running, origins):
    signed = running.command("override", "sign", "shop=green", "--for", "1s").stdout.strip()
    expires = int(re.search(r"expires=(\d+)", signed)[1])
    user = next(u for u in (f"user-{i}" for i in range(50)) if ask(running, origins, {"X-User-Id": u})[1] == "blue")
    while time.time() < expires + 1:
        time.sleep(0.05)
    assert ask(running, origins, {"X-User-Id": user, "X-Sluice-Override": signed})[1] == "blue"


def test_canary_share_does_not_drift_with_returning_users(running, origins):
    """10,000 returning users; how the million requests of the issue come out is in tests/unit/routing/share_test."""
    with Connection(running.ports["web"]) as client:
        for _ in range(2):
            for origin in origins.values():
                origin.forget()
            for i in range(2000):
                client.request(headers={"X-User-Id": f"returning-{i}"})
            share = len(origins["green"].requests) / 2000
            assert 0.08 <= share <= 0.12
