"""A real nginx as an upstream."""
import os
import socket
import subprocess
from pathlib import Path

from client import PATIENCE, wait_until
from ports import free_port


class Nginx:
    """An nginx with a directory, a port and an access log of its own."""

    CONFIG = """
daemon off; master_process off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/error.log;
events {{ worker_connections 1024; }}
http {{
  log_format plain '$request_method $request_uri $status';
  access_log {directory}/access.log plain;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    add_header X-Version {version} always;
    location / {{ return 200 "{version}\\n"; }}
  }}
}}
"""

    def __init__(self, directory, version="blue"):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        config = self.directory / "nginx.conf"
        config.write_text(self.CONFIG.format(directory=self.directory, port=self.port, version=version))
        self.config_file = config
        self._start()

    def _start(self):
        environment = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.process = subprocess.Popen(
            ["nginx", "-p", str(self.directory), "-e", str(self.directory / "error.log"), "-c", str(self.config_file)],
            env=environment)
        wait_until(self._answers, f"nginx on {self.address}")

    def _answers(self):
        assert self.process.poll() is None, (self.directory / "error.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        """The requests that nginx served, as (method, target)."""
        lines = (self.directory / "access.log").read_text().splitlines()
        return [tuple(line.split(" ")[:2]) for line in lines]

    def restart(self):
        self.stop()
        self._start()

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
