"""An app at two places: what its guests break is no fault of either, and one that is really gone takes nobody's request with it."""

import asyncio
import ssl
import struct
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET

import h2client
import wire
from http_stage import HttpStage

from demo import free_port

PAIR = "pair.acme.localhost"
# More than the failures in a row after which a target is left out, on each thread.
OFTEN = 12
OUT_SECONDS = 2


def checks(plain_stage):
    stage = HttpStage(Path(plain_stage.binary))
    plain_stage.others.append(stage)
    ports = [free_port(), free_port()]
    stage.opens(("Pair", PAIR, "upstreams = [" + ", ".join(f'"http://127.0.0.1:{port}"' for port in ports)
                 + f']\n\n[applications.forwarding.failures]\nout_for = "{OUT_SECONDS}s"'))
    targets = [stage.starts_app(f"target-{port}", port) for port in ports]
    guest, rude = stage.signed_in(PAIR), stage.signed_in(PAIR)

    def shares():
        """How many of 40 requests, each on a connection of its own, went to which target."""
        before = [stage.told("/.counts", port).get("ended /page", 0) for port in ports]
        for _ in range(40):
            client = wire.Plain(stage, PAIR, guest.cookie(PAIR))
            answer = client.asks("/page", "Connection: close").answer()
            assert answer is not None and answer.status == 200, answer
            client.close()
        return [stage.told("/.counts", port).get("ended /page", 0) - count for port, count in zip(ports, before)]

    def judged():
        both = shares()
        assert sum(both) == 40 and min(both) >= 10, f"of 40 requests {both} went to the two"
        return f"of 40 requests {both[0]} and {both[1]} went to the two"

    def breaks(how):
        def deed():
            # Whatever a check before this one did is over.
            stage.waits_until(lambda: min(shares()) >= 10, "one of the two is not asked", 3 * OUT_SECONDS)
            for _ in range(OFTEN):
                how()
            return judged()

        return deed

    def nonsense():
        """A body that breaks the rules of chunks."""
        client = wire.Plain(stage, PAIR, rude.cookie(PAIR))
        client.asks("/slow", "Transfer-Encoding: chunked", method="POST", body=b"5\r\nhello\r\n")
        client.send(b"nonsense\r\n")
        client.all()
        client.close()

    def leaves(reset):
        def deed():
            client = wire.Plain(stage, PAIR, rude.cookie(PAIR))
            client.asks("/slow", "Content-Length: 100000", method="POST", body=b"hello")
            stage.waits_until(lambda: sum(stage.told("/.counts", port).get("open /slow", 0) for port in ports), "no app has the request")
            if reset:
                client.tls.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            stage.waits_until(lambda: not sum(stage.told("/.counts", port).get("open /slow", 0) for port in ports), "an app still waits")

        return deed

    def resets():
        async def run():
            client = await h2client.Client(stage, PAIR, rude.cookie(PAIR)).opens()
            stream = await client.asks("/slow", "POST", ends=False)
            await stream.send(b"hello")
            await asyncio.sleep(0.05)
            await stream.reset()
            await client.close()

        asyncio.run(run())

    def too_short():
        """HTTP/2: less than `content-length` says."""
        client = wire.Multiplexed(stage, PAIR, rude.cookie(PAIR))
        stream = client.asks("/slow", "POST", ("content-length", "100"), ends=False)
        client.sends(wire.DATA, wire.END_STREAM, stream, b"hello")
        try:
            client.answer(stream, 5)
        except (TimeoutError, ssl.SSLError):
            pass
        client.close()

    def one_is_gone():
        targets[0].kill()
        targets[0].wait()
        both = 0, 0
        for _ in range(3):
            before = stage.told("/.counts", ports[1]).get("ended /page", 0)
            for _ in range(20):
                client = wire.Plain(stage, PAIR, guest.cookie(PAIR))
                answer = client.asks("/page").answer()
                assert answer is not None and answer.status == 200, f"a request is lost with the target: {answer}"
                client.close()
            both = both[0], both[1] + stage.told("/.counts", ports[1]).get("ended /page", 0) - before
        assert both[1] == 60, both
        return "60 of 60 requests are answered by the other"

    return [
        ("control: both are asked", judged), ("F1: bodies against the rules put no target out", breaks(nonsense)),
        ("uploads that are left put no target out", breaks(leaves(False))), ("uploads that are reset put no target out", breaks(leaves(True))),
        ("streams that are reset put no target out", breaks(resets)), ("bodies shorter than they say put no target out", breaks(too_short)),
        ("a target that is gone", one_is_gone),
    ]
