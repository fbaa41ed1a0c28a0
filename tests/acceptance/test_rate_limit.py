"""Rate limits: who is refused, what the client is told, and that the limit is the process', across workers and reloads."""
import pytest

from client import Connection, fetch, wait_until
from sluice import configuration, listener, problem_code

SLOW = {"per": "1h"}  # nothing comes back while a test runs
LISTENERS = ("whole", "users", "clients", "ruled")


def settings(origin):
    rules = [{"priority": 10, "conditions": [{"path_pattern": ["/few"]}], "rate_limit": {"requests": 2, **SLOW},
              "forward": "app"},
             {"priority": 20, "conditions": [{"path_pattern": ["/mine"]}],
              "rate_limit": {"requests": 1, "by": "identity", **SLOW}, "forward": "app"},
             {"priority": 30, "conditions": [{"path_pattern": ["/fixed"]}], "rate_limit": {"requests": 1, **SLOW},
              "fixed_response": {"status": 204}}]
    services = {"app": {"variants": {"only": {"target_group": "app", "weight": 1}},
                        "sticky": {"identity": ["header:X-User-Id"], "cookie": {"name": "sluice_id"}}}}
    limits = {
        "whole": {"rate_limit": {"requests": 3, **SLOW}, "health_path": "/ready"},
        "users": {"rate_limit": {"requests": 2, "by": "identity", **SLOW}},
        "clients": {"rate_limit": {"requests": 2, "by": "address", **SLOW}},
        "ruled": {"rules": rules},
    }
    listeners = [listener(name, "app", **limits[name]) for name in LISTENERS]
    return configuration({"app": [origin.address]}, listeners, services, trusted=["127.0.0.0/8"])


@pytest.fixture
def running(own_programs, origin):
    return own_programs.sluice(settings(origin), workers=2)


def statuses(sluice, name, count, path="/", headers=()):
    """Each on a connection of its own, so that both workers get some."""
    return [fetch(sluice.ports[name], path=path, headers=headers).status for _ in range(count)]


def user(name):
    return [("X-User-Id", name)]


def client(address):
    return [("X-Forwarded-For", address)]


def test_over_the_listeners_limit_is_a_429_with_its_code_and_the_time_to_wait(running, origin):
    assert sorted(statuses(running, "whole", 8)) == [200] * 3 + [429] * 5
    with Connection(running.ports["whole"]) as connection:
        refused = connection.request()
        assert refused.status == 429 and problem_code(refused) == "rate_limited"
        assert 0 < int(refused.get("Retry-After")) <= 1200
        assert not refused.closes()
        assert connection.request().status == 429
    assert len(origin.requests) == 3
    assert running.logged(status=429, listener="whole")["code"] == "rate_limited"
    assert running.metric("sluice_rate_limited_total", listener="whole", rule="") == 7


def test_health_path_is_not_limited(running):
    statuses(running, "whole", 4)
    assert statuses(running, "whole", 3, "/ready") == [200] * 3


def test_wait_that_is_told_is_long_enough(own_programs, origin):
    config = configuration({"app": [origin.address]}, [listener("web", "app", rate_limit={"requests": 1, "per": "1s"})])
    port = own_programs.sluice(config).port
    assert fetch(port).status == 200
    refused = fetch(port)
    assert refused.status == 429 and refused.get("Retry-After") == "1"
    wait_until(lambda: fetch(port).status == 200, "the next request's turn", 1.5)


def test_each_identity_has_a_budget_of_its_own(running):
    assert statuses(running, "users", 3, headers=user("ann")) == [200, 200, 429]
    assert statuses(running, "users", 3, headers=user("bob")) == [200, 200, 429]


def test_who_brings_no_identity_is_limited_by_address_with_or_without_a_fresh_cookie(running):
    assert statuses(running, "users", 3, headers=client("192.0.2.1")) == [200, 200, 429]
    assert statuses(running, "users", 1, headers=client("192.0.2.2")) == [200]


def test_client_behind_a_trusted_proxy_is_limited_for_itself(running):
    assert statuses(running, "clients", 3, headers=client("192.0.2.1")) == [200, 200, 429]
    assert statuses(running, "clients", 3, headers=client("192.0.2.2")) == [200, 200, 429]


def test_addresses_of_one_v6_network_share_a_budget(running):
    assert [statuses(running, "clients", 1, headers=client(f"2001:db8:1::{host}")) for host in (1, 2, 3)] == [[200], [200], [429]]
    assert statuses(running, "clients", 1, headers=client("2001:db8:1:1::1")) == [200]


def test_rules_have_limits_of_their_own(running, origin):
    assert statuses(running, "ruled", 3, "/few") == [200, 200, 429]
    assert statuses(running, "ruled", 2, "/fixed") == [204, 429]
    assert statuses(running, "ruled", 2, "/mine", user("ann")) == [200, 429]
    assert statuses(running, "ruled", 2, "/mine", user("bob")) == [200, 429]
    assert statuses(running, "ruled", 3, "/other") == [200] * 3
    assert {rule: running.metric("sluice_rate_limited_total", listener="ruled", rule=rule) for rule in ("10", "20", "30")} == {
        "10": 1, "20": 2, "30": 1}
    assert "rule" in running.logged(status=429, path="/few")["reason"]


def revision(sluice):
    return sluice.metric("sluice_revision")


def reload(sluice, config):
    before = revision(sluice)
    sluice.reload(config)
    wait_until(lambda: revision(sluice) > before, "the next revision")


def test_reload_keeps_what_was_used_and_new_numbers_begin_anew(running, origin):
    assert statuses(running, "whole", 4) == [200] * 3 + [429]
    config = running.config
    config["listeners"][0]["health_path"] = "/other"
    reload(running, config)
    assert statuses(running, "whole", 1) == [429]
    config["listeners"][0]["rate_limit"]["requests"] = 2
    reload(running, config)
    assert statuses(running, "whole", 3) == [200, 200, 429]


def test_refused_upload_is_answered_and_the_connection_ends_in_order(running):
    statuses(running, "whole", 3)
    with Connection(running.ports["whole"]) as connection:
        connection.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        assert connection.read_response().status == 429
