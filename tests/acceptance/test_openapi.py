"""The description of the admin API against a running proxy: it is valid OpenAPI 3.1, and whatever is asked, sensible or not,
gets an answer that the description allows and never an internal error. Schemathesis thinks up the requests."""
import json
import re
import subprocess

import pytest

from client import PATIENCE, fetch
from sluice import ROOT, configuration, listener

VENV = ROOT / "build/test-venv"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,allow_header_conformance"
# What exists, so that most requests come through to what they are about.
REAL_NAMES = """
[parameters]
"path.service" = "app"
"path.rollout" = "app"
"path.revision" = 1
"path.group" = "green"
"path.target" = "127.0.0.1:1"

[[operations]]
include-operation-id = "events"
parameters = { "query.format" = "json" }
"""

pytestmark = pytest.mark.skipif(not (VENV / "made-of").exists(),
                                reason="build/test-venv is missing: deploy/dependencies.sh test makes it, if PyPI can be reached")


@pytest.fixture
def proxy(own_programs, tmp_path):
    config = configuration(
        {"blue": ["127.0.0.1:1"], "green": ["127.0.0.1:1"]}, [listener(forward="app")],
        {"app": {"variants": {name: {"target_group": name, "weight": 1} for name in ("blue", "green")}}},
        strategies={"careful": {"canary": {"percent": 20}}})
    return own_programs.sluice(config, arguments=["--state", tmp_path / "state"])


def run(directory, module, *arguments):
    done = subprocess.run([VENV / "bin/python", "-m", module, *map(str, arguments)], cwd=directory, capture_output=True, text=True,
                          timeout=10 * PATIENCE)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return done.stdout


def ask_anything(proxy, directory, *arguments):
    """Returns how many requests were made."""
    out = run(directory, "schemathesis.cli", "run", proxy.admin + "/openapi.json", "--phases", "examples,coverage,fuzzing",
              "--checks", CHECKS, "--max-examples", 40, "--seed", 1, "--continue-on-failure", "--request-timeout", PATIENCE,
              "--no-color", *arguments)
    assert proxy.is_ready()
    return int(re.search(r"(\d+) generated", out)[1])


def test_document_is_valid(proxy, tmp_path):
    document = tmp_path / "openapi.json"
    document.write_bytes(fetch(proxy.admin_port, path="/openapi.json").body)
    assert json.loads(document.read_text())["openapi"] == "3.1.0"
    run(tmp_path, "openapi_spec_validator", "--schema", "3.1", document)


def test_requests_for_anything(proxy, tmp_path):
    """Streams of events do not end, so they are left out here."""
    assert ask_anything(proxy, tmp_path, "--exclude-path", "/v1/events") > 300


def test_requests_for_what_is_there(proxy, tmp_path):
    (tmp_path / "schemathesis.toml").write_text(REAL_NAMES)
    assert ask_anything(proxy, tmp_path) > 300
    assert proxy.metric("sluice_revision") > 1, "nothing that was asked came through"


def test_wrong_description_is_noticed(proxy, tmp_path):
    """That the tests above can fail: a description that says what is not so."""
    document = json.loads(fetch(proxy.admin_port, path="/openapi.json").body)
    document["components"]["schemas"]["Revision"]["properties"]["author"] = {"type": "integer"}
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(document))
    with pytest.raises(AssertionError, match="violates schema"):
        run(tmp_path, "schemathesis.cli", "run", wrong, "--url", proxy.admin, "--checks", CHECKS, "--phases", "fuzzing",
            "--include-path", "/v1/revisions", "--max-examples", 3, "--no-color")
