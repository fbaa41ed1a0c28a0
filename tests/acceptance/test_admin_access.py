"""Who gets into the admin API: tokens and roles, TLS, Unix sockets; and the stream of events. With the real curl."""
import json
import os
import re
import signal
import socket
import stat
import subprocess
import urllib.parse

import pytest

from certificates import Authority
from client import PATIENCE, wait_until
from ports import free_port
from sluice import Sluice, configuration, run_command

TOKENS = re.compile(r"^sluice_[A-Za-z0-9_-]{43}$")


def new_token(name, role):
    """(the token, the line of the tokens file)"""
    made = run_command("token", "new", "--name", name, "--role", role)
    assert made.returncode == 0, made.stderr
    assert TOKENS.match(made.stdout.strip()), made.stdout
    return made.stdout.strip(), made.stderr.splitlines()[-1]


@pytest.fixture(name="tokens", scope="module")
def fixture_tokens():
    return {role: new_token(f"the-{role}", role) for role in ("viewer", "operator", "admin")}


def write_tokens(path, *tokens):
    path.write_text("tokens:\n" + "".join(line + "\n" for _, line in tokens))
    path.chmod(0o600)
    return str(path)


def curl(url, *arguments, token=None):
    """(status, body); 0 where there was no answer."""
    if token:
        arguments = ("-H", f"Authorization: Bearer {token}", *arguments)
    done = subprocess.run(["curl", "-sS", "-m", str(PATIENCE), "-w", "\n%{http_code}", *arguments, url],
                          capture_output=True, text=True, timeout=2 * PATIENCE)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def code(answer):
    return f"{answer[0]} {json.loads(answer[1])['code']}"


@pytest.fixture(name="origin")
def fixture_origin(module_origin):
    return module_origin


@pytest.fixture(name="start")
def fixture_start(own_programs, origin):
    def start(admin, ready=True):
        config = configuration({"app": [origin.address]})
        config["admin"] = {**config["admin"], **admin}
        return own_programs.sluice(config, ready=ready)
    return start


def test_roles(start, tokens, tmp_path):
    proxy = start({"tokens_file": write_tokens(tmp_path / "tokens.yaml", *tokens.values())})
    viewer, operator, _ = (tokens[role][0] for role in ("viewer", "operator", "admin"))
    weights = ["-X", "PUT", "-d", '{"only": 1}']
    assert curl(proxy.admin + "/livez")[0] == 200
    assert curl(proxy.admin + "/readyz")[0] == 200
    for path in ("/metrics", "/v1/status", "/v1/events?format=json"):
        assert code(curl(proxy.admin + path)) == "401 token_missing"
        assert curl(proxy.admin + path, token=viewer)[0] == 200
    assert code(curl(proxy.admin + "/v1/services/app/weights", *weights, token=viewer)) == "403 role_too_low"
    assert curl(proxy.admin + "/v1/services/app/weights", *weights, token=operator)[0] == 200
    shown = subprocess.run(["curl", "-sSi", proxy.admin + "/v1/status"], capture_output=True, text=True)
    assert 'WWW-Authenticate: Bearer realm="sluice"' in shown.stdout


def test_wrong_token_is_logged_but_never_shown(start, tokens, tmp_path):
    proxy = start({"tokens_file": write_tokens(tmp_path / "tokens.yaml", tokens["viewer"])})
    wrong = tokens["admin"][0]
    assert code(curl(proxy.admin + "/v1/status", token=wrong)) == "401 token_unknown"
    assert curl(proxy.admin + "/v1/status", token=tokens["viewer"][0])[0] == 200
    assert "a token from 127.0.0.1 is not in the tokens file" in proxy.log()
    for token, _ in tokens.values():
        assert token not in proxy.log()


def test_guessing_is_slowed_down(start, tokens, tmp_path):
    proxy = start({"tokens_file": write_tokens(tmp_path / "tokens.yaml", tokens["viewer"])})
    many = urllib.parse.urlsplit(proxy.admin)
    with socket.create_connection((many.hostname, many.port), PATIENCE) as connection:
        request = b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess\r\n\r\n"
        last = b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess\r\nConnection: close\r\n\r\n"
        connection.sendall(29 * request + last)
        answers = b""
        while part := connection.recv(65536):
            answers += part
    statuses = re.findall(rb"HTTP/1.1 (\d+)", answers)
    assert statuses == 20 * [b"401"] + 10 * [b"429"]
    assert b"Retry-After: 1" in answers


def test_tokens_are_read_again(start, tokens, tmp_path):
    path = tmp_path / "tokens.yaml"
    proxy = start({"tokens_file": write_tokens(path, tokens["viewer"])})
    write_tokens(path, tokens["operator"])
    proxy.reload()
    wait_until(lambda: curl(proxy.admin + "/v1/status", token=tokens["operator"][0])[0] == 200, "the new token")
    assert curl(proxy.admin + "/v1/status", token=tokens["viewer"][0])[0] == 401
    path.write_text("tokens: [{ name: x }]\n")
    proxy.reload()
    wait_until(lambda: "reload refused" in proxy.log(), "the refusal")
    assert curl(proxy.admin + "/v1/status", token=tokens["operator"][0])[0] == 200
    last = json.loads(curl(proxy.admin + "/v1/events?format=json", token=tokens["operator"][0])[1])["events"][-1]
    assert (last["kind"], last["author"]) == ("config.refused", "SIGHUP")
    assert "tokens.yaml" in last["text"]


def test_tokens_that_all_may_read_are_a_warning(start, tokens, tmp_path):
    path = tmp_path / "tokens.yaml"
    write_tokens(path, tokens["viewer"])
    path.chmod(0o644)
    assert "everybody on this machine may read" in start({"tokens_file": str(path)}).log()


def test_open_address_without_tokens_is_refused(tmp_path, origin):
    config = configuration({"app": [origin.address]})
    config["admin"]["address"] = f"0.0.0.0:{free_port()}"
    proxy = Sluice(tmp_path / "proxy", config, ready=False)
    assert proxy.wait() == 1
    assert "is not a loopback address, which needs `tokens_file: FILE`" in proxy.log()
    checked = run_command("check", proxy.config_file)
    assert checked.returncode == 1
    assert "admin.address: `0.0.0.0:" in checked.stdout + checked.stderr


def test_open_address_with_tokens_but_without_tls_is_a_warning(start, tokens, tmp_path):
    proxy = start({"address": f"0.0.0.0:{free_port()}",
                   "tokens_file": write_tokens(tmp_path / "tokens.yaml", tokens["viewer"])})
    assert "tokens go over the network" in proxy.log()


def served_serial(url):
    where = urllib.parse.urlsplit(url)
    shown = subprocess.run(["openssl", "s_client", "-connect", f"{where.hostname}:{where.port}"], input=b"", capture_output=True)
    serial = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=shown.stdout, capture_output=True)
    return serial.stdout.decode().strip().partition("=")[2]


def test_tls(start, tokens, tmp_path):
    authority = Authority(tmp_path)
    other = Authority(tmp_path, "other")
    files = authority.issue("localhost", "IP:127.0.0.1")
    proxy = start({"tokens_file": write_tokens(tmp_path / "tokens.yaml", *tokens.values()), "tls": files.keys()}, ready=False)
    url = proxy.admin.replace("http://", "https://")
    trusted = ["--cacert", str(authority.root.cert)]
    wait_until(lambda: curl(url + "/readyz", *trusted)[0] == 200, "Sluice to become ready")
    assert curl(url + "/v1/status", *trusted, token=tokens["viewer"][0])[0] == 200
    assert curl(proxy.admin + "/livez")[0] == 0  # no TLS, no answer
    assert curl(url + "/livez", *trusted, "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")[0] == 0

    def status(ca=None, token="viewer"):
        env = {"SLUICE_ADMIN": url, **({"SLUICE_TOKEN": tokens[token][0]} if token else {})}
        return run_command("status", *(["--ca", ca] if ca else []), env=env)

    assert status(authority.root.cert).returncode == 0, status(authority.root.cert).stderr
    for ca in (None, other.root.cert):
        refused = status(ca)
        assert refused.returncode == 3
        assert "its certificate is not trusted" in refused.stderr
    assert status(tmp_path / "nowhere.pem").returncode == 2
    nobody = status(authority.root.cert, token=None)
    assert nobody.returncode == 1
    assert "SLUICE_TOKEN" in nobody.stderr

    renewed = authority.issue("localhost", "IP:127.0.0.1")
    os.replace(renewed.key, files.key)
    os.replace(renewed.cert, files.cert)
    serial = files.serial()
    proxy.reload()

    wait_until(lambda: served_serial(url) == serial, "the renewed certificate")


def test_unix_socket(start, tmp_path):
    path = tmp_path / "admin.sock"
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(path))
    stale.close()  # its file stays
    proxy = start({"address": f"unix:{path}"}, ready=False)
    wait_until(lambda: curl("http://localhost/readyz", "--unix-socket", str(path))[0] == 200, "Sluice to become ready")
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    told = run_command("status", "--admin", f"unix:{path}")
    assert told.returncode == 0, told.stderr
    assert "app" in told.stdout
    proxy.stop()
    assert not path.exists()
    gone = run_command("status", "--admin", f"unix:{path}")
    assert gone.returncode == 3


class Listening:
    """curl -N on the events."""

    def __init__(self, url, *arguments):
        self.process = subprocess.Popen(["curl", "-sSN", *arguments, url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)

    def next(self):
        """The next event: (number, kind, JSON). Its connection is open once the first comment is there."""
        fields = {}
        for line in self.process.stdout:
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "" and value:
                continue
            if line == "\n" and "id" in fields:
                return int(fields["id"]), fields["event"], json.loads(fields["data"])
            fields[name] = value
        return None

    def connected(self):
        assert self.process.stdout.readline().startswith(": events after ")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def test_events(start, origin):
    proxy = start({})
    drain = f"/v1/target-groups/app/targets/{urllib.parse.quote(origin.address)}/drain"
    listening = Listening(proxy.admin + "/v1/events")
    listening.connected()
    assert proxy.api("POST", drain)[0] == 200
    number, kind, event = listening.next()
    assert (number, kind, event["author"]) == (2, "target.drained", "local")  # 1: the first revision
    assert origin.address in event["text"]
    listening.close()

    assert proxy.api("POST", drain)[0] == 200
    resumed = Listening(proxy.admin + "/v1/events", "-H", "Last-Event-ID: 2")
    assert resumed.next()[0] == 3
    again = Listening(proxy.admin + "/v1/events?after=0")
    assert [again.next()[0] for _ in range(3)] == [1, 2, 3]
    again.close()
    status, listed = proxy.api("GET", "/v1/events", headers=[("Accept", "application/json")])
    assert status == 200
    assert [each["number"] for each in listed["events"]] == [1, 2, 3]

    proxy.signal(signal.SIGTERM)
    assert resumed.next() is None  # the stream ends with the server
    resumed.close()
    proxy.check_ended_well()


def test_event_names_who_did_it(start, tokens, tmp_path, origin):
    proxy = start({"tokens_file": write_tokens(tmp_path / "tokens.yaml", tokens["operator"])})
    token = tokens["operator"][0]
    done = run_command("targets", "drain", "app", origin.address, "--admin", proxy.admin, "--token", token)
    assert done.returncode == 0, done.stderr
    _, body = curl(proxy.admin + "/v1/events?format=json", token=token)
    assert json.loads(body)["events"][-1]["author"] == "operator:the-operator"


def test_events_of_no_revision_last(own_programs, origin, tmp_path):
    config = configuration({"app": [origin.address]})
    arguments = ["--state", tmp_path / "state"]

    def is_told(proxy):
        events = proxy.api("GET", "/v1/events?format=json")[1]["events"]
        return ("target.drained", "local") in [(each["kind"], each["author"]) for each in events]

    proxy = own_programs.sluice(config, arguments=arguments)
    drain = f"/v1/target-groups/app/targets/{urllib.parse.quote(origin.address)}/drain"
    assert proxy.api("POST", drain)[0] == 200
    wait_until(lambda: is_told(proxy), "the event")  # so it is recorded
    assert proxy.metric("sluice_store_commits_total") >= 2
    proxy.stop()
    assert is_told(own_programs.sluice(config, arguments=arguments))
