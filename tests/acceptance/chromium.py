"""A real browser, without a screen. Nobody asks it anything: the page that it opens reports to its own server."""
import os
import signal
import subprocess

from client import PATIENCE


class Chromium:
    """Chromium with a profile of its own, for one page. `trusted` are certificates that it believes though it knows no
    issuer of them. It asks nobody but this machine."""

    def __init__(self, directory, url, trusted=(), arguments=()):
        self.log_file = directory / "chromium.log"
        options = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
                   "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", f"--user-data-dir={directory / 'profile'}",
                   "--ignore-certificate-errors-spki-list=" + ",".join(each.key_digest() for each in trusted)]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # has none for root
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(["chromium", *options, *arguments, url], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, env={**os.environ, "HOME": str(directory)})

    def log(self):
        return self.log_file.read_text(errors="replace")

    def is_running(self):
        assert self.process.poll() is None, f"Chromium ended with {self.process.returncode}:\n{self.log()}"
        return True

    def stop(self):
        """The browser and all that it started, which have a process group of their own."""
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        except ProcessLookupError:
            self.process.wait()
