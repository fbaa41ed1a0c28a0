"""Every case of h2spec, in strict mode, on a plain and on a TLS listener."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from certificates import Authority
from client import PATIENCE
from origin import answer_with
from sluice import configuration, listener

MODULE = Path(__file__).with_name("h2spec")  # pins versions that Debian 12's Go builds


@pytest.fixture(scope="module")
def h2spec(tmp_path_factory):
    """Built from the Go module proxy once; Go's own caches keep it."""
    assert shutil.which("go"), "go is not installed (deploy/dependencies.sh test)"
    binary = tmp_path_factory.mktemp("h2spec") / "h2spec"
    subprocess.run(["go", "build", "-o", binary, "github.com/summerwind/h2spec/cmd/h2spec"], cwd=MODULE, check=True, timeout=300,
                   env={**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"})
    return binary


@pytest.fixture(scope="module")
def sluice(programs, tmp_path_factory):
    files = Authority(tmp_path_factory.mktemp("certificates")).issue("localhost")
    origin = programs.origin(handler=answer_with(b"more than the five bytes that some cases look for"))
    listeners = [listener("plain", h2c=True), listener("tls", protocol="https", tls={"certificates": [files.keys()]})]
    return programs.sluice(configuration({"app": [origin.address]}, listeners))


@pytest.mark.parametrize("name, options", [("plain", []), ("tls", ["-t", "-k"])])
def test_every_case_passes(h2spec, sluice, name, options):
    ran = subprocess.run([str(h2spec), "-S", "-o", "5", "-h", "127.0.0.1", "-p", str(sluice.ports[name]), *options],
                         capture_output=True, text=True, timeout=10 * PATIENCE)
    passed = re.search(r"(\d+) tests, (\d+) passed, (\d+) skipped, (\d+) failed", ran.stdout)
    assert passed, ran.stdout + ran.stderr
    total, fine, skipped, failed = map(int, passed.groups())
    assert (fine, skipped, failed) == (total, 0, 0) and total >= 146, ran.stdout
