"""Certificates that change all the time, under load: nobody notices."""
import shutil
import ssl
import threading

from certificates import Authority
from client import Connection, wait_until
from sluice import configuration, listener

ROTATIONS = 100
NAME = "rotating.example"


class Load:
    """Handshakes and requests without a pause, each on a connection of its own."""

    def __init__(self, port, context):
        self.port, self.context = port, context
        self.serials, self.failures, self.done = set(), [], threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        while not self.done.is_set():
            try:
                with Connection(self.port, tls=self.context, server_name=NAME) as client:
                    self.serials.add(client.sock.getpeercert()["serialNumber"])
                    assert client.request().status == 200
            except (OSError, AssertionError) as failure:
                self.failures.append(failure)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def test_hundred_rotations_under_load_fail_no_handshake(own_programs, tmp_path):
    authority = Authority(tmp_path)
    pairs = [authority.issue(NAME) for _ in range(4)]
    served = authority.issue(NAME)
    sluice = own_programs.sluice(configuration(
        {"app": [own_programs.origin().address]},
        [listener(protocol="https", tls={"certificates": [served.keys()]})]), workers=2)
    context = ssl.create_default_context(cafile=str(authority.root.cert))
    revision = sluice.metric("sluice_revision")
    with Load(sluice.port, context) as load:
        for i in range(ROTATIONS):
            pair = pairs[i % len(pairs)]
            shutil.copy(pair.cert, served.cert)
            if i % 10 == 5:  # half a pair: refused, and the one before goes on
                already = len(sluice.log())
                sluice.reload()
                wait_until(lambda: "cannot be used together" in sluice.log()[already:], "the refusal")
            shutil.copy(pair.key, served.key)
            sluice.reload()
            revision = wait_until(lambda: (now := sluice.metric("sluice_revision")) > revision and now, "the new revision")
    assert load.failures == []
    assert len(load.serials) >= len(pairs)
    assert sluice.process.poll() is None
    assert sluice.metric("sluice_tls_handshakes_total", result="failed") == 0
