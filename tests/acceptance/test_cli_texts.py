"""What the commands print that need no proxy: examples that pass `sluice check`, and completion that completes."""
import shutil
import subprocess

import pytest

from sluice import run_command


def check(folder, text):
    (folder / "sluice.yaml").write_text(text)
    done = run_command("check", folder / "sluice.yaml")
    return done.returncode, done.stdout + done.stderr


def assert_fine(checked):
    code, said = checked
    assert code == 0 and ": ok: " in said, said


def test_example_passes_the_check(tmp_path):
    assert_fine(check(tmp_path, run_command("example").stdout))


def test_full_example_passes_the_check_once_its_files_exist(tmp_path, authority):
    leaf = authority.issue("app.internal")
    shutil.copy(leaf.cert, tmp_path / "a.pem")
    shutil.copy(leaf.key, tmp_path / "a.key")
    shutil.copy(authority.root.cert, tmp_path / "ca.pem")
    shutil.copy(authority.revocation_list(), tmp_path / "crl.pem")
    (tmp_path / "cookie.key").write_text(32 * "x" + "\n")
    entry = run_command("token", "new", "--name", "ci", "--role", "operator").stderr.splitlines()[-1]
    (tmp_path / "tokens.yaml").write_text("tokens:\n" + entry + "\n")
    text = run_command("example", "--full").stdout
    assert_fine(check(tmp_path, text))
    (tmp_path / "tokens.yaml").unlink()
    assert "admin.tokens_file: cannot read" in check(tmp_path, text)[1]


@pytest.mark.parametrize("typed, offered", [
    ("sluice w", {"weights", "whois"}),
    ("sluice targets ", {"list", "drain", "undrain"}),
    ("sluice targets drain --w", {"--wait"}),
    ("sluice weights set shop --t", {"--token"}),
    ("sluice token new --", {"--help", "--name", "--role"}),
])
def test_bash_completes(tmp_path, typed, offered):
    script = tmp_path / "completion.bash"
    script.write_text(run_command("completion", "bash").stdout)
    words = typed.split(" ")
    asked = f"source {script}; COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}; " \
            "_sluice; printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(["bash", "-euc", asked], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_of_other_shells_parses(tmp_path, shell):
    script = tmp_path / "completion"
    script.write_text(run_command("completion", shell).stdout)
    assert "drain" in script.read_text()
    if shutil.which(shell):
        subprocess.run([shell, "--no-execute", script], check=True)
