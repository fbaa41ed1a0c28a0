"""nghttpd, the reference server of HTTP/2: serves a folder."""
import os
import subprocess

from client import wait_until
from ports import free_port


class Nghttpd:
    def __init__(self, directory, *arguments, certificate=None):
        self.root = directory / "root"
        self.root.mkdir(parents=True)
        self.certificate = certificate
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.log_file = directory / "log"
        tls = [certificate.key, certificate.cert] if certificate else []
        plain = [] if certificate else ["--no-tls"]
        command = ["nghttpd", *arguments, "-v", "-d", self.root, "--echo-upload", "-a", "127.0.0.1", *plain, self.port, *tls]
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        wait_until(self._listens, "nghttpd to listen")

    def _listens(self):
        assert self.process.poll() is None, self.log()
        return "listen" in self.log()

    def log(self):
        return self.log_file.read_text(errors="replace")

    def stop(self):
        self.process.kill()
        self.process.wait()
