"""Testers who choose a variant: from an address that is trusted, or with a signed value; for one service or several."""
import pytest

from client import fetch
from origin import answer_with
from sluice import configuration, listener

VARIANTS = {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}}
EXPERIMENTS = {"search": {"service": "shop", "arms": {"on": {"weight": 1, "flags": {"search": "v2"}}}}}


@pytest.fixture(scope="module")
def origins(programs):
    return {name: programs.origin(handler=answer_with(name.encode())) for name in ("blue", "green")}


def config(origins, **keys):
    services = {name: {"variants": VARIANTS, "sticky": {"identity": ["header:X-User-Id"]}} for name in ("shop", "cart")}
    return configuration({name: [origin.address] for name, origin in origins.items()},
                         [listener("shop", "shop"), listener("cart", "cart")], services, experiments=EXPERIMENTS, **keys)


@pytest.fixture(scope="module")
def trusting(programs, origins):
    return programs.sluice(config(origins, trusted=["127.0.0.1/32"]))


@pytest.fixture(scope="module")
def distrusting(programs, origins):
    return programs.sluice(config(origins))


def ask(sluice, origins, override, service="shop", headers=()):
    """Who answered, and the request as it arrived there."""
    fields = [("X-User-Id", "tester"), ("X-Sluice-Override", override), *headers]
    name = fetch(sluice.ports[service], headers=fields).body.decode()
    return name, origins[name].last()


def signed(sluice, service, variant):
    done = sluice.command("override", "sign", f"{service}={variant}")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_trusted_client_needs_no_signature(trusting, origins):
    applied = trusting.metric("sluice_overrides_total", service="shop", result="applied")
    name, request = ask(trusting, origins, "shop=green")
    assert (name, request.get("X-Sluice-Variant"), request.all("X-Sluice-Override")) == ("green", "green", ["shop=green"])
    assert trusting.metric("sluice_overrides_total", service="shop", result="applied") == applied + 1


def test_stranger_behind_a_trusted_proxy_is_a_stranger(trusting, origins):
    name, request = ask(trusting, origins, "shop=green", headers=[("X-Forwarded-For", "203.0.113.7")])
    assert (name, request.all("X-Sluice-Override")) == ("blue", [])
    value = signed(trusting, "shop", "green")
    assert ask(trusting, origins, value, headers=[("X-Forwarded-For", "203.0.113.7")])[0] == "green"


def test_trusted_client_behind_a_trusted_proxy_is_believed(trusting, origins):
    assert ask(trusting, origins, "shop=green", headers=[("X-Forwarded-For", "127.0.0.1")])[0] == "green"


def test_stranger_chooses_nothing_without_a_signature(distrusting, origins):
    name, request = ask(distrusting, origins, "shop=green")
    assert (name, request.all("X-Sluice-Override")) == ("blue", [])


@pytest.mark.parametrize("override", ["shop=green, cart=blue", "cart=blue,shop=green", " cart=blue ,, shop=green ,"])
def test_one_header_holds_a_choice_for_each_service(trusting, origins, override):
    assert ask(trusting, origins, override)[0] == "green"
    assert ask(trusting, origins, override, "cart")[0] == "blue"


def test_signed_choices_stand_in_one_header_too(distrusting, origins):
    both = ", ".join(signed(distrusting, service, "green") for service in ("shop", "cart"))
    assert ask(distrusting, origins, both)[0] == "green"
    assert ask(distrusting, origins, both, "cart")[0] == "green"


def test_signature_of_one_service_or_variant_is_none_for_another(distrusting, origins):
    value = signed(distrusting, "shop", "blue")
    assert ask(distrusting, origins, value.replace("shop", "cart"), "cart")[0] == "blue"
    assert ask(distrusting, origins, signed(distrusting, "shop", "green").replace("shop", "cart"), "cart")[0] == "blue"
    assert ask(distrusting, origins, value.replace("blue", "green"))[0] == "blue"


def test_unsigned_choice_beside_a_signed_one_is_refused(distrusting, origins):
    both = f"cart=green, {signed(distrusting, 'shop', 'green')}"
    assert ask(distrusting, origins, both)[0] == "green"
    assert ask(distrusting, origins, both, "cart")[0] == "blue"


def test_target_gets_no_unsigned_choice_along_with_a_signed_one(distrusting, origins):
    """It may trust Sluice, and would believe all that comes from there."""
    value = signed(distrusting, "shop", "green")
    assert ask(distrusting, origins, value)[1].all("X-Sluice-Override") == [value]
    _, request = ask(distrusting, origins, f"{value}, billing=next")
    assert "billing" not in "".join(request.all("X-Sluice-Override"))


@pytest.mark.parametrize("override", ["shop=pink", "shop=", "shop", "cart=green", "=green", ",", "SHOP=green"])
def test_choice_that_names_nothing_leaves_the_split_to_decide(trusting, origins, override):
    assert ask(trusting, origins, override)[0] == "blue"


@pytest.mark.parametrize("override, result", [("shop=pink", "refused"), ("cart=green", None)])
def test_only_what_names_the_service_is_counted(trusting, origins, override, result):
    def counts():
        return {each: trusting.metric("sluice_overrides_total", service="shop", result=each) for each in ("applied", "refused")}
    before = counts()
    ask(trusting, origins, override)
    assert counts() == {each: count + (each == result) for each, count in before.items()}


def test_tester_counts_for_no_experiment(trusting, origins):
    def exposures():
        return trusting.metric("sluice_experiment_exposures_total", experiment="search")
    before = exposures()
    ask(trusting, origins, "shop=green")
    assert exposures() == before
    ask(trusting, origins, "cart=green")
    assert exposures() == before + 1


def test_log_says_that_the_override_chose(trusting, origins):
    ask(trusting, origins, "shop=green")
    assert trusting.logged(chosen_by="override")["variant"] == "green"
