"""A table of what a listener must do about frames: each row has a connection of its own, which first answers a request as it should."""

import time

import wire
from wire import ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM

SOON = 5
STILL_UP = b"stillup?"


class Seen:
    """How the server took it: `connection CODE`, `stream CODE`, `answer STATUS`, `goes on`, `closed` or `silence`."""

    def __init__(self, kind, text, more=None):
        self.kind, self.text = kind, text
        self.told = f"{kind} {more}" if more is not None else kind


def watches(client, stream):
    """What the server does about `stream`, up to its end or the connection's; without one, whether a PING comes back."""
    end, status = time.monotonic() + SOON, None
    while time.monotonic() < end:
        try:
            found = client.next(max(0.01, end - time.monotonic()))
        except TimeoutError:
            break
        if found is None:
            return Seen("closed", "the connection is closed")
        if found.kind == GOAWAY and found.code() != "NO_ERROR":
            return Seen("connection", f"GOAWAY {found.code()}", found.code())
        if found.kind == HEADERS:
            # Also those of other streams change the table of the decoder.
            fields = dict(client.decoder.decode(found.payload))
            status = int(fields.get(":status", status or 0)) if found.stream == stream else status
        if stream and found.stream == stream:
            if found.kind == RST_STREAM:
                return Seen("stream", f"RST_STREAM {found.code()}", found.code())
            if found.kind in (HEADERS, DATA) and found.flags & END_STREAM:
                return Seen("answer", str(status), status)
        if not stream and found.kind == PING and found.flags & ACK:
            return Seen("goes on", "goes on")
    return Seen("silence", "nothing")


def pings(client):
    client.sends(PING, 0, 0, STILL_UP)


def goes_on(client):
    """Whether the connection still answers."""
    pings(client)
    return watches(client, None).kind == "goes on"


def judges(seen, wanted):
    """Whether it is one of what is wanted. Closing is as good as a GOAWAY, and an error of a stream may be one of the connection.
    A generic code may stand for any other (RFC 9113, section 5.4); of INTERNAL_ERROR we would want to know."""
    errors = {each.split()[0] for each in wanted} & {"connection", "stream"}
    generic = {f"{kind} PROTOCOL_ERROR" for kind in errors}
    return seen.told in {*wanted, *generic} or seen.kind in wanted or (seen.kind == "closed" and errors)


class Table:
    """The rows, as checks of the suite."""

    def __init__(self, stage, host, cookie):
        self.stage, self.host, self.cookie, self.checks = stage, host, cookie, []

    def opened(self, **more):
        return wire.Multiplexed(self.stage, self.host, self.cookie, **more)

    def row(self, section, name, does, *wanted, opens=True, departs=None):
        """`does(client)` sends, and returns the stream that it is about, if it is about one. `departs` is what a library of ours
        does instead of what is wanted, and why nobody is harmed: then exactly that must be seen."""
        def deed():
            client = self.opened(opens=opens)
            try:
                if opens:
                    status, body, how = client.answer(client.asks())
                    assert (status, how) == (200, "end") and body.startswith(b"<!doctype"), f"the control: {status} {how}"
                try:
                    stream = does(client)
                except OSError:
                    # The listener closed in the middle of what it refuses.
                    stream = None
                seen = watches(client, stream)
                if departs:
                    expected, why = departs
                    assert seen.told == expected and not judges(seen, wanted), f"{seen.text}: no longer what this row says; mend it"
                    return f"DEPARTS from the RFC: {seen.text}; {why}"
                assert judges(seen, wanted), f"wanted {' or '.join(wanted)}; seen: {seen.text}; frames: {client.seen[-6:]}"
                if seen.kind in ("stream", "answer", "goes on"):
                    assert goes_on(client), f"{seen.text}, and then the connection does not go on"
                return seen.text
            finally:
                client.close()

        self.checks.append((f"{section}: {name}", deed))

    # What may be wanted

    def error(self, code, section, name, does, **more):
        """An error of the connection."""
        self.row(section, name, does, f"connection {code}", **more)

    def stream_error(self, code, section, name, does, *also, **more):
        """An error of the stream, or of the connection instead."""
        self.row(section, name, does, f"stream {code}", f"connection {code}", *also, **more)

    def malformed(self, section, name, fields, *also):
        """A head, raw, that makes an error of the stream, or a 400 before it (RFC 9113, section 8.1.1)."""
        self.stream_error("PROTOCOL_ERROR", section, name, head(fields), "answer 400", *also)

    def fine(self, section, name, does):
        """The connection goes on."""
        def deed(client):
            does(client)
            pings(client)

        self.row(section, name, deed, "goes on")

    def answered(self, section, name, does, status=200, **more):
        self.row(section, name, does, f"answer {status}", **more)


# What may be sent: each returns a deed.


def one(kind, flags=0, stream=0, payload=b"", length=None):
    """One frame; about the connection."""
    def deed(client):
        client.sends(kind, flags, stream, payload, length)

    return deed


def all_of(*deeds):
    """One after the other; about the stream of the last that has one."""
    def deed(client):
        streams = [each(client) for each in deeds]
        return next((stream for stream in reversed(streams) if stream), None)

    return deed


def upload(path, *frames):
    """A request with a body to come, and these frames (type, flags, payload) on its stream."""
    def deed(client):
        stream = client.asks(path, "POST", ends=False)
        for kind, flags, payload in frames:
            client.sends(kind, flags, stream, payload)
        return stream

    return deed


def opening(flags=END_HEADERS | END_STREAM, before=lambda stream: b"", after=b"", stream=None):
    """HEADERS of a fine request with something before and after its block, on a fresh stream or on this one."""
    def deed(client):
        number = stream or client.stream()
        client.sends(HEADERS, flags, number, before(number) + client.block(client.head()) + after)
        return number

    return deed


def head(fields, flags=END_HEADERS | END_STREAM):
    """HEADERS with `fields(client)`, each written as it is."""
    def deed(client):
        stream = client.stream()
        client.sends(HEADERS, flags, stream, client.block(fields(client), raw=True))
        return stream

    return deed


def connection_of(does):
    """The same, but about the connection."""
    def deed(client):
        does(client)

    return deed
