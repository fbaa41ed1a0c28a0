"""A real gRPC server and client (grpcio) without generated code: messages are bytes."""
import threading
from concurrent import futures

import grpc

SERVICE = "test.Echo"


def unary(request, context):
    if request == b"fail":
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "as asked")
    if request == b"slow":
        threading.Event().wait(context.time_remaining() + 1)
    context.set_trailing_metadata([("x-trailer", "kept")])
    return request + dict(context.invocation_metadata()).get("x-suffix", "").encode()


def server_stream(request, _):
    for i in range(int(request)):
        yield b"part %d" % i


def client_stream(requests, _):
    return b",".join(requests)


def both_ways(requests, _):
    for request in requests:
        yield b"re: " + request


class GrpcServer:
    def __init__(self):
        handlers = {
            "Unary": grpc.unary_unary_rpc_method_handler(unary),
            "ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
            "ClientStream": grpc.stream_unary_rpc_method_handler(client_stream),
            "BothWays": grpc.stream_stream_rpc_method_handler(both_ways),
        }
        self.server = grpc.server(futures.ThreadPoolExecutor(8))
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])
        self.port = self.server.add_insecure_port("127.0.0.1:0")
        self.address = f"127.0.0.1:{self.port}"
        self.server.start()

    def stop(self):
        self.server.stop(0)


class GrpcClient:
    def __init__(self, port, authority=None):
        target = f"localhost:{port}" if authority else f"127.0.0.1:{port}"
        self.channel = (grpc.secure_channel(target, grpc.ssl_channel_credentials(authority.root.cert.read_bytes())) if authority
                        else grpc.insecure_channel(target))
        self.unary = self.channel.unary_unary(f"/{SERVICE}/Unary")
        self.server_stream = self.channel.unary_stream(f"/{SERVICE}/ServerStream")
        self.client_stream = self.channel.stream_unary(f"/{SERVICE}/ClientStream")
        self.both_ways = self.channel.stream_stream(f"/{SERVICE}/BothWays")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()
