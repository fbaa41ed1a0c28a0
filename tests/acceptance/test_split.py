"""Who gets which variant: exact shares without identity, the same variant for the same user, and weights on the run."""
import json

import pytest

from client import Connection, fetch
from origin import answer_with
from sluice import configuration, listener, problem_code, run_command

USERS = [f"user-{i}" for i in range(300)]


@pytest.fixture(scope="module")
def running(programs):
    groups = {name: [programs.origin(handler=answer_with(name.encode())).address] for name in ("blue", "green")}
    service = {
        "variants": {"blue": {"target_group": "blue", "weight": 90}, "green": {"target_group": "green", "weight": 10}},
        "sticky": {"identity": ["cookie:user_id", "header:X-User-Id"]},
    }
    return programs.sluice(configuration(groups, [listener(forward="shop")], {"shop": service}))


@pytest.fixture
def sluice(running):
    running.set_weights("shop", blue=90, green=10)
    return running


def count_green(sluice, requests, headers=()):
    with Connection(sluice.port) as client:
        return sum(client.request(headers=headers).body == b"green" for _ in range(requests))


def variants_of(sluice, users):
    with Connection(sluice.port) as client:
        return {user: client.request(headers={"X-User-Id": user}).body.decode() for user in users}


def shares(service):
    return {variant["name"]: variant["share"] for variant in service["variants"]}


@pytest.mark.parametrize("blue, green, least, most", [
    (90, 10, 98, 102), (50, 50, 498, 502), (99.5, 0.5, 4, 6), (0, 1, 1000, 1000), (1, 0, 0, 0), (200, 100, 331, 335)])
def test_requests_without_identity_split_exactly(sluice, blue, green, least, most):
    sluice.set_weights("shop", blue=blue, green=green)
    assert least <= count_green(sluice, 1000) <= most


def test_user_stays_in_a_variant(sluice):
    before = variants_of(sluice, USERS)
    assert variants_of(sluice, USERS) == before
    assert 10 <= list(before.values()).count("green") <= 60


def test_cookie_and_header_are_one_identity_and_the_first_wins(sluice):
    with Connection(sluice.port) as client:
        for user, variant in variants_of(sluice, USERS[:50]).items():
            assert client.request(headers={"Cookie": f"a=b; user_id={user}; c=d"}).body.decode() == variant
            assert client.request(headers={"Cookie": f"user_id={user}", "X-User-Id": "other"}).body.decode() == variant


def test_weight_change_moves_users_in_one_direction_and_back(sluice):
    before = variants_of(sluice, USERS)
    sluice.set_weights("shop", blue=70, green=30)
    after = variants_of(sluice, USERS)
    assert not [user for user in USERS if before[user] == "green" and after[user] == "blue"]
    assert 30 <= sum(before[user] != after[user] for user in USERS) <= 95
    sluice.set_weights("shop", blue=90, green=10)
    assert variants_of(sluice, USERS) == before


def test_upstream_log_and_metrics_tell_the_variant(sluice):
    count = sluice.metric("sluice_requests_total", service="shop", variant="green", code_class="2xx")
    sluice.set_weights("shop", blue=0, green=1)
    assert fetch(sluice.port, path="/metered").body == b"green"
    line = sluice.logged(path="/metered")
    assert (line["service"], line["variant"], line["status"]) == ("shop", "green", 200)
    assert sluice.metric("sluice_requests_total", service="shop", variant="green", code_class="2xx") == count + 1
    assert sluice.metric("sluice_split_weight", service="shop", variant="green") == 1
    assert sluice.metric("sluice_split_weight", service="shop", variant="blue") == 0


def test_service_tells_weights_shares_and_revision(sluice):
    revision = sluice.set_weights("shop", blue=3, green=1)
    status, service = sluice.api("GET", "/v1/services/shop")
    assert (status, service["name"], service["revision"], service["stable"]) == (200, "shop", revision, "blue")
    told = {variant["name"]: (variant["weight"], variant["target_group"]) for variant in service["variants"]}
    assert told == {"blue": (3, "blue"), "green": (1, "green")}
    assert shares(service) == pytest.approx({"blue": 0.75, "green": 0.25})
    assert [v["targets"] for v in service["variants"]] == [{"healthy": 1, "total": 1}] * 2
    assert service["rollout"] is None
    assert {"requests_per_second", "error_rate", "p50_ms", "p99_ms"} <= service["variants"][0].keys()
    assert sluice.set_weights("shop", blue=1, green=1) > revision


def test_status_names_every_service(sluice):
    status, answer = sluice.api("GET", "/v1/status")
    assert status == 200
    assert [service["name"] for service in answer["services"]] == ["shop"]


@pytest.mark.parametrize("path, weights, status", [
    ("/v1/services/shop/weights", {"blue": 1, "purple": 1}, {400, 422}),
    ("/v1/services/shop/weights", {"blue": -1, "green": 1}, {400, 422}),
    ("/v1/services/shop/weights", {"blue": 0, "green": 0}, {400, 422}),
    ("/v1/services/shop/weights", {"blue": "much", "green": 1}, {400, 422}),
    ("/v1/services/shop/weights", {}, {400, 422}),
    ("/v1/services/shop/weights", [1], {400, 422}),
    ("/v1/services/other/weights", {"blue": 1}, {404}),
], ids=["unknown_variant", "negative", "all_zero", "text", "empty", "list", "unknown_service"])
def test_wrong_weights_are_refused_and_change_nothing(sluice, path, weights, status):
    before = sluice.api("GET", "/v1/services/shop")[1]
    response = fetch(sluice.admin_port, "PUT", path, [("Content-Type", "application/json")], json.dumps(weights).encode())
    assert response.status in status
    assert problem_code(response)
    after = sluice.api("GET", "/v1/services/shop")[1]
    assert (after["revision"], shares(after)) == (before["revision"], shares(before))


def test_text_that_is_not_json_is_refused(sluice):
    assert fetch(sluice.admin_port, "PUT", "/v1/services/shop/weights", body=b"{blue").status == 400


def test_weights_for_another_revision_are_refused(sluice):
    revision = sluice.set_weights("shop", blue=1, green=1)
    condition = [("If-Match", f'"{revision - 1}"')]
    assert sluice.api("PUT", "/v1/services/shop/weights", {"blue": 2, "green": 1}, condition)[0] == 412
    condition = [("If-Match", f'"{revision}"')]
    assert sluice.api("PUT", "/v1/services/shop/weights", {"blue": 2, "green": 1}, condition)[0] == 200


def test_command_sets_weights(sluice):
    done = sluice.command("weights", "set", "shop", "blue=50", "green=50")
    assert done.returncode == 0, done.stderr
    assert shares(sluice.api("GET", "/v1/services/shop")[1]) == pytest.approx({"blue": 0.5, "green": 0.5})


def test_status_command_shows_people_and_programs_the_same(sluice):
    table = sluice.command("status")
    assert table.returncode == 0
    assert all(word in table.stdout for word in ("shop", "blue", "green", "90", "10"))
    answer = json.loads(sluice.command("status", "-o", "json").stdout)
    assert [service["name"] for service in answer["services"]] == ["shop"]


@pytest.mark.parametrize("arguments, code", [
    (["weights", "set", "other", "blue=1"], 1),
    (["weights", "set", "shop", "purple=1"], 1),
    (["weights", "set", "shop", "blue"], 2),
    (["weights", "set"], 2),
    (["--no-such-option"], 2),
    (["no-such-command"], 2),
    (["status", "-o", "xml"], 2),
])
def test_command_that_fails_says_how_by_its_exit_code(sluice, arguments, code):
    done = sluice.command(*arguments)
    assert (done.returncode, done.stdout) == (code, ""), done
    assert done.stderr


def test_command_without_a_proxy_exits_with_3():
    done = run_command("status", "--admin", "http://127.0.0.1:1")
    assert done.returncode == 3 and done.stderr
