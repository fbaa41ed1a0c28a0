"""Services that are to be released, and what the admin API tells of their rollouts."""
import os

from client import PATIENCE, wait_until
from sluice import configuration, listener

FULL = bool(os.environ.get("SLUICE_FULL"))


def release_configuration(blue, green, names, strategies, **keys):
    """Each of these services has blue with all the traffic, and green. The listener forwards to the first."""
    variants = {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}}
    return configuration({"blue": blue, "green": green}, services={name: {"variants": variants} for name in names},
                         listeners=[listener(forward=names[0])], strategies=strategies, **keys)


def start(sluice, service, strategy, to="green", **keys):
    status, rollout = sluice.api("POST", f"/v1/services/{service}/rollouts", {"to": to, "strategy": strategy, **keys})
    assert status == 201, rollout
    return rollout


def state(sluice, rollout_or_service):
    return sluice.api("GET", f"/v1/rollouts/{rollout_or_service}")[1]


def ended(sluice, rollout_or_service, seconds=3 * PATIENCE):
    """The rollout when it has ended."""
    def look():
        rollout = state(sluice, rollout_or_service)
        return rollout if rollout["ended_at"] else None
    return wait_until(look, lambda: f"the end of {state(sluice, rollout_or_service)}", seconds)


def weights(sluice, service):
    """Percent by variant."""
    variants = sluice.api("GET", f"/v1/services/{service}")[1]["variants"]
    total = sum(variant["weight"] for variant in variants)
    return {variant["name"]: round(100 * variant["weight"] / total, 4) for variant in variants}


def events(sluice):
    """All of them, from the first one on."""
    found = []
    while True:
        after = found[-1]["number"] if found else 0
        page = sluice.api("GET", f"/v1/events?format=json&limit=1000&after={after}")[1]["events"]
        if not page:
            return found
        found += page


def shifts(sluice, rollout):
    """The shares that the audit log says the new variant got, in percent."""
    prefix = rollout["to"] + " at "
    steps = [event["text"] for event in events(sluice) if event["rollout"] == rollout["id"] and event["kind"] == "rollout.step"]
    return [float(text.removeprefix(prefix).rstrip("%")) for text in steps]
