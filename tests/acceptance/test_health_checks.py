"""Active checks: users never meet a target that is known to be bad. Real processes go down and come back, and what checks
say decides who gets requests."""
import re
import ssl
import threading
from concurrent import futures

import grpc
import pytest

from certificates import Authority
from client import SLOWNESS, fetch, wait_until
from nghttpd import Nghttpd
from origin import answer_ok
from sluice import configuration, listener

CHECK = {"path": "/healthz", "interval": f"{400 * SLOWNESS}ms", "timeout": f"{390 * SLOWNESS}ms", "healthy": 2, "unhealthy": 2}


class Patient:
    """The handler of an origin whose health can be set: the status and body of its answers to checks."""

    def __init__(self, status=200, body=b"ready"):
        self.status, self.body = status, body
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, connection, request):
        if request.target != "/healthz":
            return answer_ok(connection, request)
        self.may_answer.wait()
        connection.answer(self.status, self.body)


def user_requests(origin):
    return [target for target in origin.targets() if target != "/healthz"]


def state(sluice, address):
    """The one state that the target is in; None if it has no series."""
    text = fetch(sluice.admin_port, path="/metrics").body.decode()
    values = dict(re.findall(rf'sluice_target_health{{.*target="{address}",state="(\w+)"}} (\d)', text))
    assert not values or sorted(values.values()) == ["0"] * 4 + ["1"], values
    return next((state for state, value in values.items() if value == "1"), None)


def wait_for(sluice, address, wanted):
    wait_until(lambda: state(sluice, address) == wanted, lambda: f"{address} to be {wanted}:\n{sluice.log()}")


def ask(sluice, times=20):
    return [fetch(sluice.port).status for _ in range(times)]


def group(*targets, **check):
    return {"targets": list(targets), "health_check": {**CHECK, **check}}


def tls_group(address, authority):
    return {**group(address), "tls": {"ca": str(authority.root.cert), "server_name": "localhost"}}


def test_unhealthy_target_gets_nothing_until_it_is_back(own_programs):
    sick = Patient()
    a, b = own_programs.origin(handler=sick), own_programs.origin(handler=Patient())
    sluice = own_programs.sluice(configuration({"app": group(a.address, b.address)}))
    wait_for(sluice, a.address, "healthy")
    sick.status = 500
    wait_for(sluice, a.address, "unhealthy")
    assert "is unhealthy (Target.ResponseCodeMismatch): Health checks failed with these codes: [500]" in sluice.log()
    a.forget(), b.forget()
    assert ask(sluice) == [200] * 20
    assert not user_requests(a) and len(user_requests(b)) == 20
    sick.status = 200
    wait_for(sluice, a.address, "healthy")
    assert ask(sluice) == [200] * 20
    assert user_requests(a)
    assert sluice.metric("sluice_health_checks_total", target_group="app", result="mismatch") >= 2
    assert sluice.metric("sluice_health_checks_total", target_group="app", result="passed") >= 4


def test_process_that_is_killed_and_one_that_comes_back_in_its_place(own_programs):
    nginx, other = own_programs.nginx(), own_programs.nginx("green")
    sluice = own_programs.sluice(configuration({"app": group(nginx.address, other.address, path="/")}))
    wait_for(sluice, nginx.address, "healthy")
    nginx.kill()
    wait_for(sluice, nginx.address, "unhealthy")
    assert "Connection refused" in sluice.log()
    assert ask(sluice) == [200] * 20
    heir = own_programs.origin(handler=Patient(), port=nginx.port)
    wait_for(sluice, nginx.address, "healthy")
    ask(sluice)
    assert [target for target in heir.targets() if target == "/"]


def test_body_host_headers_and_port_are_those_of_the_check(own_programs):
    app, health = own_programs.origin(), own_programs.origin(handler=Patient(body=b"status: ready\n"))
    check = {"body": "^status: ready", "port": health.port, "host": "shop.example", "headers": {"X-Key": "secret"}}
    sluice = own_programs.sluice(configuration({"app": group(app.address, **check)}))
    wait_for(sluice, app.address, "healthy")
    asked = health.last()
    assert (asked.get("Host"), asked.get("X-Key"), asked.get("Connection")) == ("shop.example", "secret", "close")
    assert asked.get("User-Agent").startswith("Sluice-HealthChecker/")
    health.handler = Patient(body=b"not ready\n")
    wait_for(sluice, app.address, "unhealthy")
    assert not app.targets()


def test_https_is_verified_as_the_requests_are(own_programs, authority, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue("localhost")
    context.load_cert_chain(certificate.cert, certificate.key)
    known, stranger = (own_programs.origin(handler=Patient(), tls=context) for _ in range(2))
    groups = {"known": tls_group(known.address, authority),
              "stranger": tls_group(stranger.address, Authority(tmp_path, "other"))}
    sluice = own_programs.sluice(configuration(groups))
    wait_for(sluice, known.address, "healthy")
    wait_for(sluice, stranger.address, "unhealthy")
    assert "certificate verify failed" in sluice.log()


class HealthService:
    """A real server that has grpc.health.v1.Health, without generated code: plain, and over TLS."""

    def __init__(self, certificate):
        self.answer = b"\x08\x01"  # SERVING
        method = grpc.unary_unary_rpc_method_handler(lambda request, context: self.answer)
        self.server = grpc.server(futures.ThreadPoolExecutor(4))
        self.server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": method})])
        credentials = grpc.ssl_server_credentials([(certificate.key.read_bytes(), certificate.cert.read_bytes())])
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.tls_address = f"127.0.0.1:{self.server.add_secure_port('127.0.0.1:0', credentials)}"
        self.server.start()

    def stop(self):
        self.server.stop(0)


@pytest.fixture
def health_service(authority):
    server = HealthService(authority.issue("localhost"))
    yield server
    server.stop()


def test_grpc_health_service_must_say_serving(own_programs, health_service):
    groups = {"app": {**group(health_service.address, path="/grpc.health.v1.Health/Check"), "protocol": "grpc"}}
    sluice = own_programs.sluice(configuration(groups, [listener(forward="app", h2c=True)]))
    wait_for(sluice, health_service.address, "healthy")
    health_service.answer = b"\x08\x02"  # NOT_SERVING
    wait_for(sluice, health_service.address, "unhealthy")
    assert "the service is not SERVING" in sluice.log()


def test_grpc_of_a_group_with_tls_is_asked_over_tls(own_programs, health_service, authority):
    app = {**tls_group(health_service.tls_address, authority), "protocol": "grpc"}
    app["health_check"]["path"] = "/grpc.health.v1.Health/Check"
    sluice = own_programs.sluice(configuration({"app": app}, [listener(forward="app", h2c=True)]))
    wait_for(sluice, health_service.tls_address, "healthy")


def test_grpc_without_a_health_service_is_asked_as_alb_does(own_programs, health_service):
    check = {key: value for key, value in CHECK.items() if key != "path"}
    sluice = own_programs.sluice(
        configuration({"app": {"targets": [health_service.address], "protocol": "grpc", "health_check": check}},
                      [listener(forward="app", h2c=True)]))
    wait_for(sluice, health_service.address, "healthy")


def test_group_of_http2_is_checked_in_http2(own_programs, tmp_path):
    ready, lacks_it = (own_programs._keep(Nghttpd(tmp_path / name)) for name in ("ready", "lacks_it"))
    (ready.root / "healthz").write_text("ready")
    group_of_both = {**group(ready.address, lacks_it.address, body="^ready$"), "protocol": "http2"}
    sluice = own_programs.sluice(configuration({"app": group_of_both}))
    wait_for(sluice, ready.address, "healthy")
    wait_for(sluice, lacks_it.address, "unhealthy")
    assert "codes: [404]" in sluice.log()


def test_tcp_is_content_with_a_connection(own_programs):
    origin = own_programs.origin()
    check = {key: value for key, value in CHECK.items() if key != "path"}
    groups = {"app": {"targets": [origin.address, "127.0.0.1:1"], "health_check": {**check, "protocol": "tcp"}}}
    sluice = own_programs.sluice(configuration(groups))
    wait_for(sluice, origin.address, "healthy")
    wait_for(sluice, "127.0.0.1:1", "unhealthy")
    assert ask(sluice) == [200] * 20


def test_new_target_gets_nothing_before_its_first_pass(own_programs):
    late = Patient()
    late.may_answer.clear()
    a, b = own_programs.origin(handler=Patient()), own_programs.origin(handler=late)
    sluice = own_programs.sluice(configuration({"app": group(a.address)}))
    wait_for(sluice, a.address, "healthy")
    sluice.reload({**sluice.config, "target_groups": {"app": group(a.address, b.address, timeout="60s", interval="70s")}})
    wait_until(lambda: b.targets(), "the first check of the new target")
    assert state(sluice, b.address) == "initial" and state(sluice, a.address) == "healthy"
    assert ask(sluice) == [200] * 20
    assert not user_requests(b)
    late.may_answer.set()
    wait_for(sluice, b.address, "healthy")
    ask(sluice)
    assert user_requests(b)


def test_group_that_nobody_has_judged_yet_serves_at_once(own_programs):
    late = Patient()
    late.may_answer.clear()
    a, b = (own_programs.origin(handler=late) for _ in range(2))
    sluice = own_programs.sluice(configuration({"app": group(a.address, b.address, timeout="60s", interval="70s")}))
    assert ask(sluice) == [200] * 20
    assert len(user_requests(a)) == len(user_requests(b)) == 10
    assert state(sluice, a.address) == "initial"
    late.may_answer.set()


def test_stable_variant_whose_targets_are_all_down_uses_them_all(own_programs):
    a, b = (own_programs.origin(handler=Patient(500)) for _ in range(2))
    sluice = own_programs.sluice(configuration({"app": group(a.address, b.address)}))
    for each in (a, b):
        wait_for(sluice, each.address, "unhealthy")
    assert ask(sluice) == [200] * 20
    assert user_requests(a) and user_requests(b)


def test_reload_keeps_what_is_known(own_programs):
    a, b = own_programs.origin(handler=Patient(500)), own_programs.origin(handler=Patient())
    config = configuration({"app": group(a.address, b.address)})
    sluice = own_programs.sluice(config)
    wait_for(sluice, a.address, "unhealthy")
    wait_for(sluice, b.address, "healthy")
    a.forget()
    sluice.reload({**config, "target_groups": {"app": group(a.address, b.address, healthy=3)}})
    wait_until(lambda: "reloaded" in sluice.log(), "the reload")
    assert (state(sluice, a.address), state(sluice, b.address)) == ("unhealthy", "healthy")
    assert ask(sluice) == [200] * 20
    assert not user_requests(a)


def test_target_that_is_gone_has_no_series(own_programs):
    a, b = (own_programs.origin(handler=Patient()) for _ in range(2))
    config = configuration({"app": group(a.address, b.address)})
    sluice = own_programs.sluice(config)
    wait_for(sluice, b.address, "healthy")
    sluice.reload({**config, "target_groups": {"app": group(a.address)}})
    wait_until(lambda: state(sluice, b.address) is None, "the target to be forgotten")
    wait_for(sluice, a.address, "healthy")
