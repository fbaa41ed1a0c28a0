"""The programs under test and the origin behind them: their configuration files, and how each is started and ended.

Every proxy does the same edge work: terminates the client's connection (TLS with one certificate), keeps connections
to the origin, adds X-Forwarded-For and X-Forwarded-Proto, uses one worker and writes no access log. compare.py calls this.
"""

import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import subprocess
import time

from connections import HOST, fetch

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL, LARGE = 128, 100 * 1024
PATHS = {SMALL: "/small", LARGE: "/large"}
TLS_CIPHER = "TLS_AES_128_GCM_SHA256"
CLIENT_TLS_CONFIG = "client-openssl.cnf"
START_SECONDS = 10
STOP_SECONDS = 3
IDLE_SECONDS = 600  # longer than any test leaves a connection alone
_ports_given = set()


class BenchError(Exception):
    """What the person who runs the bench must know; printed without a traceback."""


def free_port():
    """Below the ephemeral range, so that no outgoing connection takes the port before its server has bound it."""
    for _ in range(1000):
        port = random.randint(20000, 32000)
        if port in _ports_given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        _ports_given.add(port)
        return port
    raise BenchError("no free port between 20000 and 32000")


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Process:
    """A child in its own process group, pinned to one core, its output in a file."""

    running = []

    def __init__(self, name, command, directory, core):
        self.name = name
        self.log = pathlib.Path(directory) / f"{name}.log"
        prefix = ["taskset", "-c", str(core)] if core is not None else []
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(prefix + [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=log, start_new_session=True, cwd=directory)
        Process.running.append(self)

    @property
    def pid(self):
        return self.child.pid

    def stop(self):
        if self in Process.running:
            Process.running.remove(self)
        for sign, wait in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            try:
                os.killpg(self.pid, sign)
            except ProcessLookupError:
                break
            try:
                self.child.wait(wait)
            except subprocess.TimeoutExpired:
                continue
        self.child.poll()

    def check_alive(self):
        if self.child.poll() is not None:
            raise BenchError(f"{self.name} ended with {self.child.returncode}:\n{self.log_tail()}")

    def log_tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) or "(no output)"

    @classmethod
    def stop_all(cls):
        for process in list(cls.running):
            process.stop()


def make_certificate(directory):
    """A self-signed ECDSA P-256 pair; HAProxy wants both in one file."""
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=bench.test",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    (directory / "both.pem").write_bytes(cert.read_bytes() + key.read_bytes())


def make_client_tls_config(directory):
    """One cipher for all: the client offers no other, so that no server's preference decides the comparison."""
    path = directory / CLIENT_TLS_CONFIG
    path.write_text("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = defaults\n[defaults]\n"
                    f"MinProtocol = TLSv1.3\nCiphersuites = {TLS_CIPHER}\nGroups = X25519\n")
    return path


def _nginx_frame(directory, connections, http):
    """What the origin and the nginx proxy share. Everything nginx would write goes to the temporary directory."""
    temporary = "".join(f"  {kind}_temp_path {directory}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (f"daemon off;\nworker_processes 1;\nworker_rlimit_nofile {raise_descriptor_limit()};\n"
            f"pid {directory}/nginx.pid;\nerror_log stderr error;\n"
            f"events {{ worker_connections {connections}; multi_accept on; }}\n"
            f"http {{\n{temporary}  access_log off;\n  keepalive_requests 1000000000;\n  keepalive_timeout {IDLE_SECONDS}s;\n"
            f"  tcp_nodelay on;\n{http}}}\n")


def start_nginx(name, directory, connections, http, core):
    directory = directory / name
    directory.mkdir(exist_ok=True)
    config = directory / "nginx.conf"
    config.write_text(_nginx_frame(directory, connections, http))
    return Process(name, [find_tool("nginx"), "-p", directory, "-c", config], directory, core)


class Origin:
    """A real nginx that serves 128 bytes out of its configuration and 100 KiB by sendfile out of the page cache."""

    def __init__(self, directory, core):
        self.port = free_port()
        files = directory / "files"
        files.mkdir()
        (files / "large").write_bytes(b"x" * LARGE)
        self.process = start_nginx("origin", directory, 20000, f"""
  sendfile on; tcp_nopush on; open_file_cache max=8 inactive=1h;
  server {{
    listen {HOST}:{self.port} backlog=4096;
    default_type text/plain;
    location = /small {{ return 200 "{'x' * SMALL}"; }}
    location = /large {{ root {files}; }}
    location = /headers {{ return 200 "$http_x_forwarded_for $http_x_forwarded_proto"; }}
  }}
""", core)


def find_tool(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise BenchError(f"{name} is not installed")
    return path


def _start_nginx_proxy(setup):
    tls = f"ssl_certificate {setup.directory}/cert.pem; ssl_certificate_key {setup.directory}/key.pem; ssl_protocols TLSv1.3;"
    return start_nginx("nginx", setup.directory, 16384, f"""
  upstream shop {{ server {HOST}:{setup.origin.port}; keepalive 128; keepalive_requests 1000000000; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  server {{
    listen {HOST}:{setup.port} {'ssl http2' if setup.tls else ''} backlog=4096;
    {tls if setup.tls else ''}
    location / {{ proxy_pass http://shop; }}
    location = /large {{ {NGINX_LARGE} proxy_pass http://shop; }}
  }}
""", setup.core)


# The default buffers (8 of 4 KiB) are for the small response: they would send part of a 100 KiB one through a file on disk.
# Of five settings tried for that one, buffered and unbuffered 64 KiB cost the least CPU, alike within noise.
NGINX_LARGE = "proxy_buffers 6 64k; proxy_buffer_size 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0;"


# HAProxy keeps its default 16 KiB buffers: 64 KiB cost more for both sizes, and splicing made no difference beyond noise.
def _start_haproxy(setup):
    directory = setup.directory / "haproxy"
    directory.mkdir(exist_ok=True)
    config = directory / "haproxy.cfg"
    tls = f"ssl crt {setup.directory}/both.pem ssl-min-ver TLSv1.3 alpn h2,http/1.1" if setup.tls else ""
    config.write_text(f"""global
  nbthread 1
  no strict-limits
  maxconn 12000
defaults
  mode http
  timeout connect 5s
  timeout client {IDLE_SECONDS}s
  timeout server {IDLE_SECONDS}s
  timeout http-keep-alive {IDLE_SECONDS}s
  option http-keep-alive
  option forwardfor
  http-reuse always
frontend web
  bind {HOST}:{setup.port} backlog 4096 {tls}
  http-request set-header X-Forwarded-Proto {'https' if setup.tls else 'http'}
  default_backend shop
backend shop
  server one {HOST}:{setup.origin.port}
""")
    return Process("haproxy", [find_tool("haproxy"), "-db", "-f", config], directory, setup.core)


# Everything that routing can do, for `full`: its rule is the last of a hundred, its users have a signed cookie.
FULL_RULES = "    rules:\n" + "".join(
    f"      - {{ priority: {i}, conditions: [{{ path_pattern: ['/service-{i}/*'] }}], forward: shop }}\n" for i in range(1, 100)
) + """      - priority: 100
        conditions: [{ path_pattern: ['/small', '/large', '/headers'] }, { http_request_method: [GET] }]
        response_headers: { set: { Strict-Transport-Security: max-age=31536000 }, remove: [Server] }
        forward: shop
"""
FULL_STICKY = """    sticky: { identity: [header:X-User-Id], cookie: { name: sluice_id, secret_file: cookie.key } }
"""
FULL_EXPERIMENTS = """experiments:
  search:   { service: shop, arms: { control: { weight: 1, flags: { search: v1 } }, treatment: { weight: 1, flags: { search: v2 } } } }
  checkout: { service: shop, arms: { control: { weight: 1 }, treatment: { weight: 1, flags: { one-click: true } } } }
"""

# Of what is asked of nobody else: Sluice pays for it in every scenario.
CHECKED = "health_check: { path: /small, interval: 1s, timeout: 500ms }"


def _start_sluice(setup):
    directory = setup.directory / setup.name
    directory.mkdir(exist_ok=True)
    full = setup.name == "full"
    if full:
        (directory / "cookie.key").write_text("a secret of the bench alone\n")
    config = directory / "sluice.yaml"
    tls = (f"\n    tls: {{ certificates: [{{ cert: {setup.directory}/cert.pem, key: {setup.directory}/key.pem }}] }}"
           if setup.tls else "")
    config.write_text(f"""admin: {{ address: {HOST}:{free_port()} }}
listeners:
  - name: web
    address: {HOST}:{setup.port}
    protocol: {'https' if setup.tls else 'http'}{tls}
    limits: {{ idle_timeout: {IDLE_SECONDS}s, header_timeout: {IDLE_SECONDS}s }}
    default: {{ forward: shop }}
{FULL_RULES if full else ""}services:
  shop:
    variants:
      blue:  {{ target_group: shop-blue,  weight: 90 }}
      green: {{ target_group: shop-green, weight: 10 }}
    retry: {{ attempts: 3, on: [connect, reset, refused, timeout, 502, 503], to: stable, per_try_timeout: 10s }}
{FULL_STICKY if full else ""}{FULL_EXPERIMENTS if full else ""}target_groups:
  shop-blue:  {{ targets: [{HOST}:{setup.origin.port}], algorithm: least_outstanding, {CHECKED} }}
  shop-green: {{ targets: [{HOST}:{setup.origin.port}], algorithm: least_outstanding, {CHECKED} }}
""")
    return Process(setup.name, [setup.binary, "run", "-c", config, "--workers", "1"], directory, setup.core)


def _start_relay(setup):
    return Process("relay", [setup.binary, setup.port, f"{HOST}:{setup.origin.port}"], setup.directory, setup.core)


STARTERS = {"sluice": _start_sluice, "full": _start_sluice, "before": _start_sluice, "nginx": _start_nginx_proxy, "haproxy": _start_haproxy,
            "relay": _start_relay}
ORDER = ["sluice", "full", "before", "nginx", "haproxy", "relay"]


class Setup:
    """One contender in one scenario, started: `with Setup(...) as setup` ends it again."""

    def __init__(self, name, binary, origin, directory, core, tls):
        self.name, self.binary, self.origin, self.directory, self.core, self.tls = name, binary, origin, directory, core, tls
        self.port = free_port()

    def __enter__(self):
        self.process = STARTERS[self.name](self)
        try:
            self._wait_until_it_serves()
        except BaseException:
            self.process.stop()
            raise
        return self

    def __exit__(self, *_):
        self.process.stop()
        _ports_given.discard(self.port)

    def url(self, size):
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}{PATHS[size]}"

    def _wait_until_it_serves(self):
        deadline, last = time.monotonic() + START_SECONDS, None
        while time.monotonic() < deadline:
            self.process.check_alive()
            try:
                status, body = fetch(self.port, self.tls, PATHS[SMALL])
                last = f"status {status}, {len(body)} bytes"
                if (status, len(body)) == (200, SMALL):
                    return self._check_its_work()
            except OSError as error:
                last = error
            time.sleep(0.05)
        raise BenchError(f"{self.name} did not serve within {START_SECONDS} s ({last}):\n{self.process.log_tail()}")

    def _check_its_work(self):
        """A proxy that skips the edge work, or the body, has no place in the comparison."""
        status, body = fetch(self.port, self.tls, PATHS[LARGE])
        if (status, len(body)) != (200, LARGE):
            raise BenchError(f"{self.name}: the large response is status {status}, {len(body)} bytes instead of {LARGE}")
        seen = fetch(self.port, self.tls, "/headers")[1].decode().split()
        wanted = [] if self.name == "relay" else [HOST, "https" if self.tls else "http"]
        if seen != wanted:
            raise BenchError(f"{self.name}: the origin saw X-Forwarded-For and -Proto {seen} instead of {wanted}")
        if self.tls:
            self._check_its_cipher()

    def _check_its_cipher(self):
        shown = subprocess.run(["openssl", "s_client", "-brief", "-connect", f"{HOST}:{self.port}"], text=True, input="",
                               capture_output=True, timeout=START_SECONDS,
                               env={**os.environ, "OPENSSL_CONF": str(self.directory / CLIENT_TLS_CONFIG)}).stderr
        if f"Ciphersuite: {TLS_CIPHER}" not in shown:
            raise BenchError(f"{self.name} did not agree to {TLS_CIPHER}:\n{shown}")
