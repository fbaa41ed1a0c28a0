"""Client connections by the thousand, for the idle and concurrent tests: run as a process of its own by compare.py.

Speaks lines on stdin and stdout: opens its connections with one request on each, prints a JSON line, and repeats a
round of requests for each line that it reads, until stdin ends. Blocking sockets in waves: send on `window`
connections, then read from each, so that `window` requests are in flight without an event loop.
"""

import json
import socket
import ssl
import sys
import time

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 30


def client_tls():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connect(port, tls):
    connection = socket.create_connection((HOST, port), TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(connection) if tls else connection


def send_request(connection, path):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: bench.test\r\n\r\n".encode())


def read_response(connection):
    """Status and body; the servers here always send Content-Length."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, body = received.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        body += _receive(connection)
    return int(lines[0].split()[1]), body


def _receive(connection):
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("closed by the proxy in the middle of a response")
    return data


def fetch(port, tls, path):
    with connect(port, client_tls() if tls else None) as connection:
        send_request(connection, path)
        return read_response(connection)


class Crowd:
    def __init__(self, port, tls, count, window, path, expected):
        self.port, self.tls, self.count, self.window = port, client_tls() if tls else None, count, window
        self.path, self.expected = path, expected
        self.open = []

    def connect_all(self):
        failed = 0
        for _ in range(self.count):
            try:
                self.open.append(connect(self.port, self.tls))
            except OSError:
                failed += 1
        return failed

    def round(self):
        started, served, alive = time.monotonic(), 0, []
        for first in range(0, len(self.open), self.window):
            wave = self.open[first:first + self.window]
            answered = [c for c in [c for c in wave if self._sent(c)] if self._answered(c)]
            served += len(answered)
            alive += answered
        failed = len(self.open) - served
        self.open = alive  # a connection that failed once is not tried again
        return {"served": served, "failed": failed, "seconds": time.monotonic() - started}

    def _sent(self, connection):
        try:
            send_request(connection, self.path)
            return True
        except OSError:
            return False

    def _answered(self, connection):
        try:
            status, body = read_response(connection)
            return status == 200 and len(body) == self.expected
        except (OSError, ValueError):
            return False


def main():
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd(**json.loads(sys.argv[1]))
    unconnected = crowd.connect_all()
    print(json.dumps({"unconnected": unconnected, **crowd.round()}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(crowd.round()), flush=True)


if __name__ == "__main__":
    main()
