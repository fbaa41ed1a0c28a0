"""testssl.sh looks at what a listener of the default policy offers, by an ECDSA and by an RSA certificate, and for the known holes."""
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from certificates import Authority
from sluice import configuration, listener

pytestmark = pytest.mark.skipif(bool(os.environ.get("SLUICE_SANITIZE")), reason="what is offered does not depend on the build")
# All but the simulation of clients, which judges nothing: protocols, forward secrecy, preferences, fields, suites, certificate, holes.
# The last three are what a key has to do with.
CHECKS = {"ecdsa": ["-p", "-f", "-P", "-h", "-s", "-S", "-U"], "rsa": ["-s", "-S", "-U"]}
SEEN = {"cipherlist_NULL", "cipherlist_3DES_IDEA", "cert_trust", "heartbleed", "CCS", "ROBOT", "secure_renego", "secure_client_renego",
        "CRIME_TLS", "SWEET32", "FREAK", "DROWN", "LOGJAM", "LUCKY13", "RC4"}
NOT_OURS = {
    "engine_problem",            # the machine's openssl has no GOST
    "cert_revocation",           # the tests' authority names no list
    "security_headers",          # the origin's answer has none
    "sessionresumption_ticket",  # openssl's client may leave before the tickets of TLS 1.3 come, from any server; test_tls.py resumes
}


def look_at(port, authority, checks, report):
    """What testssl.sh found, by id."""
    ran = subprocess.run(["testssl", *checks, "--jsonfile", report, "--warnings", "off", "--ip", "one", "--nodns", "min", "--color", "0",
                          "--add-ca", authority.root.cert, f"localhost:{port}"],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
    assert report.exists(), ran.stdout + ran.stderr
    return {each["id"]: each for each in json.loads(report.read_text())}


@pytest.fixture(scope="module")
def findings(programs, module_origin, tmp_path_factory):
    """Of both listeners. They are looked at at once, since it takes a minute and waits for half of it."""
    directory = tmp_path_factory.mktemp("testssl")
    authority = Authority(directory)
    certificates = {kind: authority.issue("localhost", kind=kind, days=90) for kind in ("ecdsa", "rsa")}
    sluice = programs.sluice(configuration({"app": [module_origin.address]}, [
        listener(kind, protocol="https", tls={"certificates": [each.keys()]}) for kind, each in certificates.items()]))
    with ThreadPoolExecutor() as pool:
        running = {kind: pool.submit(look_at, port, authority, CHECKS[kind], directory / f"{kind}.json") for kind, port in sluice.ports.items()}
    return {kind: each.result() for kind, each in running.items()}


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_nothing_of_tls_is_above_low(findings, kind):
    found = findings[kind]
    assert SEEN <= found.keys(), "it looked"
    assert kind == "rsa" or {"SSLv3", "TLS1", "TLS1_3", "ALPN_HTTP2", "cipher_order", "HSTS"} <= found.keys()
    assert not [each for key, each in found.items() if each["severity"] not in ("OK", "INFO", "LOW") and key not in NOT_OURS]
