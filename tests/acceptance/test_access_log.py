"""The access log: a line per exchange, whose fields are those of docs/configuration.md."""
import re
import signal
import socket

import pytest

from client import PATIENCE, Connection, fetch, wait_until
from ports import free_port
from sluice import ROOT, configuration, listener


def documented(always):
    """The fields that the documentation says are in every line, or may be in one."""
    section = (ROOT / "docs/configuration.md").read_text().partition("## Access log")[2]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, re.M)
    return {field for field, kind in rows if not always or kind.endswith("always")}


@pytest.fixture
def origin(own_programs):
    return own_programs.origin()


def test_access_log_has_a_line_per_exchange(own_programs, origin):
    sluice = own_programs.sluice(configuration({"app": [origin.address]}))
    assert fetch(sluice.port, "POST", "/log?a=b", body=b"hello").status == 200
    line = wait_until(lambda: sluice.access_log(), "the line")[0]
    assert documented(always=True) | {"service", "variant", "target", "connect_ms", "first_byte_ms"} <= line.keys()
    assert (line["listener"], line["method"], line["host"], line["status"]) == ("web", "POST", "localhost", 200)
    assert (line["service"], line["variant"], line["target"], line["attempts"]) == ("app", "only", origin.address, 1)
    assert line["client"].startswith("127.0.0.1") and line["path"].startswith("/log")
    assert not line.get("code") and line["bytes_in"] >= 5 and line["bytes_out"] >= 2
    assert 0 <= line["first_byte_ms"] <= line["total_ms"] < 1000 * PATIENCE
    assert line["request_id"] == origin.last().get("X-Request-Id")


def test_refused_request_is_logged_with_its_code(own_programs, origin):
    sluice = own_programs.sluice(configuration({"app": [origin.address]}))
    with Connection(sluice.port) as client:
        client.send(b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.read_response().status == 400
    line = wait_until(lambda: sluice.access_log(), "the line")[0]
    assert (line["status"], line["code"]) == (400, "bad_request")
    assert not line.get("target")


def test_sigusr1_reopens_the_access_log(own_programs, origin):
    sluice = own_programs.sluice(configuration({"app": [origin.address]}))
    fetch(sluice.port, path="/before")
    sluice.logged(path="/before")
    moved = sluice.access_log_file.rename(sluice.directory / "access.log.1")
    sluice.signal(signal.SIGUSR1)
    wait_until(sluice.access_log_file.exists, "the new file")
    fetch(sluice.port, path="/after")
    sluice.logged(path="/after")
    assert "/after" not in moved.read_text()


def test_every_field_of_a_line_is_documented(own_programs, origin):
    service = {"variants": {"only": {"target_group": "app", "weight": 1}}, "sticky": {"identity": ["header:X-User-Id"]}}
    experiment = {"service": "app", "arms": {"on": {"weight": 1, "flags": {"new": True}}}}
    refused = listener("refused", default={"fixed_response": {"status": 403}})
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(), refused], {"app": service},
                                               experiments={"search": experiment}))
    fetch(sluice.port, headers={"X-User-Id": "u"})
    fetch(sluice.ports["refused"])
    with Connection(sluice.port) as client:
        client.send(b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n")
        client.read_response()
    lines = wait_until(lambda: len(found := sluice.access_log()) == 3 and found, "three lines")
    assert {field for line in lines for field in line} <= documented(always=False)
    assert all(documented(always=True) <= line.keys() for line in lines)
    assert lines[0]["experiments"] == {"search": "on"} and lines[0]["chosen_by"] == "identity"


def test_address_of_an_ipv6_client_is_told_apart_from_its_port(own_programs, origin):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    sluice = own_programs.sluice(configuration({"app": [origin.address]}, [listener(address=f"[::1]:{free_port()}")]))
    assert fetch(sluice.port, address="::1").status == 200
    assert re.fullmatch(r"\[::1\]:\d+", wait_until(sluice.access_log, "the line")[0]["client"])
