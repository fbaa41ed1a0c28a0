"""Every strategy and preset against real upstreams, with their times scaled down: to success and taken back, and with a
process that is killed in between."""
import random
import signal
import subprocess

import pytest

from client import SLOWNESS, fetch, wait_until
from release import FULL, ended, events, release_configuration, shifts, start, state, weights
from sluice import Sluice, listener

PRESETS = [
    "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.HalfAtATime", "CodeDeployDefault.OneAtATime",
    "CodeDeployDefault.ECSLinear10PercentEvery1Minutes", "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
    "CodeDeployDefault.ECSCanary10Percent5Minutes", "CodeDeployDefault.ECSCanary10Percent15Minutes",
    "CodeDeployDefault.ECSAllAtOnce", "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    "CodeDeployDefault.LambdaCanary10Percent10Minutes", "CodeDeployDefault.LambdaCanary10Percent15Minutes",
    "CodeDeployDefault.LambdaCanary10Percent30Minutes", "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
    "CodeDeployDefault.LambdaLinear10PercentEvery2Minutes", "CodeDeployDefault.LambdaLinear10PercentEvery3Minutes",
    "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", "CodeDeployDefault.LambdaAllAtOnce", "ECS.Canary", "ECS.Linear",
]
STRATEGIES = {
    "now": {"all_at_once": {}},
    "tenth": {"canary": {"percent": 10, "bake": "10m"}, "bake": "10m"},
    "straight": {"linear": {"percent": 20, "every": "5m"}},
    "careful": {"steps": ["1%", "5%", {"pause": "10m"}, "25%", "50%"], "every": "10m", "bake": "30m"},
    "switch": {"blue_green": {"test": "override", "keep_old": "1h"}, "bake": "10m"},
    "one-by-one": {"rolling": {"batch": 1}, "every": "10m", "hooks": {"per_target": {"command": ["true"]}}},
    "same-place": {"in_place": {"batch": 1}, "hooks": {"per_target": {"command": ["true"]}}},
}
IN_PLACE = {"same-place", "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.HalfAtATime", "CodeDeployDefault.OneAtATime"}
NAMES = [*STRATEGIES, *PRESETS]


def service_of(strategy):
    return strategy.replace(".", "-").lower()


@pytest.fixture(scope="module")
def addresses(programs):
    return [programs.nginx(version) for version in ("blue", "blue", "green", "green")]


@pytest.fixture(scope="module")
def proxy(programs, addresses):
    names = [service_of(name) for name in NAMES]
    config = release_configuration([each.address for each in addresses[:2]], [each.address for each in addresses[2:]], names,
                                   STRATEGIES)
    return programs.sluice(config, arguments=["--rollout-speed", 6000])


def target_of(strategy):
    return "blue" if strategy in IN_PLACE else "green"


def planned(sluice, strategy):
    """What `--dry-run` prints: the shares that change something, one after the other."""
    status, draft = sluice.api("POST", f"/v1/services/{service_of(strategy)}/rollouts",
                               {"to": target_of(strategy), "strategy": strategy, "dry_run": True})
    assert status == 200, draft
    assert "id" not in draft or not draft["id"]
    return draft, [] if strategy in IN_PLACE else [step["weight"] for step in draft["plan"]]


def test_every_strategy_and_preset_succeeds_by_its_plan(proxy):
    """All at a time, each on a service of its own. The plan printed before is the steps recorded after."""
    plans = {name: planned(proxy, name) for name in NAMES}
    started = {name: start(proxy, service_of(name), name, target_of(name)) for name in NAMES}
    for name, rollout in started.items():
        assert rollout["plan"] == plans[name][0]["plan"]
        done = ended(proxy, rollout["id"], 60 * SLOWNESS)
        assert done["state"] == "succeeded", (name, done)
        assert shifts(proxy, done) == plans[name][1], name
        assert weights(proxy, service_of(name))[target_of(name)] == 100, name
        stable = proxy.api("GET", f"/v1/services/{service_of(name)}")[1]["stable"]
        assert stable == target_of(name)


def test_every_strategy_and_preset_is_taken_back(proxy):
    """The other way round, and aborted on the way: everybody is where they were."""
    before = {name: weights(proxy, service_of(name)) for name in NAMES}
    taken_back = 0
    for name in NAMES:
        to = "blue"  # what is green now goes back to blue, what was deployed in place again
        rollout = start(proxy, service_of(name), name, to)
        if name not in IN_PLACE:
            wait_until(lambda: state(proxy, rollout["id"])["step"] > 0, "the first share")
        status, answer = proxy.api("POST", f"/v1/rollouts/{rollout['id']}/abort", {"reason": "test"})
        if status == 409:  # over already
            assert ended(proxy, rollout["id"])["state"] == "succeeded", answer
            continue
        assert status == 200, answer
        done = ended(proxy, rollout["id"])
        assert (done["state"], done["reason"]) == ("aborted", "aborted test"), done
        taken_back += 1
        assert weights(proxy, service_of(name)) == before[name]
        if name not in IN_PLACE:
            variants = {v["name"]: v for v in proxy.api("GET", f"/v1/services/{service_of(name)}")[1]["variants"]}
            assert variants["blue"]["withdrawn"], (name, variants)
    assert taken_back > 15  # the others were over before anybody could say so


def test_command_that_deploys_gets_each_target_once(own_programs, addresses, tmp_path):
    done = tmp_path / "deployed"
    command = ["/bin/sh", "-c", f'echo "$SLUICE_TARGET" >> {done}']
    config = release_configuration([addresses[0].address], [each.address for each in addresses[2:]], ["app"],
                                   {"roll": {"rolling": {"batch": 1}, "hooks": {"per_target": {"command": command}}}})
    sluice = own_programs.sluice(config)
    assert ended(sluice, start(sluice, "app", "roll")["id"])["state"] == "succeeded"
    assert done.read_text().split() == [each.address for each in addresses[2:]]


# Kills.

LONG = {
    "linear": {"linear": {"percent": 20, "every": "400ms"}, "bake": "300ms"},
    "steps": {"steps": ["1%", "5%", {"pause": "300ms"}, "25%", "50%"], "every": "300ms", "bake": "300ms"},
    "switch": {"blue_green": {"test": "override", "keep_old": "800ms"}, "bake": "800ms"},
    "rolling": {"rolling": {"batch": 1}, "every": "800ms", "bake": "500ms", "hooks": {"per_target": {"command": ["true"]}}},
}


def check_history(sluice, rollouts):
    """Nothing is missing in the audit log, nothing is there twice, and no share ever went back."""
    log = events(sluice)
    numbers = [event["number"] for event in log]
    assert numbers == sorted(set(numbers)), numbers
    for rollout in rollouts:
        own = [event for event in log if event["rollout"] == rollout["id"] and event["kind"].startswith("rollout.")]
        assert [own[0]["kind"], own[-1]["kind"]] == ["rollout.started", "rollout.succeeded"], own
        assert shifts(sluice, rollout) == [step["weight"] for step in rollout["plan"]], own


def test_kill_at_random_moments_and_it_goes_on(own_programs, addresses):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    wanted = 200 if FULL else 20
    config = release_configuration([each.address for each in addresses[:2]], [each.address for each in addresses[2:]],
                                   list(LONG), LONG)
    directory = own_programs.directory / "kill"
    arguments = ["--state", directory / "state"]
    sluice = Sluice(directory, config, arguments=arguments)
    rounds, kills = 0, 0
    try:
        while kills < wanted:
            to = "green" if rounds % 2 == 0 else "blue"
            rollouts = [start(sluice, name, name, to) for name in LONG]
            while True:
                running = [r for r in rollouts if not state(sluice, r["id"])["ended_at"]]
                if not running:
                    break
                if kills < wanted:
                    chance_of_a_wait = chance.uniform(0, 0.5) * SLOWNESS
                    with pytest.raises(subprocess.TimeoutExpired):  # it lives, as it should
                        sluice.process.wait(chance_of_a_wait)
                    kills += len(running)
                    sluice.signal(signal.SIGKILL)
                    sluice.process.wait()
                    sluice = Sluice(directory, config, arguments=arguments)
                else:
                    for rollout in running:
                        ended(sluice, rollout["id"])
            for rollout in rollouts:
                done = state(sluice, rollout["id"])
                assert done["state"] == "succeeded", done
                assert weights(sluice, rollout["service"])[to] == 100
            check_history(sluice, rollouts)
            rounds += 1
        sluice.stop()
    finally:
        sluice.process.kill()
        sluice.process.wait()


def test_unchanged_file_keeps_what_was_done_and_a_changed_one_is_applied(own_programs, addresses):
    config = release_configuration([addresses[0].address], [addresses[2].address], ["app"], {"now": {"all_at_once": {}}})
    directory = own_programs.directory / "again"
    arguments = ["--state", directory / "state"]
    first = Sluice(directory, config, arguments=arguments)
    first.set_weights("app", blue=30, green=70)
    revision = first.api("GET", "/v1/status")[1]["revision"]
    first.stop()
    second = Sluice(directory, config, arguments=arguments)
    assert weights(second, "app") == {"blue": 30, "green": 70}
    assert second.api("GET", "/v1/status")[1]["revision"] == revision
    second.stop()
    third = Sluice(directory, {**config, "trusted": ["10.0.0.0/8"]}, arguments=arguments)
    assert third.api("GET", "/v1/status")[1]["revision"] == revision + 1
    assert weights(third, "app") == {"blue": 30, "green": 70}
    third.stop()


def test_rollback_of_a_revision_brings_back_the_very_users(own_programs, addresses):
    config = release_configuration([addresses[0].address], [addresses[2].address], ["app"], {})
    config["services"]["app"]["sticky"] = {"identity": ["header:X-User"]}
    sluice = own_programs.sluice(config)

    def variants():
        return [sluice.api("GET", f"/v1/whois?service=app&identity=user{i}")[1]["variant"] for i in range(200)]

    sluice.set_weights("app", blue=70, green=30)
    before = variants()
    revision = sluice.api("GET", "/v1/status")[1]["revision"]
    sluice.set_weights("app", blue=10, green=90)
    sluice.set_weights("app", blue=100, green=0)
    assert variants() != before
    status, answer = sluice.api("POST", f"/v1/revisions/{revision}/rollback", {"reason": "as it was"})
    assert status == 200, answer
    assert answer["revision"] == revision + 3
    assert variants() == before
    assert sluice.api("GET", f"/v1/revisions/{answer['revision']}")[1]["kind"] == "rollback"


def test_gate_takes_a_bad_version_back(own_programs, addresses):
    """Its own errors decide, under real requests."""
    bad = own_programs.origin(handler=lambda connection, request: connection.answer(500))
    config = release_configuration([addresses[0].address], [bad.address], ["app"],
                                   {"s": {"steps": ["50%"], "every": "20s", "gates": [{"error_rate": {"max": "5%"}}]}})
    config["services"]["app"]["retry"] = {"attempts": 2, "on": [500], "to": "stable"}
    sluice = own_programs.sluice(config)
    rollout = start(sluice, "app", "s")

    def judged():
        assert fetch(sluice.port).status == 200  # nobody sees it: the stable variant answers instead
        found = state(sluice, rollout["id"])
        return found if found["ended_at"] else None
    done = wait_until(judged, "the verdict")
    assert done["state"] == "rolled_back"
    assert "error_rate" in done["reason"], done
    assert weights(sluice, "app") == {"blue": 100, "green": 0}


def test_listener_for_testers_reaches_what_is_tested(own_programs, addresses):
    config = release_configuration([addresses[0].address], [addresses[2].address], ["app"],
                                   {"s": {"blue_green": {"test": "listener:testers", "approve": True, "keep_old": "0s"}}})
    config["listeners"].append(listener(name="testers", forward="app"))
    sluice = own_programs.sluice(config)

    def versions():
        return fetch(sluice.port).body.strip(), fetch(sluice.ports["testers"]).body.strip()

    assert versions() == (b"blue", b"blue")
    rollout = start(sluice, "app", "s")
    wait_until(lambda: versions() == (b"blue", b"green"), "testers to get the new version")
    assert sluice.api("POST", f"/v1/rollouts/{rollout['id']}/approve")[0] == 200
    wait_until(lambda: versions() == (b"green", b"green"), "everybody to get it")
    assert ended(sluice, rollout["id"])["state"] == "succeeded"
