"""WebSocket conversations with other people's clients, byte for byte: PyPI `websockets`, npm `ws`, Chromium, and over HTTP/2."""

import asyncio
import json
import random
import subprocess
import time
from pathlib import Path

import wsproto.connection
import wsproto.events
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

import browser
from h2client import Client

HERE = Path(__file__).resolve().parent
AT_ONCE = 40
LARGEST = 200_000
LETTERS = "abc ÄÖß žluťoučký 中文 🦀\n"


def message(dice):
    """Text or bytes; most are small, some are 0 bytes, some 200 KB."""
    length = dice.choice([0, 1, dice.randrange(126), dice.choice([125, 126, 65535, 65536]), dice.randrange(5_000), dice.randrange(LARGEST)])
    if dice.random() < 0.5:
        return dice.randbytes(length)
    text = "".join(dice.choices(LETTERS, k=min(length, 3_000)))
    return text * max(1, length // max(1, 2 * len(text)))


def pieces(dice, whole):
    """The message, in fragments now and then."""
    if len(whole) < 2 or dice.random() < 0.6:
        return whole
    cuts = sorted(dice.sample(range(1, len(whole)), min(len(whole) - 1, dice.randrange(1, 5))))
    return [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)])]


def address(stage):
    return f"wss://{stage.SOCKETS}:{stage.port}/echo"


def opening(stage, cookie, **more):
    """How a page of the app opens one."""
    return connect(
        address(stage), host="127.0.0.1", ssl=stage.tls(), proxy=None, max_size=2**24, ping_interval=None, open_timeout=30,
        origin=stage.origin(stage.SOCKETS), additional_headers={"Cookie": cookie} if cookie else {}, **more,
    )


async def converses(stage, cookie, seed):
    """One conversation; how many bytes went each way."""
    dice, carried = random.Random(seed), 0
    compression = dice.choice([None, "deflate"])
    async with opening(stage, cookie, compression=compression) as socket:
        for _ in range(dice.randrange(1, 7)):
            whole = message(dice)
            if dice.random() < 0.3:
                await asyncio.wait_for(await socket.ping(dice.randbytes(dice.randrange(126))), 20)
            await socket.send(pieces(dice, whole))
            came = await asyncio.wait_for(socket.recv(), 20)
            assert came == whole and type(came) is type(whole), f"seed {seed}: {len(whole)} {type(whole)} went, {len(came)} {type(came)} came"
            carried += len(whole)
        code, reason = dice.choice([1000, 1001, 1003, 3000, 4999]), dice.choice(["", "enough", "čau"])
        if dice.random() < 0.5:
            await socket.close(code, reason)
            assert socket.close_code == code, f"seed {seed}: closed with {code}, but {socket.close_code} came back"
        else:
            await socket.send(f"close {code} {reason}")
            await asyncio.wait_for(socket.wait_closed(), 20)
            assert (socket.close_code, socket.close_reason) == (code, reason), f"seed {seed}: {socket.close_code} {socket.close_reason}"
    return carried


async def all_of(count, deed):
    """`deed(seed)` so many times, some at once; the seeds begin anew each run and are told when something fails."""
    start, room, began = random.randrange(1 << 30), asyncio.Semaphore(AT_ONCE), time.monotonic()

    async def one(seed):
        async with room:
            return await deed(seed)

    carried = await asyncio.gather(*(one(start + number) for number in range(count)))
    return f"{count} conversations, {sum(carried) / 1e6:.0f} MB each way in {time.monotonic() - began:.1f} s, byte-equal; first seed {start}"


def checks(stage):
    guest = stage.signed_in(stage.SOCKETS)
    cookie = guest.cookie(stage.SOCKETS)

    def python():
        return asyncio.run(all_of(10_000 if stage.is_long else 1_000, lambda seed: converses(stage, cookie, seed)))

    def node():
        count = 1_000 if stage.is_long else 100
        origin = stage.origin(stage.SOCKETS)
        words = [stage.node, str(HERE / "peers" / "ws.mjs"), str(stage.modules), address(stage), origin, cookie, str(count)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=900, env=stage.environment())
        assert done.returncode == 0, done.stdout + done.stderr
        told = json.loads(done.stdout)
        assert told["conversations"] == count, told
        return f"ws {told['version']}: {count} conversations, {told['bytes'] / 1e6:.0f} MB each way, byte-equal"

    def chromium():
        with browser.opens(stage, stage.SOCKETS, guest) as page:
            page.goto(stage.origin(stage.SOCKETS) + "/page")
            told = page.evaluate((HERE / "peers" / "in_browser.js").read_text())
        assert told["wrong"] == 0 and told["conversations"] == 20 and told["codes"] == [1000, 3000, 4001], told
        return f"{told['conversations']} conversations, {told['bytes'] / 1e6:.1f} MB each way, byte-equal"

    def not_for_others():
        """Whoever is not signed in, or comes from another origin, opens nothing."""
        async def refused(cookie, origin):
            try:
                async with connect(
                    address(stage), host="127.0.0.1", ssl=stage.tls(), proxy=None, origin=origin,
                    additional_headers={"Cookie": cookie} if cookie else {},
                ):
                    return 101
            except InvalidStatus as error:
                return error.response.status_code

        own = stage.origin(stage.SOCKETS)
        before = stage.count("began websocket")
        seen = {
            "nobody": asyncio.run(refused("", own)), "somebody else's page": asyncio.run(refused(cookie, "https://evil.example")),
            "no origin": asyncio.run(refused(cookie, None)),
        }
        assert seen == {"nobody": 401, "somebody else's page": 403, "no origin": 403}, seen
        assert stage.count("began websocket") == before
        assert asyncio.run(refused(cookie, own)) == 101, "the control"
        return str(seen)

    def over_http2():
        return asyncio.run(by_extended_connect(stage, cookie))

    return [
        ("PyPI websockets: random conversations over HTTP/1.1", python), ("npm ws: random conversations over HTTP/1.1", node),
        ("Chromium: conversations from a page of the app", chromium), ("D10: only who is signed in, from the app's own pages", not_for_others),
        ("RFC 8441 over HTTP/2 (PyPI h2 and wsproto), if SETTINGS offers it", over_http2),
    ]


async def by_extended_connect(stage, cookie):
    client = await Client(stage, stage.SOCKETS, cookie).opens()
    try:
        fields = [
            (":protocol", "websocket"), ("sec-websocket-version", "13"), ("origin", stage.origin(stage.SOCKETS)),
        ]
        if not client.offers_websockets:
            # Clients may not even ask (section 3); one that does all the same must get no tunnel, and not harm the others.
            stream = await client.asks("/echo", "CONNECT", *fields, ends=False)
            status = await asyncio.wait_for(stream.status(), 10)
            assert status is None or status >= 400, f"no SETTINGS_ENABLE_CONNECT_PROTOCOL, but CONNECT is answered {status}"
            await client.close()
            client = await Client(stage, stage.SOCKETS, cookie).opens()
            page = await client.asks("/page")
            assert await page.status() == 200
            return f"NOT OFFERED: SETTINGS has no ENABLE_CONNECT_PROTOCOL; an extended CONNECT is refused ({status or stream.ended})"
        return await all_of(1_000 if stage.is_long else 100, lambda seed: on_a_stream(client, fields, seed))
    finally:
        await client.close()


async def on_a_stream(client, fields, seed):
    """One conversation on a stream of a connection that all share."""
    dice, carried = random.Random(seed), 0
    stream = await client.asks("/echo", "CONNECT", *fields, ends=False)
    status = await asyncio.wait_for(stream.status(), 20)
    assert status == 200, f"seed {seed}: extended CONNECT is answered {status}, {stream.ended}"
    frames = wsproto.connection.Connection(wsproto.connection.ConnectionType.CLIENT)

    async def hears(wanted):
        parts = []
        while True:
            for event in frames.events():
                if isinstance(event, wsproto.events.Message):
                    parts.append(event.data)
                    if event.message_finished and wanted is wsproto.events.Message:
                        return ("" if isinstance(event.data, str) else b"").join(parts)
                elif isinstance(event, wanted):
                    return event
            piece = await asyncio.wait_for(stream.read(), 20)
            assert piece is not None, f"seed {seed}: the stream ended ({stream.ended})"
            frames.receive_data(bytes(piece))

    for _ in range(dice.randrange(1, 7)):
        whole = message(dice)
        cut = pieces(dice, whole)
        kind = wsproto.events.TextMessage if isinstance(whole, str) else wsproto.events.BytesMessage
        parts = cut if isinstance(cut, list) else [cut]
        sending = asyncio.create_task(
            stream.send(b"".join(frames.send(kind(data=part, message_finished=at == len(parts))) for at, part in enumerate(parts, 1)))
        )
        came = await hears(wsproto.events.Message)
        await sending
        assert came == whole, f"seed {seed}: {len(whole)} went, {len(came)} came"
        carried += len(whole)
    code = dice.choice([1000, 3000, 4999])
    await stream.send(frames.send(wsproto.events.CloseConnection(code=code, reason="enough")))
    closed = await hears(wsproto.events.CloseConnection)
    assert closed.code == code, f"seed {seed}: {closed}"
    await stream.reset()
    return carried
