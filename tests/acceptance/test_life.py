"""From start to end: sockets that are handed over, few descriptors, and a lame duck that lets everybody finish."""
import json
import os
import signal
import socket

import pytest

from client import PATIENCE, SLOWNESS, Connection, fetch, request_bytes, wait_until
from ports import free_port
from sluice import BINARY, ROOT, configuration, listener, run_command

@pytest.fixture
def origin(own_programs):
    return own_programs.origin()


def with_health(origin, grace="0s", deadline="10s"):
    return configuration({"app": [origin.address]}, [listener(health_path="/health")],
                         drain={"grace": grace, "deadline": deadline})


def refuses(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_ready_process_says_so_everywhere(own_programs, origin):
    sluice = own_programs.sluice(with_health(origin))
    for path in ("/livez", "/readyz"):
        assert fetch(sluice.admin_port, path=path).status == 200
    assert fetch(sluice.port, path="/health").status == 200
    assert not origin.requests


def test_sigterm_fails_readiness_at_once_and_serves_during_grace(own_programs, origin):
    sluice = own_programs.sluice(with_health(origin, grace=f"{2 * SLOWNESS}s"))
    with Connection(sluice.port) as idle:
        assert not idle.request().closes()
        sluice.signal(signal.SIGTERM)
        wait_until(lambda: sluice.ready_status() == 503, "readiness to fail")
        assert fetch(sluice.admin_port, path="/livez").status == 200
        assert fetch(sluice.port, path="/health").status == 503
        with Connection(sluice.port) as client:
            response = client.request(path="/late")
            assert response.status == 200 and response.closes()
            assert client.is_closed()
        response = idle.request()
        assert response.status == 200 and response.closes()
    assert sluice.wait() == 0
    assert refuses(sluice.port)


def test_sigterm_lets_a_request_in_flight_finish(own_programs, origin):
    sluice = own_programs.sluice(with_health(origin))

    def answer_after_sigterm(connection, request):
        sluice.signal(signal.SIGTERM)
        wait_until(lambda: refuses(sluice.port), "the listener to close")
        connection.answer(body=b"finished")

    origin.handler = answer_after_sigterm
    with Connection(sluice.port) as client:
        response = client.request()
        assert response.body == b"finished"
        assert client.is_closed()
    assert sluice.wait() == 0


def test_sigterm_closes_idle_connections_at_once(own_programs, origin):
    sluice = own_programs.sluice(with_health(origin, deadline="600s"))
    with Connection(sluice.port) as client:
        assert client.request().status == 200
        sluice.signal(signal.SIGTERM)
        assert client.is_closed()
    assert sluice.wait() == 0


def test_drain_deadline_ends_what_does_not_end(own_programs, origin):
    sluice = own_programs.sluice(with_health(origin, deadline="500ms"))
    origin.handler = lambda connection, request: connection.receive()
    with Connection(sluice.port) as client:
        client.send(request_bytes())
        wait_until(lambda: origin.requests, "the request at the origin")
        sluice.signal(signal.SIGTERM)
        assert sluice.wait() == 0


def test_few_descriptors_end_connections_and_not_the_process(own_programs, origin):
    sluice = own_programs.sluice(configuration({"app": [origin.address]}),
                                 wrapper=["bash", "-c", 'ulimit -n 64; exec "$@"', "bash"])
    clients = [Connection(sluice.port) for _ in range(200)]
    for client in clients:
        try:
            client.send(request_bytes())
        except OSError:
            pass  # turned away
    for client in clients:
        try:
            assert client.read_response().status in (200, 502, 503)
        except TimeoutError:
            pytest.fail("a client was left without an answer or an end")
        except OSError:
            pass  # turned away
        client.close()

    def is_served():
        try:
            return fetch(sluice.port).status == 200
        except OSError:
            return False

    wait_until(is_served, "service after the rush")


def test_given_socket_is_the_listener(own_programs, origin):
    """systemd's socket activation: connections made before the process started are served."""
    config = configuration({"app": [origin.address]})
    port = int(config["listeners"][0]["address"].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)) as given, Connection(port) as early:
        early.send(request_bytes())
        script = f'exec 3<&{given.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
        own_programs.sluice(config, wrapper=["bash", "-c", script, "bash"], pass_fds=[given.fileno()])
        assert early.read_response().status == 200
    assert fetch(port).status == 200


def test_address_that_is_taken_is_an_error(tmp_path, origin):
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        config = tmp_path / "sluice.yaml"
        web = listener()
        web.update(address=address, default={"fixed_response": {"status": 200}})
        config.write_text(json.dumps({"admin": {"address": f"127.0.0.1:{free_port()}"}, "listeners": [web]}))
        done = run_command("run", "-c", config)
    assert done.returncode == 1
    assert address in done.stderr


@pytest.mark.parametrize("name", sorted(os.listdir(ROOT / "deploy/examples")))
def test_example_passes_check(name):
    done = run_command("check", ROOT / "deploy/examples" / name)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("document", ["README.md", "docs/configuration.md"])
def test_configuration_in_the_documentation_passes_check(tmp_path, document):
    file = tmp_path / "sluice.yaml"
    file.write_text((ROOT / document).read_text().partition("```yaml\n")[2].partition("```")[0])
    done = run_command("check", file)
    assert (done.returncode, done.stderr) == (0, "")


BAD_CONFIG = """\
listeners:
  - name: web
    address: 127.0.0.1:99999
    limits: { header_timeout: 10 parsecs }
    default: { forward: shop }
services:
  shop:
    variants:
      blue: { target_group: nowhere, weight: -1 }
    colour: red
target_groups:
  app: { targets: [] }
"""


def test_check_tells_every_problem_with_its_place(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(BAD_CONFIG)
    done = run_command("check", file)
    assert done.returncode == 1
    output = done.stdout + done.stderr
    for place in ("3:14: listeners[0].address: ", "4:31: listeners[0].limits.header_timeout: ",
                  "9:29: services.shop.variants.blue.target_group: ", "9:46: services.shop.variants.blue.weight: ",
                  "10:5: services.shop.colour: "):
        assert f"{file}:{place}" in output


@pytest.mark.parametrize("arguments, code", [
    (["check", "/nowhere.yaml"], 1), (["check"], 2), (["run", "-c", "/nowhere.yaml"], 1)])
def test_file_that_is_not_there_is_said_so(arguments, code):
    done = run_command(*arguments)
    assert done.returncode == code
    assert done.stderr or done.stdout


def test_binary_explains_itself():
    assert os.access(BINARY, os.X_OK)
    done = run_command("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("run", "check", "status", "weights"))
