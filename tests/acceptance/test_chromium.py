"""A real browser over TLS: a page of a hundred images from several targets, a large image, a download and an upload."""
import hashlib
import json
import os
import re
import shutil
import struct
import threading
import zlib
from pathlib import Path

import pytest

from certificates import Authority
from chromium import Chromium
from client import PATIENCE, wait_until
from nghttpd import Nghttpd
from sluice import configuration, listener

pytestmark = pytest.mark.skipif(not shutil.which("chromium") and "ID=ubuntu" in Path("/etc/os-release").read_text(),
                                reason="Ubuntu has Chromium as a snap only")
IMAGES = 100
LARGE = 1024  # pixels each way, of four bytes
DOWNLOAD, UPLOAD = 5 << 20, 3 << 20  # bytes

# The names of the folders are those of the services. `load` comes when each image has loaded or failed.
PAGE = """<!doctype html><title>images</title><link rel="icon" href="data:,">
<script>
const digest = async data => [...new Uint8Array(await crypto.subtle.digest("SHA-256", data))].map(b => b.toString(16).padStart(2, "0")).join("");
let errors = 0;
addEventListener("error", event => errors += event.target instanceof HTMLImageElement, true);
async function result() {{
  const widths = [...document.images].map(image => image.naturalWidth);
  const upload = new Uint8Array({upload}).map((_, i) => i * 31 % 251);
  const [download, echo] = await Promise.all([fetch("/blue/download"), fetch("/blue/echo", {{method: "POST", body: upload}})]);
  const digests = [await digest(await download.arrayBuffer()), await digest(await echo.arrayBuffer()), await digest(upload)];
  const came = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
    entry => [new URL(entry.name).pathname, entry.nextHopProtocol, entry.encodedBodySize]);
  return {{errors, widths, digests, came}};
}}
addEventListener("load", () => result().catch(problem => ({{problem: String(problem)}})).then(
  result => fetch("/blue/report", {{method: "POST", body: JSON.stringify(result)}})));
</script>
{images}"""


def png(width, height=1, channels=1):
    """Random pixels, so that nothing compresses and no two images are alike."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour = {1: 0, 4: 6}[channels]
    rows = b"".join(b"\0" + os.urandom(width * channels) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


class Site:
    """The page and what belongs to it, by path; keeps what the page reports."""

    def __init__(self):
        # The width of an image is its number: none is taken for another.
        self.images = {f"/{'green' if i % 2 else 'blue'}/{i}.png": png(i) for i in range(1, IMAGES + 1)}
        self.images["/green/large.png"] = png(LARGE, LARGE, channels=4)
        page = PAGE.format(images="\n".join(f'<img src="{path}">' for path in self.images), upload=UPLOAD)
        self.files = {"/blue/page": page.encode(), "/blue/download": os.urandom(DOWNLOAD), **self.images}
        self.report = None
        self.has_report = threading.Event()

    def serve(self, connection, request):
        if not connection.read_body(request):
            return
        if request.target == "/blue/report":
            self.report = json.loads(request.body)
            self.has_report.set()
        kind = {"page": "text/html", "png": "image/png"}.get(re.split("[/.]", request.target)[-1], "application/octet-stream")
        connection.answer(body=self.files.get(request.target, request.body), headers=[("Content-Type", kind)])

    def write(self, folder, root):
        """The files of one folder, for a server that has them from there."""
        (root / folder).mkdir()
        for path, content in self.files.items():
            if path.startswith(f"/{folder}/"):
                (root / path[1:]).write_bytes(content)


def test_browser_loads_a_page_of_a_hundred_images_over_http2(own_programs, tmp_path):
    """Of two targets by HTTP/1.1, and one by HTTP/2 from end to end."""
    site = Site()
    blue = [own_programs.origin(handler=site.serve) for _ in range(2)]
    green = own_programs._keep(Nghttpd(tmp_path / "nghttpd"))
    site.write("green", green.root)
    certificate = Authority(tmp_path).issue("localhost")
    to_green = {"priority": 1, "conditions": [{"path_pattern": ["/green/*"]}], "forward": "green"}
    sluice = own_programs.sluice(configuration(
        {"blue": [each.address for each in blue], "green": {"targets": [green.address], "protocol": "http2"}},
        [listener("secure", forward="blue", protocol="https", tls={"certificates": [certificate.keys()]}, rules=[to_green])]))

    browser = own_programs._keep(Chromium(tmp_path, f"https://localhost:{sluice.port}/blue/page", [certificate]))
    wait_until(lambda: browser.is_running() and site.has_report.is_set(),
               lambda: f"the page's report; so far: {sluice.access_log()}\n{browser.log()}", 3 * PATIENCE)

    report = site.report
    assert "problem" not in report, report
    assert report["errors"] == 0, [line for line in sluice.access_log() if line["status"] != 200 or line.get("error")]
    assert report["widths"] == [*range(1, IMAGES + 1), LARGE], "0: it did not load"
    sizes = {**{path: len(content) for path, content in site.files.items()}, "/blue/echo": UPLOAD}
    assert sorted(report["came"]) == sorted([path, "h2", size] for path, size in sizes.items()), "all by HTTP/2, each once and whole"
    uploaded = hashlib.sha256(bytes(i * 31 % 251 for i in range(UPLOAD))).hexdigest()
    assert report["digests"] == [hashlib.sha256(site.files["/blue/download"]).hexdigest(), uploaded, uploaded]

    sluice.logged(path="/blue/report")
    log = sluice.access_log()
    assert sorted(line["path"] for line in log) == sorted([*sizes, "/blue/report"])
    assert {(line["status"], line.get("code"), line["tls"]) for line in log} == {(200, None, "TLSv1.3")}
    assert len({line["client"] for line in log}) <= 2, "connections"
    assert {line["target"] for line in log} == {green.address, *(each.address for each in blue)}
