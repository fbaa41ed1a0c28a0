"""Ports that nobody else is going to take: outside the range that the kernel gives to outgoing connections."""
import itertools
import os
import socket

_candidates = itertools.cycle(range(10000, 30000))
for _ in range(os.getpid() * 97 % 20000):
    next(_candidates)


def free_port():
    for port in _candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
