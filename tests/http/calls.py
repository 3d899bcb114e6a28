#!/usr/bin/env python3
"""The app that speaks gRPC, by grpcio over HTTP/2 in the clear: calls.py PORT. Messages are bytes, so that nothing needs a schema."""

import collections
import concurrent.futures
import json
import sys
import threading
import time

import grpc

counts, guard = collections.Counter(), threading.Lock()


def count(name):
    with guard:
        counts[name] += 1


def unary(request, context):
    """The same again, with what arrived beside it."""
    told = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
    context.send_initial_metadata((("x-first", "early"),))
    context.set_trailing_metadata((("x-last", "late"), ("seen-bin", json.dumps(told).encode())))
    return request


def down(request, context):
    """As many messages as asked for, of so many bytes."""
    wanted = json.loads(request)
    for number in range(wanted["messages"]):
        if wanted.get("pause"):
            time.sleep(wanted["pause"])
        yield number.to_bytes(4, "big") + bytes(wanted.get("size", 0)) + str(time.monotonic_ns()).encode()


def up(requests, context):
    total, messages = 0, 0
    for request in requests:
        total += len(request)
        messages += 1
    return json.dumps({"messages": messages, "bytes": total}).encode()


def both(requests, context):
    for request in requests:
        yield request


def fails(request, context):
    """With the code that is asked for; after a message, if one is."""
    wanted = json.loads(request)
    if wanted.get("message"):
        yield b"before it"
    context.set_trailing_metadata((("x-last", "late"),))
    context.abort({code.value[0]: code for code in grpc.StatusCode}[wanted["code"]], wanted["details"])


def holds(request, context):
    """One message, and then nothing until the other side leaves."""
    gone = threading.Event()
    count("held")
    if not context.add_callback(gone.set):
        gone.set()
    yield b"here"
    gone.wait(120)
    count("left")


def told(request, context):
    with guard:
        return json.dumps(counts).encode()


def handler():
    return grpc.method_handlers_generic_handler("tests.Calls", {
        "Unary": grpc.unary_unary_rpc_method_handler(unary), "Down": grpc.unary_stream_rpc_method_handler(down),
        "Up": grpc.stream_unary_rpc_method_handler(up), "Both": grpc.stream_stream_rpc_method_handler(both),
        "Fails": grpc.unary_stream_rpc_method_handler(fails), "Holds": grpc.unary_stream_rpc_method_handler(holds),
        "Told": grpc.unary_unary_rpc_method_handler(told),
    })


def main(port):
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(128), options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((handler(),))
    assert server.add_insecure_port(f"127.0.0.1:{port}") == int(port)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1])
