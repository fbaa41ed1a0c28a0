"""A rollout goes on after a restart, though no target has been checked yet."""
from client import wait_until
from sluice import configuration, listener


def test_restart_does_not_take_back_what_is_healthy(own_programs, tmp_path):
    origins = {name: own_programs.origin() for name in ("blue", "green")}
    check = {"path": "/", "interval": "500ms", "timeout": "400ms", "healthy": 2, "unhealthy": 2, "matcher": "200-499"}
    groups = {name: {"targets": [each.address], "health_check": check} for name, each in origins.items()}
    variants = {"blue": {"target_group": "blue", "weight": 1}, "green": {"target_group": "green", "weight": 0}}
    config = configuration(groups, [listener()], {"app": {"variants": variants}}, strategies={"tenth": {"canary": {"percent": 10}}})
    arguments = ["--state", tmp_path / "state"]
    proxy = own_programs.sluice(config, arguments=arguments)
    assert proxy.api("POST", "/v1/services/app/rollouts", {"to": "green", "strategy": "tenth"})[0] == 201
    wait_until(lambda: proxy.api("GET", "/v1/rollouts/r1")[1]["step"] == 1, "the first step")
    proxy.stop()
    again = own_programs.sluice(config, arguments=arguments)
    wait_until(lambda: again.log().count(" is healthy") == 2, "verdicts about both targets")
    assert again.api("GET", "/v1/rollouts/r1")[1]["state"] == "running"
