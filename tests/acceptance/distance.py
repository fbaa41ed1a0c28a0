"""A network between Sluice and a server: what one of them says, the other hears so much later."""
import queue
import socket
import threading
import time

from ports import free_port


class Distance:
    """`address` is reached by way of `.address`; `delay`: seconds, one way."""

    def __init__(self, address, delay):
        host, port = address.rsplit(":", 1)
        self.server, self.delay = (host, int(port)), delay
        self.socket = socket.create_server(("127.0.0.1", free_port()))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self._begin(self._accept)

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    @staticmethod
    def _begin(work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self):
        try:
            while True:
                near, _ = self.socket.accept()
                far = socket.create_connection(self.server)
                for each in (near, far):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, sink in ((near, far), (far, near)):
                    on_its_way = queue.SimpleQueue()
                    self._begin(self._take, source, on_its_way)
                    self._begin(self._deliver, on_its_way, sink)
        except OSError:
            pass

    def _take(self, source, on_its_way):
        try:
            while data := source.recv(1 << 16):
                on_its_way.put((time.monotonic() + self.delay, data))
        except OSError:
            pass
        on_its_way.put((time.monotonic() + self.delay, None))

    @staticmethod
    def _deliver(on_its_way, sink):
        try:
            while True:
                due, data = on_its_way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if data is None:
                    return sink.shutdown(socket.SHUT_WR)
                sink.sendall(data)
        except OSError:
            pass
