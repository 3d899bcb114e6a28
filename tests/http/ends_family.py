"""When access ends, every open stream ends with it: WebSockets with 1008, the rest by being cut, and the app misses them all."""

import asyncio
import collections
import signal
import time

from websockets.exceptions import ConnectionClosed

from h2client import Client
from websockets_family import opening

# Promised, and granted in this suite.
SECONDS, GRANTED = 1, 5
# Out of a thousand.
MIXTURE = {"websocket": 300, "events, HTTP/1.1": 200, "events, HTTP/2": 300, "upload, HTTP/1.1": 100, "upload, HTTP/2": 100}
ON_ONE_CONNECTION = 50
EVENTS = "/events?n=1&hold=1"
# What the apps count them as.
APPS_NAMES = {
    "websocket": "websocket", "events, HTTP/1.1": "/events", "events, HTTP/2": "/events", "upload, HTTP/1.1": "/swallow",
    "upload, HTTP/2": "/swallow",
}


class Crowd:
    """Open streams of one guest; `ended` holds when each ended, and how."""

    def __init__(self, stage, guest, sockets, web):
        self.stage, self.guest, self.sockets, self.web = stage, guest, sockets, web
        self.ended, self.opened, self.tasks, self.kept = [], collections.Counter(), [], []

    async def opens(self, mixture):
        room = asyncio.Semaphore(30)

        async def one(kind, deed):
            async with room:
                waits = await asyncio.wait_for(deed(), 60)
            self.opened[kind] += 1
            self.tasks.append(asyncio.create_task(self._notes(kind, waits)))

        deeds = []
        for kind, count in mixture.items():
            if kind.endswith("HTTP/2"):
                clients = [Client(self.stage, self.web, self.guest.cookie(self.web)) for _ in range(-(-count // ON_ONE_CONNECTION))]
                self.kept += clients
                await asyncio.gather(*(client.opens() for client in clients))
                how = self.events_multiplexed if kind.startswith("events") else self.upload_multiplexed
                deeds += [one(kind, lambda client=clients[number // ON_ONE_CONNECTION], how=how: how(client)) for number in range(count)]
            else:
                how = {"websocket": self.websocket, "events, HTTP/1.1": self.events_plain, "upload, HTTP/1.1": self.upload_plain}[kind]
                deeds += [one(kind, how) for _ in range(count)]
        await asyncio.gather(*deeds)
        return self

    async def _notes(self, kind, waits):
        how = await waits
        self.ended.append((time.monotonic(), kind, how))

    # Each opens one stream, and returns what resolves to how it ended.

    async def websocket(self):
        socket = await opening(self.stage, self.guest.cookie(self.sockets))
        self.kept.append(socket)
        await socket.send("hello")
        assert await socket.recv() == "hello"

        async def ends():
            try:
                return f"a message: {await socket.recv()!r}"
            except ConnectionClosed:
                return str(socket.close_code)

        return ends()

    async def plain(self, method, path, *more):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.stage.port, ssl=self.stage.tls("http/1.1"), server_hostname=self.web)
        self.kept.append(writer)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.web}:{self.stage.port}", f"Cookie: {self.guest.cookie(self.web)}", *more, "", ""]
        writer.write("\r\n".join(lines).encode())
        await writer.drain()
        return reader, writer

    async def events_plain(self):
        reader, _ = await self.plain("GET", EVENTS)
        await reader.readuntil(b"\n\n\r\n")

        async def ends():
            try:
                rest = await reader.read()
            except OSError:
                rest = b""
            return "a clean end" if rest.endswith(b"0\r\n\r\n") else "cut"

        return ends()

    async def upload_plain(self):
        reader, writer = await self.plain("POST", "/swallow", "Content-Length: 100000000")
        writer.write(bytes(1000))
        await writer.drain()

        async def ends():
            try:
                head = await reader.read()
            except OSError:
                head = b""
            return head.split(b" ")[1].decode() if head else "cut"

        return ends()

    async def events_multiplexed(self, client):
        stream = await client.asks(EVENTS)
        assert await stream.status() == 200
        await stream.read()

        async def ends():
            await stream.whole()
            return "a clean end" if stream.ended == "end" else stream.ended

        return ends()

    async def upload_multiplexed(self, client):
        stream = await client.asks("/swallow", "POST", ends=False)
        await stream.send(bytes(1000))

        async def ends():
            await stream.whole()
            return f"{stream.fields[':status']}" if stream.fields else stream.ended

        return ends()

    async def close(self):
        for task in self.tasks:
            task.cancel()
        for each in self.kept:
            if isinstance(each, asyncio.StreamWriter):
                # A good-bye would leave it open whether somebody still listens.
                each.transport.abort()
                continue
            closing = each.close()
            if closing is not None:
                try:
                    await asyncio.wait_for(closing, 5)
                except (TimeoutError, ConnectionClosed, OSError):
                    pass


def checks(stage):
    neighbour = stage.signed_in(stage.WORKSHOP, stage.SOCKETS, stage.READING)

    def tells(end, count=40, web=None, stays=None):
        """Opens the crowd, ends access by `end(guest)`, and judges. `stays` is a host where the same guest's streams go on."""
        def deed():
            guest = stage.signed_in(stage.WORKSHOP, stage.SOCKETS, *([stage.READING] if web == stage.READING else []))
            return asyncio.run(judged(stage, guest, neighbour, end, count, web or stage.WORKSHOP, stays))

        return deed

    def by_command(*words):
        return lambda guest: stage.vestibule("guest", words[0], guest.address, "--tenant", "acme.example", *words[1:])

    def at_the_app(guest):
        visitor = guest.visitor
        page = visitor.opens(f"{stage.origin(stage.WORKSHOP)}/.vestibule/sign-out")
        assert page.has("Sign out"), page.text()[:500]
        visitor.presses(page, "Sign out")

    def at_the_broker(guest):
        stage.leaves(guest.visitor)

    def new_terms(_):
        stage.write("tenants/terms.md", f"# Rules\n\nBe quiet, and be quick ({time.monotonic_ns()}).\n")
        stage.server.send_signal(signal.SIGHUP)

    return [
        ("1,000 open streams end: guest block", tells(by_command("block"), 1_000)),
        ("40 open streams end: guest sessions --end-all", tells(by_command("sessions", "--end-all"))),
        ("40 open streams end: guest unassign", tells(by_command("unassign", "--app", "Workshop"))),
        ("40 open streams end: guest delete", tells(by_command("delete"))),
        ("40 open streams end: guest reset", tells(by_command("reset"))),
        ("40 open streams end: sign-out at the app", tells(at_the_app)),
        ("40 open streams end: sign-out at the broker", tells(at_the_broker)),
        ("streams end where new terms are due, and nowhere else", tells(new_terms, web=stage.READING, stays=stage.WORKSHOP)),
    ]


async def judged(stage, guest, neighbour, end, count, web, stays):
    mixture = {kind: each * count // 1000 for kind, each in MIXTURE.items()}
    if stays:
        # The terms are those of one app; WebSockets belong to another.
        mixture.pop("websocket")
    before = stage.counts()
    crowd = await Crowd(stage, guest, stage.SOCKETS, web).opens(mixture)
    few = {kind: 1 for kind in MIXTURE}
    # The reading room's terms concern everybody there, so that the neighbour sits elsewhere.
    others = [await Crowd(stage, neighbour, stage.SOCKETS, stage.WORKSHOP).opens(few)]
    if stays:
        others.append(await Crowd(stage, guest, stage.SOCKETS, stays).opens(few))
    for name in set(APPS_NAMES.values()):
        wanted = sum(each.opened[kind] for each in (crowd, *others) for kind in MIXTURE if APPS_NAMES[kind] == name)
        wanted += before.get(f"open {name}", 0)
        stage.waits_until(lambda name=name, wanted=wanted: stage.count(f"open {name}") == wanted, f"the app has not {wanted} of {name}")
    assert sum(crowd.opened.values()) == sum(mixture.values()) and not crowd.ended, crowd.ended[:3]
    began = time.monotonic()
    await asyncio.to_thread(end, guest)
    returned = time.monotonic()
    done, _ = await asyncio.wait(crowd.tasks, timeout=GRANTED + 5)
    # Whoever should stay gets the same time to be cut by mistake.
    await asyncio.sleep(1)
    try:
        hows = collections.Counter(f"{kind}: {how}" for _, kind, how in crowd.ended)
        assert len(done) == len(crowd.tasks), f"{len(done)} of {len(crowd.tasks)} ended within {GRANTED + 5} s: {dict(hows)}"
        last = max(at for at, _, _ in crowd.ended)
        assert last - returned <= GRANTED, f"the last stream ended {last - returned:.2f} s after the end of access: {dict(hows)}"
        for _, kind, how in crowd.ended:
            wanted = how == "1008" if kind == "websocket" else how == "401" or not how.isdigit()
            assert wanted and how not in ("a clean end", "end"), f"{kind} ended by {how}: {dict(hows)}"
        for each in others:
            assert not each.ended, f"streams that should go on ended: {each.ended}"
        # The app misses them all, and nobody else.
        for name in set(APPS_NAMES.values()):
            left = sum(each.opened[kind] for each in others for kind in MIXTURE if APPS_NAMES[kind] == name) + before.get(f"open {name}", 0)
            stage.waits_until(lambda name=name, left=left: stage.count(f"open {name}") == left, f"the app still has {name} open")
        late = "" if last - returned <= SECONDS else f" (promised: {SECONDS} s)"
        return (
            f"{len(crowd.ended)} of {sum(mixture.values())} ended; the last {last - returned:.2f} s after the command returned, "
            f"{last - began:.2f} s after it began{late}\n" + ", ".join(f"{count} × {how}" for how, count in sorted(hows.items()))
        )
    finally:
        await crowd.close()
        for each in others:
            await each.close()
