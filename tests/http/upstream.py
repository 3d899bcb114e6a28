#!/usr/bin/env python3
"""The apps behind the proxy, each on a port of its own: upstream.py HTTP-PORT [WEBSOCKET-PORT].

What happened to requests is kept, and told to whoever asks without the proxy: `/.counts` and `/.ledger`.
"""

import asyncio
import collections
import gzip
import hashlib
import json
import socket
import struct
import sys
import time
import urllib.parse

from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed

PAGE = b"<!doctype html><html lang=en><title>Workshop</title><h1>The same page for everybody</h1>\n"
BLOCK = bytes(range(256)) * 256
# Headers of requests that are kept; older ones go.
KEPT = 20_000

counts = collections.Counter()
ledger = collections.deque(maxlen=KEPT)
connections = 0


class Gone(Exception):
    """The other side left in the middle."""


class Request:
    """One request: its head, and its body as it comes."""

    def __init__(self, conversation, method, target, version, fields):
        self.conversation, self.reader, self.writer = conversation, conversation.reader, conversation.writer
        self.method, self.target, self.version, self.fields = method, target, version, fields
        parts = urllib.parse.urlsplit(target)
        self.path, self.query = parts.path, dict(urllib.parse.parse_qsl(parts.query))
        self.closes = (self.field("connection") or "").lower() == "close" or version == "HTTP/1.0"

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name), None)

    def number(self, name, otherwise=0):
        return float(self.query.get(name, otherwise))

    async def body(self, piece=64 * 1024):
        """Pieces of the body; `Gone` if it is cut off."""
        try:
            if (self.field("transfer-encoding") or "").lower() == "chunked":
                while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
                    while size:
                        part = await self.reader.read(min(size, piece))
                        if not part:
                            raise Gone
                        size -= len(part)
                        yield part
                    await self.reader.readexactly(2)
                while await self.reader.readuntil(b"\r\n") != b"\r\n":
                    counts["trailers"] += 1
                return
            left = int(self.field("content-length") or 0)
            while left:
                part = await self.reader.read(min(left, piece))
                if not part:
                    raise Gone
                left -= len(part)
                yield part
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Gone from error

    async def whole(self):
        return b"".join([piece async for piece in self.body()])

    async def send(self, data):
        self.writer.write(data)
        try:
            await self.writer.drain()
        except ConnectionError as error:
            raise Gone from error

    async def head(self, status=200, *fields):
        lines = [f"HTTP/1.1 {status} Fine", *(f"{name}: {value}" for name, value in fields)]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def answers(self, body, kind="text/plain", status=200, *fields):
        await self.head(status, ("Content-Type", kind), ("Content-Length", len(body)), *fields)
        if self.method != "HEAD":
            await self.send(body)

    async def chunk(self, data):
        await self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    async def waits(self, seconds):
        """Waits, and notices if the other side leaves meanwhile: nothing may come before the answer ends."""
        try:
            if not await asyncio.wait_for(self.reader.read(1), seconds):
                raise Gone
        except TimeoutError:
            return
        except ConnectionError as error:
            raise Gone from error


async def page(request):
    await request.answers(PAGE, "text/html; charset=utf-8")


async def says(request):
    """What arrived."""
    body = await request.whole()
    told = {
        "method": request.method, "target": request.target, "fields": request.fields, "length": len(body),
        "digest": hashlib.sha256(body).hexdigest(), "connection": request.conversation.number,
    }
    await request.answers(json.dumps(told).encode(), "application/json")


async def echo(request):
    await request.head(200, ("Content-Type", "application/octet-stream"), ("Transfer-Encoding", "chunked"))
    async for piece in request.body():
        await request.chunk(piece)
    await request.send(b"0\r\n\r\n")


async def slow(request):
    """Takes `rate` bytes a second, and tells what came."""
    rate, digest, length, began = request.number("rate", 1e9), hashlib.sha256(), 0, time.monotonic()
    async for piece in request.body(16 * 1024):
        digest.update(piece)
        length += len(piece)
        counts["taken"] += len(piece)
        ahead = length / rate - (time.monotonic() - began)
        if ahead > 0:
            await asyncio.sleep(ahead)
    await request.answers(json.dumps({"length": length, "digest": digest.hexdigest()}).encode(), "application/json")


async def many(request):
    """`n` bytes, chunked if it is asked for, of which only `only` come before the connection breaks."""
    length, chunked = int(request.number("n")), "chunked" in request.query
    framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", length)
    if "until-close" in request.query:
        await request.head(200, ("Content-Type", "application/octet-stream"), ("Connection", "close"))
        request.closes = True
    else:
        await request.head(200, ("Content-Type", "application/octet-stream"), framing)
    left = int(request.number("only", length))
    breaks = left < length
    while left and request.method != "HEAD":
        piece = BLOCK[:min(left, len(BLOCK))]
        await (request.chunk(piece) if chunked else request.send(piece))
        counts["given"] += len(piece)
        left -= len(piece)
    if breaks:
        if "reset" in request.query:
            # What was sent may still lie in the socket; a reset, which closing without lingering is, throws it away.
            await asyncio.sleep(0.2)
            request.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.writer.transport.abort()
        raise Gone
    if chunked:
        await request.send(b"0\r\n" + ("X-After: said\r\n" if "trailer" in request.query else "").encode() + b"\r\n")


async def events(request):
    """`n` events, `every` so many seconds, each with the time on the clock that all processes share."""
    await request.head(200, ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("Transfer-Encoding", "chunked"))
    for number in range(int(request.number("n", 1))):
        if number:
            await request.waits(request.number("every", 0.05))
        await request.chunk(f"id: {number}\ndata: {time.monotonic_ns()}\n\n".encode())
    if "hold" in request.query:
        while True:
            await request.waits(60)
    await request.send(b"0\r\n\r\n")


async def swallow(request):
    """Takes a body without end."""
    async for piece in request.body():
        counts["taken"] += len(piece)
    await request.answers(b"all of it")


async def silent(request):
    """Never answers; `/.counts` tells when the other side left."""
    await request.waits(600)


async def early(request):
    """Answers before the body has come, and closes."""
    await request.answers(b"too much\n", "text/plain", 413, ("Connection", "close"))
    request.closes = True


async def empty(request):
    await request.head(int(request.path[1:]), ("ETag", '"one"'))


async def packed(request):
    """Compressed by the app; nobody on the way may touch it."""
    await request.answers(gzip.compress(PAGE * 50, mtime=0), "text/html", 200, ("Content-Encoding", "gzip"), ("ETag", '"packed"'))


async def interim(request):
    for _ in range(int(request.number("n", 1))):
        await request.head(103, ("Link", "</style.css>; rel=preload"))
    await request.answers(b"after it")


ROUTES = {
    "/page": page, "/": page, "/says": says, "/echo": echo, "/slow": slow, "/many": many, "/events": events, "/swallow": swallow,
    "/silent": silent, "/early": early, "/204": empty, "/304": empty, "/interim": interim,
    "/packed": packed,
}


class Conversation:
    """One connection: requests one after the other."""

    def __init__(self, reader, writer):
        global connections
        connections += 1
        self.reader, self.writer, self.number = reader, writer, connections

    async def read(self):
        """The next request; None at the end."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        method, target, version = first.split(" ")
        return Request(self, method, target, version, [[part.strip() for part in line.split(":", 1)] for line in lines])

    async def goes_on(self):
        while (request := await self.read()) is not None:
            if request.path in ("/.counts", "/.ledger"):
                word = request.query.get("word", "")
                told = dict(counts) if request.path == "/.counts" else [each for each in ledger if word in each["target"]]
                await request.answers(json.dumps(told).encode(), "application/json")
                continue
            ledger.append({"method": request.method, "target": request.target, "fields": request.fields})
            route = request.path
            counts[f"began {route}"] += 1
            counts[f"open {route}"] += 1
            try:
                await ROUTES.get(route, says)(request)
                counts[f"ended {route}"] += 1
            except Gone:
                counts[f"cut {route}"] += 1
                return
            finally:
                counts[f"open {route}"] -= 1
            if request.closes:
                return


async def converses(reader, writer):
    counts["connections"] += 1
    try:
        await Conversation(reader, writer).goes_on()
    except Exception as error:  # a message that nobody may ever send us
        counts["nonsense"] += 1
        print(f"{error!r}", file=sys.stderr, flush=True)
    finally:
        writer.close()


def page_of_sockets(connection, request):
    """Browsers begin on a page of the same origin."""
    if request.path == "/page":
        answer = connection.respond(200, PAGE.decode())
        del answer.headers["Content-Type"]
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
        return answer
    return None


async def websocket(connection):
    """Echoes each message fragment by fragment; a message `close CODE REASON` makes this side close."""
    counts["began websocket"] += 1
    counts["open websocket"] += 1
    try:
        while True:
            pieces = [piece async for piece in connection.recv_streaming()]
            if isinstance(pieces[0], str) and pieces[0].startswith("close "):
                _, code, reason = pieces[0].split(" ", 2)
                await connection.close(int(code), reason)
                break
            if len(pieces) == 1:
                await connection.send(pieces[0])
            else:
                await connection.send(pieces)
    except ConnectionClosed:
        pass
    finally:
        counts["open websocket"] -= 1
        counts[f"websocket closed {connection.close_code}"] += 1


async def main(http_port, websocket_port=None):
    server = await asyncio.start_server(converses, "127.0.0.1", http_port, limit=256 * 1024, backlog=2048)
    async with server:
        if websocket_port is not None:
            await serve_websockets(
                websocket, "127.0.0.1", websocket_port, max_size=2**24, ping_interval=None, backlog=2048, process_request=page_of_sockets
            )
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
