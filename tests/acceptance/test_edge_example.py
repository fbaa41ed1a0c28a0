"""deploy/examples/edge.yaml, unchanged: what its rules, its split and its experiment say is what clients and targets see. It
names its ports, so nothing else may listen there."""
from math import sqrt

import pytest

from client import Connection, fetch
from origin import answer_with
from sluice import ROOT, run_command

EXAMPLE = ROOT / "deploy/examples/edge.yaml"
TARGETS = {"blue": 9001, "green": 9002, "blue-heavy": 9003, "api": 9004}
USERS = [f"user-{i}" for i in range(4000)]
ADDRESSES = {"listeners": [{"name": "web", "address": "127.0.0.1:8080"}], "admin": {"address": "127.0.0.1:9900"}}


@pytest.fixture(scope="module")
def origins(programs):
    """Each answers with its name."""
    return {name: programs.origin(port=port, handler=answer_with(name.encode())) for name, port in TARGETS.items()}


@pytest.fixture(scope="module")
def sluice(programs, origins):
    return programs.sluice(ADDRESSES, text=EXAMPLE.read_text())


def ask(sluice, origins, path="/", method="GET", headers=None, host="localhost"):
    """The answer, who gave it, and the request as that target received it."""
    answer = fetch(sluice.port, method, path, headers or {}, host=host)
    name = answer.body.decode()
    return answer, name, last_of_users(origins[name]) if name in origins else None


def last_of_users(origin):
    """The last request that was no health check of Sluice's own."""
    return next(request for request in reversed(origin.requests) if request.get("User-Agent") != "Sluice-HealthChecker/1.0")


def is_within_3_sigma(found, trials, probability):
    return abs(found - trials * probability) <= 3 * sqrt(trials * probability * (1 - probability))


def test_file_is_in_order():
    done = run_command("check", EXAMPLE)
    assert (done.returncode, done.stderr) == (0, "")


def test_health_path_is_answered_without_a_target(sluice, origins):
    answer, _, request = ask(sluice, origins, "/healthz", host="old.example.com")
    assert (answer.status, answer.get("Content-Type"), answer.body) == (200, "text/plain", b"ok")
    assert request is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_api_gets_its_requests_without_the_prefix(sluice, origins, method):
    _, name, request = ask(sluice, origins, "/api/items/7?x=1", method, host="shop.example.com")
    assert (name, request.method, request.target, request.get("Host")) == ("api", method, "/items/7?x=1", "shop.example.com")
    assert request.get("X-Sluice-Variant") == "stable"


@pytest.mark.parametrize("method, path", [("DELETE", "/api/items/7"), ("GET", "/API/items/7"), ("GET", "/api"), ("GET", "/x/api/")])
def test_what_no_rule_matches_goes_to_the_shop_as_it_was(sluice, origins, method, path):
    _, name, request = ask(sluice, origins, path, method)
    assert (name in ("blue", "blue-heavy", "green"), request.target) == (True, path)


@pytest.mark.parametrize("host, location", [
    ("old.example.com", "http://new.example.com/a/b?c=d"), ("OLD.example.com:8080", "http://new.example.com:8080/a/b?c=d")])
def test_old_host_is_redirected_with_path_and_query(sluice, origins, host, location):
    answer, _, request = ask(sluice, origins, "/a/b?c=d", host=host)
    assert (answer.status, answer.get("Location"), request) == (301, location, None)


def test_redirect_comes_after_the_rules_before_it(sluice, origins):
    assert ask(sluice, origins, "/api/x", host="old.example.com")[1] == "api"


def test_claimed_address_of_a_stranger_is_not_believed(sluice, origins):
    _, name, request = ask(sluice, origins, "/?beta=1", headers={"X-Forwarded-For": "192.0.2.7"})
    assert (name in origins, request.get("X-Forwarded-For")) == (True, "127.0.0.1")


@pytest.fixture(scope="module")
def seen(sluice, origins):
    """Who served each user, with which flags."""
    seen = {}
    with Connection(sluice.port) as client:
        for user in USERS:
            name = client.request(headers={"X-User-Id": user}).body.decode()
            request = last_of_users(origins[name])
            assert request.get("X-User-Id") == user and request.get("X-Sluice-Variant") == name.partition("-")[0]
            seen[user] = name, request.get("Feature-Flags")
    return seen


def test_half_a_percent_of_the_users_are_in_green(seen):
    green = [user for user in USERS if seen[user][0] == "green"]
    assert is_within_3_sigma(len(green), len(USERS), 0.005)


def test_heavy_target_gets_two_thirds_of_blue(seen):
    blue = [name for name, _ in seen.values() if name.startswith("blue")]
    assert blue.count("blue-heavy") / len(blue) == pytest.approx(2 / 3, abs=0.03)


def test_fifth_of_the_users_is_in_the_experiment_and_half_of_them_treated(seen):
    flags = [flags for _, flags in seen.values()]
    assert set(flags) == {None, 'search="v1"', 'search="v2", one-click'}
    audience = len(flags) - flags.count(None)
    assert is_within_3_sigma(audience, len(USERS), 0.2)
    assert is_within_3_sigma(flags.count('search="v1"'), audience, 0.5)


def test_flags_do_not_depend_on_the_variant(seen, sluice, origins):
    """Users enough for an expectation in green: everybody, once green has half of them."""
    sluice.set_weights("shop", blue=50, green=50)
    try:
        for user in USERS[:500]:
            _, _, request = ask(sluice, origins, headers={"X-User-Id": user})
            assert request.get("Feature-Flags") == seen[user][1]
    finally:
        sluice.set_weights("shop", blue=99.5, green=0.5)


def test_user_keeps_variant_and_flags_however_the_identity_comes(seen, sluice, origins):
    with Connection(sluice.port) as client:
        for user in [user for user in USERS if seen[user][0] == "green"] + USERS[:300]:
            name = client.request(headers={"Cookie": f"user_id={user}", "X-User-Id": "other"}).body.decode()
            assert (name.partition("-")[0], last_of_users(origins[name]).get("Feature-Flags")) == (
                seen[user][0].partition("-")[0], seen[user][1])


def test_flags_of_the_api_are_none(seen, sluice, origins):
    treated = next(user for user in USERS if seen[user][1])
    assert ask(sluice, origins, "/api/x", headers={"X-User-Id": treated})[2].get("Feature-Flags") is None


def test_visitor_without_identity_gets_a_cookie_that_decides_from_then_on(sluice, origins):
    first, name, request = ask(sluice, origins)
    cookie, *attributes = first.get("Set-Cookie").split("; ")
    assert cookie.startswith("sluice_id=") and {"Max-Age=2592000", "HttpOnly"} <= set(attributes)
    for _ in range(5):
        again, same, returning = ask(sluice, origins, headers={"Cookie": cookie})
        assert same.partition("-")[0] == name.partition("-")[0] and not again.all("Set-Cookie")
        assert returning.get("Feature-Flags") == request.get("Feature-Flags")


def test_status_shows_the_split_and_the_experiment(seen, sluice):
    shown = sluice.command("status").stdout
    assert all(word in shown for word in ("shop", "blue", "green", "99.5", "0.5", "new-search", "control", "treatment"))


def test_secret_that_a_restart_forgets_is_said_so(sluice):
    assert "restart" in sluice.log()
