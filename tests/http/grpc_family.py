"""gRPC with its own client and server: every kind of call, every status, and errors instead of pages for whoever may not come in."""

import concurrent.futures
import json
import random
import statistics
import sys
import time
from pathlib import Path

import grpc

from http_stage import HERE, HttpStage

from demo import free_port

CALLS = "calls.acme.localhost"
LARGEST = 3_000_000
SECONDS = 5
KINDS = {"Unary": "unary_unary", "Up": "stream_unary", "Both": "stream_stream"}


class Channel:
    """A client's connection, with the session cookie as metadata of each call."""

    def __init__(self, stage, cookie, **options):
        given = {"grpc.ssl_target_name_override": CALLS, "grpc.default_authority": f"{CALLS}:{stage.port}", **options}
        credentials = grpc.ssl_channel_credentials(stage.authority.read_bytes())
        self.channel = grpc.secure_channel(f"ipv4:127.0.0.1:{stage.port}", credentials, options=list(given.items()))
        self.metadata = [("cookie", cookie)] if cookie else []

    def call(self, name):
        return getattr(self.channel, KINDS.get(name, "unary_stream"))(f"/tests.Calls/{name}")

    def does(self, name, given, timeout=60, **more):
        return self.call(name)(given, metadata=self.metadata, timeout=timeout, **more)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()


def checks(plain_stage):
    stage = HttpStage(Path(plain_stage.binary))
    plain_stage.others.append(stage)
    port = free_port()
    stage.opens(("Calls", CALLS, f'upstream = "h2c://127.0.0.1:{port}"'))
    stage.start("calls", [sys.executable, str(HERE / "calls.py"), str(port)], stage.folder, lambda: stage.listens(port))

    def signed_in():
        """Into an app that has no pages: the journey ends where its address begins."""
        address, visitor = stage.guest("Calls"), stage.visitor()
        page = visitor.opens(stage.origin(CALLS) + "/")
        for _ in range(12):
            if "__Host-vestibule" in visitor.cookies.get(CALLS, {}):
                return "; ".join(f"{name}={value}" for name, value in visitor.cookies[CALLS].items()), address
            page = stage.answers(visitor, page, address)
        raise AssertionError(f"no session: {page.url} ({page.status}) {page.text()[:300]}")

    cookie, _ = signed_in()

    def told():
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            return json.loads(channel.unary_unary("/tests.Calls/Told")(b"", timeout=20))

    def unary():
        dice, carried = random.Random(), 0
        with Channel(stage, cookie) as channel:
            for number in range(500):
                sent = dice.randbytes(dice.choice([0, 1, dice.randrange(1_000), dice.randrange(100_000), *([LARGEST] if number % 100 == 0 else [])]))
                came, call = channel.call("Unary").with_call(sent, metadata=channel.metadata, timeout=30)
                assert came == sent, f"{len(sent)} bytes went, {len(came)} came"
                carried += len(sent)
            first, last = dict(call.initial_metadata()), dict(call.trailing_metadata())
            assert first["x-first"] == "early" and last["x-last"] == "late", (first, last)
            seen = json.loads(last["seen-bin"])
            assert "@mail.example" in seen["x-forwarded-email"] and "cookie" not in seen and seen.get("vestibule-assertion"), seen
        return f"500 calls, {carried / 1e6:.0f} MB each way, byte-equal; initial and trailing metadata arrive"

    def down():
        with Channel(stage, cookie) as channel:
            came = list(channel.does("Down", json.dumps({"messages": 2_000, "size": 1_000}).encode()))
            assert [int.from_bytes(each[:4], "big") for each in came] == list(range(2_000))
            late = []
            for each in channel.does("Down", json.dumps({"messages": 50, "pause": 0.02}).encode()):
                late.append((time.monotonic_ns() - int(each[4:])) / 1e6)
        assert max(late) < 250, f"a message came {max(late):.0f} ms late"
        return f"2,000 messages in order; with pauses each {statistics.median(late):.1f} ms (median), {max(late):.1f} ms (most) behind the app"

    def up():
        with Channel(stage, cookie) as channel:
            came = json.loads(channel.does("Up", iter([bytes(5_000)] * 2_000)))
        assert came == {"messages": 2_000, "bytes": 10_000_000}, came

    def both():
        """Question and answer in turn: nothing may wait for the end of either side."""
        with Channel(stage, cookie) as channel:
            answers, dice = [], random.Random()
            sent = [dice.randbytes(dice.randrange(20_000)) for _ in range(300)]

            def questions():
                for number, each in enumerate(sent):
                    while len(answers) < number:
                        time.sleep(0.0005)
                    yield each

            for each in channel.does("Both", questions()):
                answers.append(each)
        assert answers == sent
        return f"{len(sent)} times in turn, byte-equal"

    def many():
        """Fifty streams both ways at once on one connection."""
        with Channel(stage, cookie) as channel, concurrent.futures.ThreadPoolExecutor(50) as threads:
            def one(number):
                sent = [random.Random(number * 1000 + at).randbytes(2_000) for at in range(40)]
                return list(channel.does("Both", iter(sent))) == sent

            assert all(threads.map(one, range(50)))

    def packed():
        with Channel(stage, cookie) as channel:
            sent = b"again and again " * 20_000
            assert channel.does("Unary", sent, compression=grpc.Compression.Gzip) == sent

    def statuses():
        """Every code but OK, with a message before it and without: `grpc-status` comes in trailers, or in the head alone."""
        with Channel(stage, cookie) as channel:
            for message in (False, True):
                for code in range(1, 17):
                    came, details = [], f"because {code} ž 100%"
                    wanted = json.dumps({"code": code, "details": details, "message": message}).encode()
                    try:
                        for each in channel.does("Fails", wanted):
                            came.append(each)
                        raise AssertionError(f"code {code} is lost")
                    except grpc.RpcError as error:
                        assert (error.code().value[0], error.details()) == (code, details), f"{code}: {error.code()} {error.details()}"
                        assert dict(error.trailing_metadata())["x-last"] == "late"
                    assert came == ([b"before it"] if message else [])
            try:
                channel.channel.unary_unary("/tests.Calls/Nothing")(b"", metadata=channel.metadata, timeout=20)
                raise AssertionError("a method that there is not")
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
        return "16 codes, in trailers and alone"

    def nobody(given):
        def deed():
            with Channel(stage, given) as channel:
                seen = []
                for name, request in (("Unary", b"x"), ("Down", b"{}"), ("Up", iter([b"x"])), ("Both", iter([b"x"]))):
                    try:
                        came = channel.does(name, request, timeout=20)
                        seen.append(f"{name}: {list(came) if name in ('Down', 'Both') else came!r}")
                    except grpc.RpcError as error:
                        seen.append(error.code())
            assert seen == [grpc.StatusCode.UNAUTHENTICATED] * 4, seen

        return deed

    def leaves(how):
        def deed():
            before = told()
            with Channel(stage, cookie) as channel:
                held = channel.does("Holds", b"", timeout=1 if how == "deadline" else 60)
                assert next(held) == b"here"
                began = time.monotonic()
                if how == "cancel":
                    held.cancel()
                try:
                    next(held)
                except grpc.RpcError as error:
                    wanted = grpc.StatusCode.CANCELLED if how == "cancel" else grpc.StatusCode.DEADLINE_EXCEEDED
                    assert error.code() == wanted, error
                stage.waits_until(lambda: told().get("left", 0) == before.get("left", 0) + 1, "the app still waits", SECONDS)
                # The neighbour on the same connection goes on.
                assert channel.does("Unary", b"still here") == b"still here"
            return f"the app knows after {(time.monotonic() - began) * 1e3:.0f} ms"

        return deed

    def ends():
        """The end of access is one of every call, and no call ends as if all were well."""
        theirs, address = signed_in()
        with Channel(stage, theirs) as channel, Channel(stage, cookie) as other:
            held = [channel.does("Holds", b"") for _ in range(40)]
            for each in held:
                assert next(each) == b"here"
            stays = other.does("Holds", b"")
            assert next(stays) == b"here"
            stage.vestibule("guest", "block", address, "--tenant", "acme.example")
            began, codes = time.monotonic(), []
            for each in held:
                try:
                    next(each)
                    codes.append("a message")
                except StopIteration:
                    codes.append("OK")
                except grpc.RpcError as error:
                    codes.append(error.code().name)
            took = time.monotonic() - began
            assert took < SECONDS and not {"OK", "a message"} & set(codes), f"{took:.1f} s: {codes}"
            try:
                channel.does("Unary", b"x", timeout=20)
                raise AssertionError("a blocked guest calls")
            except grpc.RpcError as error:
                assert error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED), error
            assert other.does("Unary", b"still here") == b"still here" and stays.is_active()
            stays.cancel()
        return f"40 of 40 within {took:.2f} s: {', '.join(sorted(set(codes)))}"

    return [
        ("unary", unary), ("server streaming", down), ("client streaming", up), ("bidirectional, in turn", both), ("50 bidirectional at once", many),
        ("messages that the client compressed", packed), ("every status", statuses), ("not signed in: UNAUTHENTICATED", nobody("")),
        ("a cookie of nobody: UNAUTHENTICATED", nobody("__Host-vestibule=" + "A" * 43)), ("a call that is cancelled", leaves("cancel")),
        ("a call whose time is over", leaves("deadline")), ("access ends: 40 open calls", ends),
    ]
