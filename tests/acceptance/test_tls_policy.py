"""Which versions and suites a listener offers, by the names of ALB's policies; tickets; the limit of handshakes."""
import socket
import ssl
import time

import pytest

from client import Connection, fetch, wait_until
from sluice import configuration, listener, run_command

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # TLS 1.0 is asked for on purpose
TLS10, TLS12, TLS13 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module")
def leaf(authority):
    return authority.issue("a.example")


@pytest.fixture(scope="module")
def sluice(programs, module_origin, leaf):
    def secure(name, **keys):
        tls = {"certificates": [leaf.keys()]}
        if name != "default":
            tls["policy"] = f"ELBSecurityPolicy-{name}"
        return listener(name.replace("-", "_"), protocol="https", tls=tls, **keys)

    names = ["default", "TLS13-1-2-2021-06", "TLS13-1-3-2021-06", "FS-1-2-Res-2020-10", "2016-08"]
    listeners = [secure(name) for name in names]
    listeners.append(listener("tight", protocol="https", tls={"certificates": [leaf.keys()]},
                              limits={"handshakes": 2, "header_timeout": "2s"}))
    return programs.sluice(configuration({"app": [module_origin.address]}, listeners))


def shakes_hands(sluice, authority, name, version, ciphers="ALL:@SECLEVEL=0"):
    """The suite that was agreed on, or None."""
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    try:
        with Connection(sluice.ports[name.replace("-", "_")], tls=context, server_name="a.example") as client:
            assert client.request().status == 200
            return client.sock.cipher()[0]
    except (ssl.SSLError, ConnectionResetError):
        return None


@pytest.mark.parametrize("name, served", [
    ("default", [TLS12, TLS13]), ("TLS13-1-2-2021-06", [TLS12, TLS13]), ("TLS13-1-3-2021-06", [TLS13]),
    ("FS-1-2-Res-2020-10", [TLS12]), ("2016-08", [TLS10, TLS12])])
def test_policy_decides_the_versions(sluice, authority, name, served):
    versions = [TLS10, TLS12, TLS13]
    assert [v for v in versions if shakes_hands(sluice, authority, name, v)] == served


@pytest.mark.parametrize("name, suite, served", [
    ("default", "ECDHE-ECDSA-CHACHA20-POLY1305", True), ("default", "ECDHE-ECDSA-AES128-SHA256", False),
    ("TLS13-1-2-2021-06", "ECDHE-ECDSA-AES128-SHA256", True), ("TLS13-1-2-2021-06", "ECDHE-ECDSA-AES128-SHA", False),
    ("2016-08", "ECDHE-ECDSA-AES128-SHA", True), ("FS-1-2-Res-2020-10", "ECDHE-ECDSA-AES256-SHA384", False)])
def test_policy_decides_the_suites(sluice, authority, name, suite, served):
    assert shakes_hands(sluice, authority, name, TLS12, suite) == (suite if served else None)


def test_unknown_policy_is_refused_with_a_guess(tmp_path, leaf):
    config = tmp_path / "sluice.yaml"
    config.write_text(f"""listeners:
  - name: web
    address: 127.0.0.1:8443
    protocol: https
    tls:
      certificates: [{{ cert: {leaf.cert}, key: {leaf.key} }}]
      policy: ELBSecurityPolicy-TLS13-1-2-2021-60
""")
    checked = run_command("check", config)
    assert checked.returncode == 1
    assert (f"{config}:7:15: listeners[0].tls.policy: there is no policy `ELBSecurityPolicy-TLS13-1-2-2021-60`; "
            "did you mean `ELBSecurityPolicy-TLS13-1-2-2021-06`?") in checked.stdout + checked.stderr


def handshakes(sluice, name, result):
    return sluice.metric("sluice_tls_handshakes_total", listener=name, result=result)


def test_ticket_resumes_on_another_listener_of_the_same_certificate_and_both_are_counted(sluice, authority):
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    before = handshakes(sluice, "default", "resumed")
    with Connection(sluice.ports["TLS13_1_2_2021_06"], tls=context, server_name="a.example") as client:
        client.request()
        session = client.sock.session
    with Connection(sluice.ports["default"], tls=context, server_name="a.example", session=session) as client:
        assert client.request().status == 200
        assert client.sock.session_reused
    assert handshakes(sluice, "default", "resumed") == before + 1


def test_failed_handshake_is_counted(sluice):
    before = handshakes(sluice, "default", "failed")
    with Connection(sluice.ports["default"]) as client:
        client.send(b"GET / HTTP/1.1\r\n\r\n")
        assert wait_until(lambda: handshakes(sluice, "default", "failed") == before + 1, "the count")


def test_handshake_that_stands_still_ends_at_the_header_timeout(sluice):
    before = handshakes(sluice, "tight", "timeout")
    with Connection(sluice.ports["tight"]) as client:
        client.send(b"\x16\x03\x01")
        began = time.monotonic()
        assert client.is_closed()
        assert 1.5 < time.monotonic() - began < 8
    assert handshakes(sluice, "tight", "timeout") == before + 1


def test_handshakes_over_the_limit_are_refused_at_once_and_later_ones_served(sluice, authority):
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    port, before = sluice.ports["tight"], handshakes(sluice, "tight", "refused")
    accepted = sluice.metric("sluice_downstream_connections_accepted_total", listener="tight")
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
    wait_until(lambda: sluice.metric("sluice_downstream_connections_accepted_total", listener="tight") == accepted + 2, "both")
    with Connection(port) as client:
        assert client.is_closed(1)
    assert handshakes(sluice, "tight", "refused") == before + 1
    for each in slow:
        each.close()
    wait_until(lambda: sluice.metric("sluice_downstream_connections", listener="tight") == 0, "the slow ones to be gone")
    assert fetch(port, tls=context, server_name="a.example").status == 200


def test_expiry_of_certificates_is_a_metric(sluice, leaf):
    ends = sluice.metric("sluice_certificate_not_after_seconds", listener="default", name="a.example")
    assert abs(ends - (time.time() + 30 * 86400)) < 3600
