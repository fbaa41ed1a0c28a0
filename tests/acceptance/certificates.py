"""A certificate authority for the tests, by openssl's command line."""
import base64
import hashlib
import re
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

    def serial(self):
        """As openssl writes it: capital hex digits."""
        shown = subprocess.run(["openssl", "x509", "-in", self.cert, "-noout", "-serial"], check=True, capture_output=True)
        return shown.stdout.decode().strip().partition("=")[2]

    def key_digest(self):
        """SHA-256 of the public key, in Base64: what browsers call its SPKI fingerprint."""
        key = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout", "-outform", "DER"], check=True, capture_output=True)
        return base64.b64encode(hashlib.sha256(key.stdout).digest()).decode()


class Authority:
    def __init__(self, directory, name="authority"):
        self.directory = Path(directory)
        self.count = 0
        self.issued = []
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

    def issue(self, *names, kind="ecdsa", days=30):
        """A certificate for these names: DNS names, or addresses as IP:127.0.0.1."""
        files = self._files("leaf")
        request, extensions = files.cert.with_suffix(".csr"), files.cert.with_suffix(".ext")
        extensions.write_text("subjectAltName=" + ",".join(n if ":" in n else f"DNS:{n}" for n in names))
        key = {"ecdsa": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], "rsa": ["rsa:2048"]}[kind]
        self._openssl("req", "-newkey", *key, "-nodes",
                      "-subj", f"/CN={names[0].rpartition(':')[2]}", "-keyout", files.key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.root.cert, "-CAkey", self.root.key, "-CAcreateserial",
                      "-days", days, "-extfile", extensions, "-out", files.cert)
        self.issued.append(files)
        return files

    def _database(self, revoked):
        """What `openssl ca` and `openssl ocsp` know of the certificates that were issued."""
        index, settings = self.directory / "index.txt", self.directory / "ca.cnf"
        index.write_text("".join(
            "\t".join(["R" if each in revoked else "V", "491231235959Z", "200101000000Z" if each in revoked else "",
                       each.serial(), "unknown", "/CN=any"]) + "\n" for each in self.issued))
        (self.directory / "index.txt.attr").write_text("unique_subject = no\n")
        (self.directory / "crlnumber").write_text("01\n")
        settings.write_text(f"[ca]\ndefault_ca = own\n[own]\ndatabase = {index}\ncrlnumber = {self.directory}/crlnumber\n"
                            "default_md = sha256\ndefault_crl_days = 30\n")
        return index, settings

    def revocation_list(self, *revoked):
        _, settings = self._database(revoked)
        made = self.directory / f"revoked-{len(revoked)}-{self.count}.pem"
        self._openssl("ca", "-config", settings, "-gencrl", "-cert", self.root.cert, "-keyfile", self.root.key, "-out", made)
        return made

    def ocsp_response(self, certificate, expired=False):
        """A response that says that the certificate is good, for an hour or until some years ago."""
        index, _ = self._database(())
        made = certificate.cert.with_suffix(".ocsp")
        self._openssl("ocsp", "-index", index, "-CA", self.root.cert, "-rsigner", self.root.cert, "-rkey", self.root.key,
                      "-issuer", self.root.cert, "-cert", certificate.cert, "-nmin", 60, "-noverify", "-respout", made)
        if expired:  # openssl's tool makes none: the latest of its times is the next update
            response = made.read_bytes()
            made.write_bytes(response.replace(max(re.findall(rb"\d{14}Z", response)), b"20200101000000Z"))
        return made
