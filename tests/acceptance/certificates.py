"""A certificate authority for the tests, by openssl's command line."""
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Certificate:
    cert: Path
    key: Path

    def keys(self):
        """As the configuration wants it."""
        return {"cert": str(self.cert), "key": str(self.key)}


class Authority:
    def __init__(self, directory, name="authority"):
        self.directory = Path(directory)
        self.count = 0
        self.root = self._files(name)
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                      "-subj", f"/CN={name}", "-keyout", self.root.key, "-out", self.root.cert)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def _files(self, name):
        self.count += 1
        base = self.directory / f"{name}-{self.count}"
        return Certificate(base.with_suffix(".pem"), base.with_suffix(".key"))

    def issue(self, *names):
        """A certificate for these names: DNS names, or addresses as IP:127.0.0.1."""
        files = self._files("leaf")
        request, extensions = files.cert.with_suffix(".csr"), files.cert.with_suffix(".ext")
        extensions.write_text("subjectAltName=" + ",".join(n if ":" in n else f"DNS:{n}" for n in names))
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-subj", f"/CN={names[0].rpartition(':')[2]}", "-keyout", files.key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.root.cert, "-CAkey", self.root.key, "-CAcreateserial",
                      "-days", "30", "-extfile", extensions, "-out", files.cert)
        return files
