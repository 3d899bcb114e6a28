"""Streams both ways: events as they come, bodies far larger than memory, and whoever leaves in the middle is missed at the other end."""

import asyncio
import hashlib
import json
import statistics
import struct
import time

import h2client
import wire
from socket import SO_LINGER, SOL_SOCKET

# What the product promises, and what a busy machine is granted in this suite.
EVENT_MILLISECONDS, GROWTH_MEBIBYTES, GRANTED = 50, 8, 5
MIB = 2**20
UPLOAD = 60 * MIB
BLOCK = bytes(range(256)) * 256
SOON = 5


def checks(stage):
    guest = stage.signed_in()
    cookie = guest.cookie(stage.WORKSHOP)
    size = (10 if stage.is_long else 1) * 2**30

    def plain(**more):
        return wire.Plain(stage, stage.WORKSHOP, cookie, **more)

    async def multiplexed(window=MIB):
        return await h2client.Client(stage, stage.WORKSHOP, cookie).opens(window)

    def count(name):
        return stage.count(name)

    def waits(name, more_than, seconds=SOON):
        """Milliseconds until the app's own count has grown."""
        began = time.monotonic()
        stage.waits_until(lambda: count(name) > more_than, f"the app's count of {name!r} is still {more_than}", seconds)
        return (time.monotonic() - began) * 1e3

    # Events

    def behind(lines):
        """Milliseconds between an event's start at the app and now."""
        return [(time.monotonic_ns() - int(line[6:])) / 1e6 for line in lines.decode().split("\n") if line.startswith("data: ")]

    def events_plain():
        late, first = [], []
        for _ in range(5):
            client = plain().asks("/events?n=20&every=0.02", "Accept: text/event-stream")
            head = client.until(b"\r\n\r\n")
            assert b"200" in head and b"text/event-stream" in head, head
            for number in range(20):
                chunk = client.until(b"\n\n\r\n")
                seen = behind(chunk)
                assert len(seen) == 1, f"event {number} did not come alone: {chunk!r}"
                late += seen
                first += seen if number == 0 else []
            client.close()
        return judged(late, first)

    def events_multiplexed():
        async def run():
            late, first = [], []
            client = await multiplexed()
            for _ in range(5):
                stream = await client.asks("/events?n=20&every=0.02", "GET", ("accept", "text/event-stream"))
                number = 0
                while (piece := await asyncio.wait_for(stream.read(), 10)) is not None:
                    seen = behind(piece)
                    assert len(seen) == 1, f"event {number} did not come alone: {piece!r}"
                    late += seen
                    first += seen if number == 0 else []
                    number += 1
                assert number == 20 and stream.ended == "end", f"{number} events, then {stream.ended}"
            await client.close()
            return judged(late, first)

        return asyncio.run(run())

    def judged(late, first):
        assert max(first) <= EVENT_MILLISECONDS * GRANTED, f"the first event is {max(first):.0f} ms behind the app"
        assert max(late) <= EVENT_MILLISECONDS * GRANTED, f"an event is {max(late):.0f} ms behind the app"
        return (
            f"first event {max(first):.1f} ms behind the app at most; all {len(late)}: {statistics.median(late):.1f} ms (median), "
            f"{max(late):.1f} ms (most)"
        )

    # Large bodies

    def grew(growth):
        assert growth.mebibytes <= GROWTH_MEBIBYTES * GRANTED, f"{growth.mebibytes:.1f} MiB more in memory"
        promised = "" if growth.mebibytes <= GROWTH_MEBIBYTES else f" (promised: {GROWTH_MEBIBYTES})"
        return f"resident memory grew by {growth.mebibytes:.1f} MiB at most{promised}"

    def upload_plain():
        digest, began = hashlib.sha256(BLOCK * (UPLOAD // len(BLOCK))).hexdigest(), time.monotonic()
        client = plain()
        with stage.growth() as growth:
            client.asks("/slow?rate=12000000", f"Content-Length: {UPLOAD}", method="POST")
            for _ in range(UPLOAD // len(BLOCK)):
                client.tls.settimeout(60)
                client.send(BLOCK)
            answer = client.answer(seconds=60)
        assert answer.json() == {"length": UPLOAD, "digest": digest}, answer
        return f"in {time.monotonic() - began:.1f} s; {grew(growth)}"

    def upload_multiplexed():
        async def run():
            client = await multiplexed()
            stream = await client.asks("/slow?rate=12000000", "POST", ends=False)
            for number in range(UPLOAD // len(BLOCK)):
                await stream.send(BLOCK, ends=number == UPLOAD // len(BLOCK) - 1)
            answer = await stream.whole()
            await client.close()
            return json.loads(answer)

        digest, began = hashlib.sha256(BLOCK * (UPLOAD // len(BLOCK))).hexdigest(), time.monotonic()
        with stage.growth() as growth:
            told = asyncio.run(run())
        assert told == {"length": UPLOAD, "digest": digest}, told
        return f"in {time.monotonic() - began:.1f} s; {grew(growth)}"

    def download_plain(framing):
        client, came, began = plain(), 0, time.monotonic()
        with stage.growth() as growth:
            client.asks(f"/many?n={size}{framing}")
            head = client.until(b"\r\n\r\n")
            # With chunks the framing comes on top.
            whole, buffer = b"0\r\n\r\n" if framing else b"", bytearray(MIB)
            tail, came = client.buffer[-5:], len(client.buffer)
            client.tls.settimeout(60)
            while came < size if not framing else tail != whole:
                length = client.tls.recv_into(buffer)
                assert length, f"the answer ends after {came} bytes"
                came += length
                tail = (tail + bytes(buffer[max(0, length - 5):length]))[-5:]
        assert b"200" in head and (came == size or framing and size < came < size * 1.01), f"{came} bytes: {head}"
        return f"{came / 1e9:.1f} GB in {time.monotonic() - began:.1f} s; {grew(growth)}"

    def download_multiplexed():
        async def run():
            client = await multiplexed()
            stream = await client.asks(f"/many?n={size}")
            came = 0
            while (piece := await stream.read()) is not None:
                came += len(piece)
            await client.close()
            return came, stream.ended

        began = time.monotonic()
        with stage.growth() as growth:
            came, ended = asyncio.run(run())
        assert (came, ended) == (size, "end"), f"{came} bytes, then {ended}"
        return f"{came / 1e9:.1f} GB in {time.monotonic() - began:.1f} s; {grew(growth)}"

    def held_download():
        """A client that takes nothing holds the app up. Most of what is under way lies in the buffers of four sockets."""
        client, before = plain(receive_buffer=16 * 1024), count("given")
        with stage.growth() as growth:
            client.asks(f"/many?n={200 * MIB}")
            client.until(b"\r\n\r\n")
            time.sleep(2)
            given = count("given") - before
            time.sleep(1)
            later = count("given") - before
        client.close()
        assert given == later and given < 64 * MIB, f"the app could give {given} bytes, and {later} a second later"
        return f"the app could give {given / MIB:.1f} MiB of 200; {grew(growth)}"

    def held_download_multiplexed():
        async def run():
            client = await multiplexed(window=65_535)
            before = count("given")
            held = await client.asks(f"/many?n={200 * MIB}")
            await held.status()
            await asyncio.sleep(2)
            given = count("given") - before
            # The neighbour on the same connection is not held up.
            page = await client.asks("/page")
            assert await asyncio.wait_for(page.status(), 5) == 200 and (await asyncio.wait_for(page.whole(), 5)).startswith(b"<!doctype")
            await client.close()
            return given

        with stage.growth() as growth:
            given = asyncio.run(run())
        assert given < 32 * MIB, f"the app could give {given} bytes"
        return f"the app could give {given / MIB:.1f} MiB of 200, a stream beside it is served; {grew(growth)}"

    def held_upload():
        """An app that takes 64 KB a second holds the client up."""
        client, sent, before = plain(), 0, count("taken")
        client.asks("/slow?rate=65536", f"Content-Length: {200 * MIB}", method="POST")
        with stage.growth() as growth:
            client.tls.settimeout(1.5)
            try:
                while sent < 200 * MIB:
                    client.send(BLOCK)
                    sent += len(BLOCK)
            except TimeoutError:
                pass
        taken = count("taken") - before
        client.close()
        assert sent < 64 * MIB, f"{sent} bytes could be sent, of which the app took {taken}"
        return f"{sent / MIB:.1f} MiB of 200 could be sent; {grew(growth)}"

    # Those who leave

    def leaves_plain(path, method="GET", reset=False):
        def deed():
            client, route = plain(), path.split("?")[0]
            before, ended, open_before = count(f"cut {route}"), count(f"ended {route}"), count(f"open {route}")
            if method == "POST":
                client.asks(path, f"Content-Length: {10 * MIB}", method=method).send(BLOCK)
            else:
                client.asks(path)
            if route == "/events":
                assert client.until(b"\n\n\r\n")
            stage.waits_until(lambda: count(f"open {route}") > open_before, "the app has no such request")
            if reset:
                client.tls.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            spent = waits(f"cut {route}", before)
            assert count(f"ended {route}") == ended, "the app takes what was cut off for a whole request"
            return f"the app saw it after {spent:.0f} ms"

        return deed

    def leaves_multiplexed(path, method="GET"):
        async def run():
            client, route = await multiplexed(), path.split("?")[0]
            before, ended, open_before = count(f"cut {route}"), count(f"ended {route}"), count(f"open {route}")
            other = await client.asks("/events?n=100000&every=0.05")
            stream = await client.asks(path, method, ends=method == "GET")
            if method == "POST":
                await stream.send(BLOCK[:32768])
            if route == "/events":
                await stream.read()
            await asyncio.to_thread(stage.waits_until, lambda: count(f"open {route}") > open_before, "the app has no such request")
            await stream.reset()
            spent = await asyncio.to_thread(waits, f"cut {route}", before)
            assert count(f"ended {route}") == ended, "the app takes what was cut off for a whole request"
            # The neighbour on the same connection goes on.
            for _ in range(5):
                assert await asyncio.wait_for(other.read(), 5)
            await client.close()
            return f"the app saw it after {spent:.0f} ms; the stream beside it goes on"

        return lambda: asyncio.run(run())

    def app_breaks_plain(query, whole):
        def deed():
            client = plain().asks(f"/many?n={MIB}{query}")
            answer = client.answer(seconds=20)
            assert answer.status == 200 and answer.whole == whole, f"{'whole' if answer.whole else 'cut'}: {len(answer.body)} bytes of {MIB}"
            assert whole or client.closes(), "the connection goes on after half an answer"
            return f"{'whole' if answer.whole else 'cut off'}: {len(answer.body)} bytes of {MIB}"

        return deed

    def app_breaks_multiplexed(query, whole):
        async def run():
            client = await multiplexed()
            stream = await client.asks(f"/many?n={MIB}{query}")
            body = await asyncio.wait_for(stream.whole(), 20)
            assert (stream.ended == "end") == whole, f"{len(body)} bytes of {MIB}, then {stream.ended}"
            page = await client.asks("/page")
            assert await asyncio.wait_for(page.status(), 5) == 200, "the connection does not go on"
            await client.close()
            return f"{len(body)} bytes of {MIB}, then {stream.ended}; the connection goes on"

        return lambda: asyncio.run(run())

    breaks = [
        ("a length, and it closes", "&only=300000", False), ("a length, and it resets", "&only=300000&reset=1", False),
        ("chunks, and it closes", "&only=300000&chunked=1", False), ("chunks, and it resets", "&only=300000&chunked=1&reset=1", False),
        ("no length, and it resets", "&only=300000&until-close=1&reset=1", False), ("control: no length", "&until-close=1", True),
        ("control: a length", "", True), ("control: chunks", "&chunked=1", True), ("control: chunks and trailers", "&chunked=1&trailer=1", True),
    ]
    return [
        ("SSE over HTTP/1.1: each event alone and at once", events_plain), ("SSE over HTTP/2: each event alone and at once", events_multiplexed),
        ("60 MiB up to a slow app over HTTP/1.1", upload_plain), ("60 MiB up to a slow app over HTTP/2", upload_multiplexed),
        (f"{size >> 30} GiB down over HTTP/1.1", lambda: download_plain("")),
        (f"{size >> 30} GiB down over HTTP/1.1, chunked", lambda: download_plain("&chunked=1")),
        (f"{size >> 30} GiB down over HTTP/2", download_multiplexed),
        ("a client that takes nothing holds up the app, HTTP/1.1", held_download),
        ("a client that takes nothing holds up the app, HTTP/2", held_download_multiplexed),
        ("an app that takes little holds up the client", held_upload),
        ("HTTP/1.1 client leaves a stream of events", leaves_plain("/events?n=1&hold=1")),
        ("HTTP/1.1 client resets a stream of events", leaves_plain("/events?n=1&hold=1", reset=True)),
        ("HTTP/1.1 client leaves before the answer", leaves_plain("/silent")),
        ("HTTP/1.1 client leaves in the middle of an upload", leaves_plain("/swallow", "POST")),
        ("HTTP/1.1 client resets in the middle of an upload", leaves_plain("/swallow", "POST", reset=True)),
        ("HTTP/2 client resets a stream of events", leaves_multiplexed("/events?n=1&hold=1")),
        ("HTTP/2 client resets before the answer", leaves_multiplexed("/silent")),
        ("HTTP/2 client resets an upload", leaves_multiplexed("/swallow", "POST")),
        *((f"the app breaks off ({name}), seen over HTTP/1.1", app_breaks_plain(query, whole)) for name, query, whole in breaks),
        *((f"the app breaks off ({name}), seen over HTTP/2", app_breaks_multiplexed(query, whole)) for name, query, whole in breaks),
    ]
