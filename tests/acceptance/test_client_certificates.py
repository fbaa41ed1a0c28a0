"""Mutual TLS: whom a listener lets in, and what the upstream is told; OCSP staples."""
import re
import shutil
import ssl
import subprocess
from urllib.parse import unquote

import pytest

from certificates import Authority
from client import PATIENCE, Aborted, Connection, wait_until
from sluice import configuration, listener, run_command

SERVER = "a.example"
PREFIX = "X-Amzn-Mtls-Clientcert"


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("clients"), "clients")


@pytest.fixture(scope="module")
def known(clients):
    return clients.issue("known.client")


@pytest.fixture(scope="module")
def revoked(clients):
    return clients.issue("revoked.client")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("strangers"), "strangers")


@pytest.fixture(scope="module")
def stranger(strangers):
    return strangers.issue("stranger")


@pytest.fixture(scope="module")
def leaf(authority):
    return authority.issue(SERVER)


@pytest.fixture(scope="module")
def crl(clients, known, revoked):
    return clients.revocation_list(revoked)


@pytest.fixture(scope="module")
def sluice(programs, module_origin, authority, clients, leaf, crl):
    authority.ocsp_response(leaf)

    def secure(name, **auth):
        tls = {"certificates": [{**leaf.keys(), "ocsp": str(leaf.cert.with_suffix(".ocsp"))}]}
        if auth:
            tls["client_auth"] = auth
        return listener(name, protocol="https", tls=tls)

    return programs.sluice(configuration({"app": [module_origin.address]}, [
        secure("off"), secure("passthrough", mode="passthrough"),
        secure("verify", mode="verify", ca=str(clients.root.cert), crl=str(crl)),
        secure("no-crl", mode="verify", ca=str(clients.root.cert)), listener("plain")],
        trusted=["127.0.0.1"]))


def context_of(authority, certificate=None, version=None):
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    if certificate:
        context.load_cert_chain(certificate.cert, certificate.key)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def ask(sluice, authority, name, certificate=None, headers=(), **keys):
    context = context_of(authority, certificate, **keys)
    with Connection(sluice.ports[name], tls=context, server_name=SERVER) as client:
        return client.request(headers=list(headers)).status


def told(origin):
    return {name: value for name, value in origin.last().headers if name.lower().replace("_", "-").startswith(PREFIX.lower())}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_verified_client_is_named_to_the_upstream(sluice, origin, authority, known, version):
    assert ask(sluice, authority, "verify", known, version=version) == 200
    fields = told(origin)
    assert fields.pop(f"{PREFIX}-Serial-Number") == known.serial()
    assert fields.pop(f"{PREFIX}-Issuer") == "CN=clients"
    assert fields.pop(f"{PREFIX}-Subject") == "CN=known.client"
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert re.fullmatch(f"NotBefore={moment};NotAfter={moment}", fields.pop(f"{PREFIX}-Validity"))
    assert ssl.PEM_cert_to_DER_cert(unquote(fields.pop(f"{PREFIX}-Leaf"))) == ssl.PEM_cert_to_DER_cert(known.cert.read_text())
    assert not fields


def test_client_of_http2_is_named_too(sluice, origin, authority, known):
    answer = subprocess.run(["curl", "-sS", "--http2", "--cacert", authority.root.cert, "--cert", known.cert, "--key", known.key,
                             "--resolve", f"{SERVER}:{sluice.ports['verify']}:127.0.0.1", "-w", "%{http_version} %{http_code}",
                             f"https://{SERVER}:{sluice.ports['verify']}/"], capture_output=True, text=True, timeout=PATIENCE)
    assert answer.stdout.endswith("2 200"), answer
    assert told(origin)[f"{PREFIX}-Subject"] == "CN=known.client"


@pytest.mark.parametrize("who", ["nobody", "stranger", "revoked"])
def test_client_that_is_not_valid_is_refused(sluice, origin, authority, stranger, revoked, who):
    certificate = {"nobody": None, "stranger": stranger, "revoked": revoked}[who]
    before = sluice.metric("sluice_tls_handshakes_total", listener="verify", result="failed")
    with pytest.raises((ssl.SSLError, ConnectionResetError, Aborted, BrokenPipeError)):
        ask(sluice, authority, "verify", certificate)
    assert not origin.requests
    wait_until(lambda: sluice.metric("sluice_tls_handshakes_total", listener="verify", result="failed") == before + 1, "the count")


def test_passthrough_passes_on_what_it_has_not_verified(sluice, origin, authority, stranger):
    assert ask(sluice, authority, "passthrough", stranger) == 200
    fields = told(origin)
    encoded = fields.pop(PREFIX)
    assert ssl.PEM_cert_to_DER_cert(unquote(encoded)) == ssl.PEM_cert_to_DER_cert(stranger.cert.read_text())
    assert re.fullmatch(r"[A-Za-z0-9%+/=._~-]+", encoded) and not fields


def test_passthrough_lets_in_who_shows_nothing(sluice, origin, authority):
    assert ask(sluice, authority, "passthrough") == 200
    assert not told(origin)


FORGED = [(f"{PREFIX}{suffix}", "forged") for suffix in ("", "-Leaf", "-Subject", "-Issuer", "-Validity", "-Serial-Number")]


@pytest.mark.parametrize("name", ["off", "passthrough", "plain"])
def test_forged_fields_are_removed_even_from_trusted_clients(sluice, origin, authority, name):
    forged = [(key.swapcase(), value) for key, value in FORGED] + FORGED
    forged += [(key.replace("-", "_"), value) for key, value in FORGED]  # what CGI takes for the same
    if name == "plain":
        with Connection(sluice.ports[name]) as client:
            assert client.request(headers=forged).status == 200
    else:
        assert ask(sluice, authority, name, headers=forged) == 200
    assert not told(origin)


def test_forged_fields_beside_a_real_certificate_are_replaced(sluice, origin, authority, known):
    assert ask(sluice, authority, "verify", known, headers=FORGED) == 200
    assert "forged" not in [value for name, value in origin.last().headers]
    assert origin.last().all(f"{PREFIX}-Subject") == ["CN=known.client"]


def test_ticket_of_a_listener_without_demands_opens_no_other(sluice, origin, authority):
    context = context_of(authority)
    with Connection(sluice.ports["off"], tls=context, server_name=SERVER) as client:
        client.request()
        session = client.sock.session
    origin.forget()
    with pytest.raises((ssl.SSLError, ConnectionResetError, Aborted, BrokenPipeError)):
        with Connection(sluice.ports["verify"], tls=context, server_name=SERVER, session=session) as client:
            client.request()
    assert not origin.requests


def staple(port, authority):
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", SERVER, "-status",
                            "-CAfile", authority.root.cert], input=b"", capture_output=True, timeout=30)
    return shown.stdout.decode(errors="replace")


def test_ocsp_response_is_stapled_and_read_again(sluice, authority, leaf):
    assert "Cert Status: good" in staple(sluice.ports["off"], authority)
    already = len(sluice.log())
    authority.ocsp_response(leaf, expired=True)
    sluice.reload()
    wait_until(lambda: "has expired: it is not stapled" in sluice.log()[already:], "the warning")
    wait_until(lambda: "no response sent" in staple(sluice.ports["off"], authority), "the staple to be gone")
    authority.ocsp_response(leaf)
    sluice.reload()
    wait_until(lambda: "Cert Status: good" in staple(sluice.ports["off"], authority), "the new one")


def test_ocsp_response_about_another_certificate_is_refused(authority, leaf, tmp_path):
    other = authority.ocsp_response(authority.issue("other.example"))
    config = tmp_path / "sluice.yaml"
    config.write_text(f"""listeners:
  - name: web
    address: 127.0.0.1:8443
    protocol: https
    tls:
      certificates:
        - cert: {leaf.cert}
          key: {leaf.key}
          ocsp: {other}
""")
    checked = run_command("check", config)
    assert checked.returncode == 1
    assert (f"{config}:9:17: listeners[0].tls.certificates[0].ocsp: the OCSP response is about another certificate"
            in checked.stdout + checked.stderr)


def test_revocation_takes_effect_with_the_file_alone(sluice, authority, clients, crl, known, revoked):
    assert ask(sluice, authority, "verify", known) == 200
    kept = crl.read_bytes()
    shutil.copy(clients.revocation_list(known, revoked), crl)
    sluice.reload()

    def refused():
        try:
            return ask(sluice, authority, "verify", known) != 200
        except (ssl.SSLError, ConnectionResetError, Aborted, BrokenPipeError):
            return True

    wait_until(refused, "the revocation")
    crl.write_bytes(kept)
    sluice.reload()
    wait_until(lambda: not refused(), "the client to be let in again")


def test_authorities_file_is_read_again(sluice, authority, clients, known, strangers, stranger):
    ca = clients.root.cert
    kept = ca.read_bytes()
    ca.write_text("no certificate")
    already = len(sluice.log())
    sluice.reload()
    wait_until(lambda: "client_auth.ca" in sluice.log()[already:], "the reason")
    assert ask(sluice, authority, "verify", known) == 200
    ca.write_bytes(kept + strangers.root.cert.read_bytes())
    sluice.reload()
    wait_until(lambda: lets_in(sluice, authority, stranger), "the second authority to be known")
    assert ask(sluice, authority, "verify", known) == 200
    ca.write_bytes(kept)
    sluice.reload()
    wait_until(lambda: not lets_in(sluice, authority, stranger), "it to be forgotten")
    assert ask(sluice, authority, "verify", known) == 200


def lets_in(sluice, authority, certificate):
    try:
        return ask(sluice, authority, "no-crl", certificate) == 200
    except (ssl.SSLError, ConnectionResetError, Aborted, BrokenPipeError):
        return False
