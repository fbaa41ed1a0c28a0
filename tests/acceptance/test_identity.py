"""Who a user is: where an identity is looked for, services that share a cohort, and what becomes of the cookie over https and
over a restart."""
import re
import ssl
from urllib.parse import quote

import pytest

from certificates import Authority
from client import Connection, fetch
from origin import answer_with
from sluice import configuration, listener

HALVES = {"blue": {"target_group": "blue", "weight": 50}, "green": {"target_group": "green", "weight": 50}}
TENTH = {"blue": {"target_group": "blue", "weight": 90}, "green": {"target_group": "green", "weight": 10}}
SERVICES = {
    "by-query": {"variants": HALVES, "sticky": {"identity": ["query:uid", "header:X-User-Id"]}},
    "by-network": {"variants": HALVES, "sticky": {"identity": ["source_ip/24/56"]}},
    "by-address": {"variants": HALVES, "sticky": {"identity": ["source_ip"]}},
    "web": {"variants": HALVES, "sticky": {"identity": ["header:X-User-Id"], "salt": "cohort"}},
    "api": {"variants": HALVES, "sticky": {"identity": ["header:X-User-Id"], "salt": "cohort"}},
    "canary": {"variants": TENTH, "sticky": {"identity": ["header:X-User-Id"], "salt": "cohort"}},
    "other": {"variants": HALVES, "sticky": {"identity": ["header:X-User-Id"]}},
}


@pytest.fixture(scope="module")
def groups(programs):
    return {name: [programs.origin(handler=answer_with(name.encode())).address] for name in ("blue", "green")}


@pytest.fixture(scope="module")
def running(programs, groups):
    listeners = [listener(name, name) for name in SERVICES]
    return programs.sluice(configuration(groups, listeners, SERVICES, trusted=["127.0.0.1/32"]))


def variant(sluice, service, path="/", **headers):
    answer = fetch(sluice.ports[service], path=path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.body.decode()


def whois(sluice, service, identity):
    status, answer = sluice.api("GET", f"/v1/whois?service={service}&identity={quote(identity, safe='')}")
    assert status == 200, answer
    return answer["variant"]


@pytest.mark.parametrize("query, identity", [
    ("uid={}", "{}"), ("a=b&uid={}&c", "{}"), ("uid={}&uid=second", "{}"), ("xuid=1&uid={}", "{}"), ("uid=a%20{}", "a%20{}")])
def test_query_parameter_is_the_identity_as_it_was_sent(running, query, identity):
    for i in range(30):
        found = variant(running, "by-query", "/?" + query.format(i), X_User_Id="not-asked")
        assert found == whois(running, "by-query", identity.format(i))


@pytest.mark.parametrize("path", ["/", "/?uid=", "/?UID=x", "/?uid", "/uid=x"])
def test_next_source_is_asked_where_the_parameter_is_not_there_or_empty(running, path):
    for i in range(30):
        assert variant(running, "by-query", path, X_User_Id=f"user-{i}") == whois(running, "by-query", f"user-{i}")


def test_network_of_the_address_is_one_user(running):
    for i in range(30):
        found = {variant(running, "by-network", X_Forwarded_For=f"198.51.{i}.{host}") for host in (1, 77, 255)}
        assert found == {whois(running, "by-network", f"198.51.{i}.0/24")}


def test_network_of_an_ipv6_address_is_one_user(running):
    for i in range(30):
        found = {variant(running, "by-network", X_Forwarded_For=f"2001:db8:0:{i:02x}{rest}::1") for rest in ("00", "ff")}
        assert found == {whois(running, "by-network", f"2001:0db8:0000:{i:02x}00:0000:0000:0000:0000/56")}


def test_addresses_of_a_network_are_many_users_without_a_prefix(running):
    found = [variant(running, "by-address", X_Forwarded_For=f"198.51.100.{host}") for host in range(60)]
    assert found == [whois(running, "by-address", f"198.51.100.{host}/32") for host in range(60)]
    assert set(found) == {"blue", "green"}


def test_services_of_one_salt_have_one_cohort(running):
    users = [f"user-{i}" for i in range(300)]
    web = {user: variant(running, "web", X_User_Id=user) for user in users}
    assert all(variant(running, "api", X_User_Id=user) == web[user] for user in users)
    canary = {user for user in users if variant(running, "canary", X_User_Id=user) == "green"}
    assert canary and all(web[user] == "green" for user in canary)
    differ = sum(variant(running, "other", X_User_Id=user) != web[user] for user in users)
    assert 100 <= differ <= 200  # half of 300, give or take 6 sigma: another salt is another cohort


@pytest.fixture(scope="module")
def tls_files(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    return authority, authority.issue("shop.example")


def shop(groups, listeners, **keys):
    service = {"variants": HALVES, "sticky": {"cookie": {}, "pin": "1h"}}
    return configuration(groups, listeners, {"shop": service}, **keys)


@pytest.fixture
def over_both(own_programs, groups, tls_files):
    tls = {"certificates": [tls_files[1].keys()]}
    listeners = [listener("plain", "shop"), listener("secure", "shop", protocol="https", tls=tls)]
    return own_programs.sluice(shop(groups, listeners))


def cookies(answer):
    """The attributes of each cookie by its name."""
    fields = [field.split("; ") for field in answer.all("Set-Cookie")]
    return {first.partition("=")[0]: set(attributes) for first, *attributes in fields}


def test_cookies_are_secure_over_https_and_only_there(over_both, tls_files):
    context = ssl.create_default_context(cafile=str(tls_files[0].root.cert))
    with Connection(over_both.ports["secure"], tls=context, server_name="shop.example") as client:
        secure = cookies(client.request(host="shop.example"))
    plain = cookies(fetch(over_both.ports["plain"], headers={"X-Forwarded-Proto": "https"}))
    assert secure.keys() == plain.keys() == {"sluice_id", "sluice_pin_shop"}
    for name in secure:
        assert "Secure" in secure[name] and "Secure" not in plain[name]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= secure[name] & plain[name]


@pytest.mark.parametrize("proto, is_secure", [("https", True), ("http", False)])
def test_cookies_are_secure_where_a_trusted_proxy_speaks_https(own_programs, groups, proto, is_secure):
    sluice = own_programs.sluice(shop(groups, [listener("plain", "shop")], trusted=["127.0.0.1/32"]))
    found = cookies(fetch(sluice.port, headers={"X-Forwarded-Proto": proto}))
    assert ["Secure" in attributes for attributes in found.values()] == [is_secure, is_secure]


def test_whois_takes_an_address_for_its_network(running):
    for i in range(30):
        assert whois(running, "by-network", f"198.51.{i}.7") == variant(running, "by-network", X_Forwarded_For=f"198.51.{i}.7")


def test_whois_takes_the_cookie_or_the_id_in_it(own_programs, groups):
    sluice = own_programs.sluice(shop(groups, [listener("web", "shop")]))
    for _ in range(30):
        answer = fetch(sluice.port)
        cookie = next(field for field in answer.all("Set-Cookie") if field.startswith("sluice_id="))
        value, id = re.match(r"sluice_id=(([\w-]+)\.[\w-]+)", cookie).groups()
        assert whois(sluice, "shop", value) == whois(sluice, "shop", id) == answer.body.decode()


def restarted(own_programs, config, arguments):
    """A cookie from before the restart, the variant that it came with, and Sluice after it."""
    before = own_programs.sluice(config, arguments=arguments)
    answer = fetch(before.port)
    before.stop()
    cookie = next(field for field in answer.all("Set-Cookie") if field.startswith("sluice_id=")).partition(";")[0]
    return cookie, answer.body, own_programs.sluice(config, arguments=arguments)


def test_secret_kept_in_state_makes_a_cookie_outlive_a_restart(own_programs, groups, tmp_path):
    state = tmp_path / "state"
    cookie, body, after = restarted(own_programs, shop(groups, [listener("web", "shop")]), ["--state", state])
    answer = fetch(after.port, headers={"Cookie": cookie})
    assert answer.body == body and "sluice_id" not in cookies(answer)
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in state.iterdir()}
    assert "cookie.key" in modes and set(modes.values()) == {"0o600"}, modes


def test_cookie_does_not_outlive_a_restart_without_state(own_programs, groups):
    cookie, _, after = restarted(own_programs, shop(groups, [listener("web", "shop")]), [])
    answer = fetch(after.port, headers={"Cookie": cookie})
    assert "sluice_id" in cookies(answer)
    assert "a secret that a restart forgets" in after.log()
