"""What RFC 9113 and RFC 7541 ask of a server, section by section, frame by frame."""

import subprocess

import http2_requests
import wire
from http2_table import Table, all_of, connection_of, one, opening, pings, upload
from wire import (
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PREFACE, PRIORITIZED, PRIORITY, PUSH_PROMISE,
    RST_STREAM, SETTINGS, WINDOW_UPDATE, integer, literal, number, settings,
)

WHOLE = END_HEADERS | END_STREAM
LARGEST_WINDOW = 2**31 - 1


def checks(stage):
    guest = stage.signed_in()
    table = Table(stage, stage.WORKSHOP, guest.cookie(stage.WORKSHOP))
    for rows in (preface, frames, blocks, states, priorities, data_and_headers, small_frames, windows, continuations, compression):
        rows(table)
    http2_requests.rows(table)
    table.checks.append(("K2: settings as row K2 demands", lambda: promises(table)))
    if stage.h2spec:
        table.checks.append(("h2spec", lambda: by_the_tool(stage)))
    return table.checks


def preface(table):
    """3.4"""
    more = {"opens": False}
    table.error("PROTOCOL_ERROR", "3.4", "another preface", lambda client: client.send(b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n") and None, **more)
    spoiled = PREFACE[:-1] + b"x" + wire.frame(SETTINGS, 0, 0)
    table.error("PROTOCOL_ERROR", "3.4", "a preface of which a byte is wrong", lambda client: client.send(spoiled) and None, **more)
    table.error(
        "PROTOCOL_ERROR", "3.4", "no SETTINGS after the preface", lambda client: client.send(PREFACE + wire.frame(PING, 0, 0, bytes(8))) and None,
        departs=("goes on", "the crate h2 takes any first frame, and keeps the defaults until SETTINGS come"), **more,
    )

    def byte_by_byte(client):
        for byte in PREFACE + wire.frame(SETTINGS, 0, 0) + wire.frame(PING, 0, 0, bytes(8)):
            client.send(bytes([byte]))

    def at_once(client):
        client.send(PREFACE + wire.frame(SETTINGS, 0, 0) + wire.frame(HEADERS, WHOLE, 1, client.block(client.head())))
        return 1

    table.row("3.4", "the preface byte by byte", byte_by_byte, "goes on", **more)
    table.answered("3.4", "a request in the same write as the preface", at_once, **more)


def frames(table):
    """4.1, 4.2 and 5.5"""
    table.fine("4.1", "a frame of an unknown type", one(0xAB, 0, 0, b"unknown"))
    table.fine("4.1", "an unknown type on a stream", one(0xAB, 0xFF, 7, b"unknown"))
    table.fine("4.1", "unknown flags", one(PING, 0xFE, 0, bytes(8)))

    def reserved_bit(client):
        client.sends(HEADERS, WHOLE, 3 | 0x80000000, client.block(client.head()))
        return 3

    table.answered("4.1", "the reserved bit of a stream id", reserved_bit)
    table.answered("4.2", "DATA of 16,384 bytes", upload("/says", (DATA, END_STREAM, bytes(16_384))))
    table.stream_error("FRAME_SIZE_ERROR", "4.2", "DATA longer than SETTINGS_MAX_FRAME_SIZE", upload("/says", (DATA, END_STREAM, bytes(16_385))))
    table.error("FRAME_SIZE_ERROR", "4.2", "HEADERS longer than SETTINGS_MAX_FRAME_SIZE", connection_of(opening(after=bytes(16_385))))
    table.error("FRAME_SIZE_ERROR", "4.2", "a frame that says 2^24 - 1 bytes", one(DATA, 0, 1, length=2**24 - 1))
    table.fine("5.5", "unknown settings", one(SETTINGS, 0, 0, settings((0xFF, 1), (0xABCD, 2))))
    table.fine("5.5", "an unknown frame on an idle stream", one(0x16, 0, 1001, bytes(100)))


def cut_block(kind, flags, stream, payload):
    """A head whose block is not over, and something in between; `stream` is the distance from its own, None for 0."""
    def deed(client):
        own, block = client.stream(), client.block(client.head())
        client.sends(HEADERS, END_STREAM, own, block[:4])
        client.sends(kind, flags, 0 if stream is None else own + stream, payload)
        client.sends(CONTINUATION, END_HEADERS, own, block[4:])

    return deed


def blocks(table):
    """4.3"""
    table.error("COMPRESSION_ERROR", "4.3", "a block that cannot be decoded", one(HEADERS, WHOLE, 3, b"\x7f\xff\xff\xff\xff\xff\xff"))
    table.error("COMPRESSION_ERROR", "4.3", "a block that ends in the middle of a field", connection_of(opening(after=b"\x00\x05abc")))
    for name, kind, flags, stream, payload in (
        ("PRIORITY", PRIORITY, 0, 0, bytes(5)), ("DATA", DATA, 0, 0, b"x"), ("PING", PING, 0, None, bytes(8)), ("SETTINGS", SETTINGS, 0, None, b""),
        ("an unknown frame", 0xAB, 0, 0, b""), ("WINDOW_UPDATE", WINDOW_UPDATE, 0, 0, number(1)),
        ("HEADERS of another stream", HEADERS, WHOLE, 2, b"\x82"),
        ("CONTINUATION of another stream", CONTINUATION, END_HEADERS, 2, b"\x82"),
    ):
        table.error("PROTOCOL_ERROR", "4.3", f"{name} in the middle of a block", cut_block(kind, flags, stream, payload))


def half_closed(kind, flags, payload):
    """A frame on a stream whose request is over, and whose answer goes on."""
    def deed(client):
        stream = client.asks("/events?n=1&hold=1")
        client.until(lambda each: each.kind == HEADERS and each.stream == stream)
        client.sends(kind, flags, stream, payload(client))
        return stream

    return deed


def after_reset(kind, flags, payload):
    def deed(client):
        stream = client.asks("/silent", "POST", ends=False)
        client.sends(RST_STREAM, 0, stream, number(8))
        client.sends(kind, flags, stream, payload(client))
        return stream

    return deed


def after_end(kind, flags, payload):
    def deed(client):
        stream = client.asks()
        client.answer(stream)
        client.sends(kind, flags, stream, payload(client))
        return stream

    return deed


def states(table):
    """5.1"""
    for name, kind, flags, payload in (
        ("DATA", DATA, 0, b"x"), ("RST_STREAM", RST_STREAM, 0, number(8)), ("WINDOW_UPDATE", WINDOW_UPDATE, 0, number(1)),
        ("CONTINUATION", CONTINUATION, END_HEADERS, b""),
    ):
        table.error("PROTOCOL_ERROR", "5.1", f"idle: {name}", one(kind, flags, 101, payload))
    table.fine("5.1", "idle: PRIORITY", one(PRIORITY, 0, 101, bytes(5)))

    a_field, a_byte = lambda client: client.block([("a", "b")]), lambda client: b"x"  # noqa: E731
    closed = "STREAM_CLOSED"
    for name, deed in (("half-closed (remote)", half_closed), ("closed by RST_STREAM", after_reset), ("closed by its end", after_end)):
        table.stream_error(closed, "5.1", f"{name}: DATA", deed(DATA, 0, a_byte))
        table.stream_error(closed, "5.1", f"{name}: HEADERS", deed(HEADERS, WHOLE, a_field))
        table.stream_error(closed, "5.1", f"{name}: CONTINUATION", deed(CONTINUATION, END_HEADERS, lambda client: b""))
    for name, kind, payload in (("WINDOW_UPDATE", WINDOW_UPDATE, number(1)), ("RST_STREAM", RST_STREAM, number(8)), ("PRIORITY", PRIORITY, bytes(5))):
        table.fine("5.1", f"closed by RST_STREAM: {name}", after_reset(kind, 0, lambda client, payload=payload: payload))
        table.fine("5.1", f"closed by its end: {name}", after_end(kind, 0, lambda client, payload=payload: payload))

    table.error("PROTOCOL_ERROR", "5.1.1", "an even stream", connection_of(opening(stream=2)))
    table.error("PROTOCOL_ERROR", "5.1.1", "a stream below the last", connection_of(all_of(opening(stream=101), opening(stream=99))))
    table.answered("5.1.1", "a stream that skips many", opening(stream=2**31 - 1))

    def too_many(client):
        return [client.asks("/events?n=1&hold=1") for _ in range(client.theirs[3] + 1)][-1]

    table.stream_error("REFUSED_STREAM", "5.1.2", "more streams than SETTINGS_MAX_CONCURRENT_STREAMS", too_many)


def priorities(table):
    """5.3 and 6.3: deprecated, and nothing may break by them."""
    table.fine("5.3", "PRIORITY of a stream that depends on another", one(PRIORITY, 0, 101, number(99) + b"\x10"))
    to_itself = opening(WHOLE | PRIORITIZED, lambda stream: number(stream) + b"\x10")
    table.row("5.3", "HEADERS that depend on the stream itself", to_itself, "answer 200", "stream PROTOCOL_ERROR")
    table.answered("5.3", "HEADERS with a priority", opening(WHOLE | PRIORITIZED, lambda stream: number(0x80000001) + b"\xff"))
    table.error("PROTOCOL_ERROR", "6.3", "PRIORITY on stream 0", one(PRIORITY, 0, 0, bytes(5)))
    table.stream_error("FRAME_SIZE_ERROR", "6.3", "PRIORITY of 4 bytes", upload("/silent", (PRIORITY, 0, bytes(4))))


def data_and_headers(table):
    """6.1 and 6.2"""
    table.error("PROTOCOL_ERROR", "6.1", "DATA on stream 0", one(DATA, 0, 0, b"x"))
    table.stream_error("PROTOCOL_ERROR", "6.1", "padding as long as the payload", upload("/says", (DATA, PADDED | END_STREAM, b"\x05test")))
    table.stream_error("FRAME_SIZE_ERROR", "6.1", "padded, and nothing in it", upload("/says", (DATA, PADDED | END_STREAM, b"")))
    table.answered("6.1", "padded DATA", upload("/says", (DATA, PADDED | END_STREAM, b"\x03hello\0\0\0")))
    table.answered("6.1", "DATA that is all padding", upload("/says", (DATA, PADDED, b"\x03\0\0\0"), (DATA, END_STREAM, b"")))
    table.error("PROTOCOL_ERROR", "6.2", "HEADERS on stream 0", lambda client: client.sends(HEADERS, WHOLE, 0, client.block(client.head())) and None)
    table.stream_error("PROTOCOL_ERROR", "6.2", "padding longer than the payload", opening(WHOLE | PADDED, lambda stream: b"\xff"))
    both = opening(WHOLE | PADDED | PRIORITIZED, lambda stream: b"\x02" + number(0) + b"\x00", after=b"\0\0")
    table.answered("6.2", "padded HEADERS with a priority", both)
    table.error("FRAME_SIZE_ERROR", "6.2", "a priority that is cut off", one(HEADERS, WHOLE | PRIORITIZED, 3, b"\0\0"))


def finishes_after_goaway(code):
    def deed(client):
        stream = client.asks("/events?n=2&every=0.3")
        client.sends(GOAWAY, 0, 0, number(0) + number(code))
        assert client.answer(stream)[::2] == (200, "end"), "an open stream was not finished"

    return deed


def small_frames(table):
    """6.4 to 6.8, and 7"""
    table.error("PROTOCOL_ERROR", "6.4", "RST_STREAM on stream 0", one(RST_STREAM, 0, 0, number(8)))
    table.error("PROTOCOL_ERROR", "6.4", "RST_STREAM of an idle stream", one(RST_STREAM, 0, 1001, number(8)))
    table.error("FRAME_SIZE_ERROR", "6.4", "RST_STREAM of 3 bytes", connection_of(upload("/silent", (RST_STREAM, 0, bytes(3)))))
    table.fine("6.4", "RST_STREAM with an unknown code", upload("/silent", (RST_STREAM, 0, number(0xFFFF))))

    table.error("FRAME_SIZE_ERROR", "6.5", "an acknowledgement with a payload", one(SETTINGS, ACK, 0, settings((3, 1))))
    table.error("PROTOCOL_ERROR", "6.5", "SETTINGS of a stream", one(SETTINGS, 0, 1))
    table.error("FRAME_SIZE_ERROR", "6.5", "SETTINGS of 5 bytes", one(SETTINGS, 0, 0, bytes(5)))
    for code, name, setting, value in (
        ("PROTOCOL_ERROR", "ENABLE_PUSH 2", 2, 2), ("FLOW_CONTROL_ERROR", "INITIAL_WINDOW_SIZE 2^31", 4, 2**31),
        ("PROTOCOL_ERROR", "MAX_FRAME_SIZE 16,383", 5, 16_383), ("PROTOCOL_ERROR", "MAX_FRAME_SIZE 2^24", 5, 2**24),
        ("PROTOCOL_ERROR", "ENABLE_CONNECT_PROTOCOL 2 (RFC 8441)", wire.ENABLE_CONNECT_PROTOCOL, 2),
    ):
        table.error(code, "6.5.2", name, one(SETTINGS, 0, 0, settings((setting, value))))

    def acknowledges(client):
        acknowledged = lambda: len([each for each in client.seen if each.kind == SETTINGS and each.flags & ACK])  # noqa: E731
        before = acknowledged()
        for value in (1000, 65_535, 100):
            client.sends(SETTINGS, 0, 0, settings((4, value)))
        client.until(lambda _: acknowledged() == before + 3)
        pings(client)

    table.row("6.5.3", "every SETTINGS is acknowledged", acknowledges, "goes on")
    promise = lambda client: client.sends(PUSH_PROMISE, END_HEADERS, 1, number(2) + client.block(client.head())) and None  # noqa: E731
    table.error("PROTOCOL_ERROR", "6.6", "PUSH_PROMISE of a client", promise)
    table.error("PROTOCOL_ERROR", "6.7", "PING of a stream", one(PING, 0, 1, bytes(8)))
    table.error("FRAME_SIZE_ERROR", "6.7", "PING of 6 bytes", one(PING, 0, 0, bytes(6)))

    def comes_back(client):
        client.sends(PING, 0, 0, b"12345678")
        found = client.until(lambda each: each.kind == PING)
        assert found.flags & ACK and found.payload == b"12345678", found
        pings(client)

    table.row("6.7", "a PING is answered with its bytes", comes_back, "goes on")
    table.fine("6.7", "an acknowledgement that nobody asked for", one(PING, ACK, 0, b"unwanted"))
    table.error("PROTOCOL_ERROR", "6.8", "GOAWAY of a stream", one(GOAWAY, 0, 1, bytes(8)))
    table.row("6.8", "a client's GOAWAY: open streams are finished", finishes_after_goaway(0), "closed")
    table.row("7", "GOAWAY with an unknown code: no other than that", finishes_after_goaway(0xFF), "closed")


def windows(table):
    """6.9"""
    update = WINDOW_UPDATE
    table.error("PROTOCOL_ERROR", "6.9", "0 for the connection", one(update, 0, 0, number(0)))
    table.stream_error("PROTOCOL_ERROR", "6.9", "0 for a stream", upload("/silent", (update, 0, number(0))))
    table.error("FRAME_SIZE_ERROR", "6.9", "WINDOW_UPDATE of 3 bytes", one(update, 0, 0, bytes(3)))
    twice = [one(update, 0, 0, number(LARGEST_WINDOW))] * 2
    table.error("FLOW_CONTROL_ERROR", "6.9.1", "the connection's window above 2^31 - 1", all_of(*twice))
    twice = [(update, 0, number(LARGEST_WINDOW))] * 2
    table.stream_error("FLOW_CONTROL_ERROR", "6.9.1", "a stream's window above 2^31 - 1", upload("/silent", *twice))
    # To an app that takes none of it.
    table.stream_error("FLOW_CONTROL_ERROR", "6.9.1", "more DATA than the window", upload("/slow?rate=1", *[(DATA, 0, bytes(16_384))] * 12))
    table.row("6.9.2", "windows of 3 bytes, below zero, and open again", small_window, "goes on")
    lifted = all_of(upload("/silent", (update, 0, number(LARGEST_WINDOW - 65_535))), one(SETTINGS, 0, 0, settings((4, 65_536))))
    table.error("FLOW_CONTROL_ERROR", "6.9.2", "SETTINGS that lift a window above 2^31 - 1", connection_of(lifted))


def small_window(client):
    def sets(size):
        client.sends(SETTINGS, 0, 0, settings((4, size)))
        client.until(lambda each: each.kind == SETTINGS and each.flags & ACK)

    sets(3)
    stream = client.asks()
    found = client.until(lambda each: each.stream == stream and each.kind == DATA)
    assert len(found.payload) == 3, f"{found} beyond a window of 3"
    sets(0)
    client.sends(WINDOW_UPDATE, 0, stream, number(3))
    client.sends(PING, 0, 0, b"12345678")
    client.until(lambda each: each.kind == PING)
    came = sum(len(each.payload) for each in client.seen if each.stream == stream and each.kind == DATA)
    assert came == 3, f"{came} bytes came, though the window is 0"
    client.sends(SETTINGS, 0, 0, settings((4, 65_535)))
    client.until(lambda each: each.stream == stream and each.kind == DATA and each.flags & END_STREAM)
    pings(client)


def in_parts(*cuts):
    """The head of a fine request, cut at these places, or at each byte."""
    def deed(client):
        stream, block = client.stream(), client.block(client.head())
        places = [0, *(cuts or range(1, len(block))), len(block)]
        for at, (start, end) in enumerate(zip(places, places[1:])):
            last = END_HEADERS if end == len(block) else 0
            client.sends(CONTINUATION if at else HEADERS, last | (0 if at else END_STREAM), stream, block[start:end])
        return stream

    return deed


def continuations(table):
    """6.10"""
    table.answered("6.10", "a head in three parts", in_parts(3, 9))
    table.row("6.10", "a head byte by byte, more than a hundred parts", in_parts(), "answer 200", "connection ENHANCE_YOUR_CALM")
    table.error("PROTOCOL_ERROR", "6.10", "CONTINUATION on stream 0", cut_block(CONTINUATION, END_HEADERS, None, b""))
    late = (CONTINUATION, END_HEADERS, b"\x00\x01a\x01b")
    table.error("PROTOCOL_ERROR", "6.10", "CONTINUATION after END_HEADERS", connection_of(upload("/silent", late)))
    table.error("PROTOCOL_ERROR", "6.10", "CONTINUATION after DATA", connection_of(upload("/silent", (DATA, 0, b"x"), late)))
    table.error("PROTOCOL_ERROR", "6.10", "CONTINUATION of a stream that nobody opened", one(CONTINUATION, END_HEADERS, 1001, late[2]))


def evicts(client):
    """An entry of the table, others that push it out, and a reference to where it was."""
    def sends(tail):
        client.sends(HEADERS, WHOLE, client.stream(), client.block(client.head(), raw=True) + tail)

    sends(b"\x40" + literal("x-first") + literal("1"))
    sends(b"".join(b"\x40" + literal(f"x-{at}") + literal("y" * 900) for at in range(6)))
    # The static table has 61 entries, and at most four of the new ones fit beside each other.
    sends(integer(61 + 27, 0x7F, 0x80))


def compression(table):
    """RFC 7541"""
    too_large = b"\x3f\xe1\xff\x03"
    for section, name, tail in (
        ("2.3.3", "an index beyond both tables", b"\xff\x46"), ("2.3.3", "a name by an index beyond both tables", b"\x7f\x46\x01a"),
        ("6.1", "index 0", b"\x80"), ("5.1", "an integer without end", b"\xff" + b"\x80" * 20 + b"\x01"),
        ("5.1", "an integer above 2^32", b"\xff\xff\xff\xff\xff\xff\x7f"),
        ("5.2", "Huffman padding of more than 7 bits", b"\x00\x85\xf2\xb2\x4a\x84\xff\x84\x49\x50\x9f\xff"),
        ("5.2", "Huffman padding of zeros", b"\x00\x85\xf2\xb2\x4a\x84\xff\x83\x49\x50\x90"),
        ("5.2", "Huffman EOS", b"\x00\x85\xf2\xb2\x4a\x84\xff\x87\x49\x51\xff\xff\xff\xfa\x7f"),
        ("5.2", "a string longer than the block", b"\x00\x7f\x80\x01abc"), ("4.2", "a table size after a field", b"\x20"),
        ("6.3", "a table above SETTINGS_HEADER_TABLE_SIZE", too_large),
    ):
        table.error("COMPRESSION_ERROR", f"RFC 7541 {section}", name, connection_of(opening(after=tail)))
    in_front = connection_of(opening(before=lambda stream: too_large))
    table.error("COMPRESSION_ERROR", "RFC 7541 6.3", "a table above SETTINGS_HEADER_TABLE_SIZE, in front", in_front)

    def shrinks(client):
        """Raw fields need no table."""
        stream = client.stream()
        client.sends(HEADERS, WHOLE, stream, b"\x20\x3f\xe1\x1f" + client.block(client.head(), raw=True))
        return stream

    def never_indexed(client):
        stream = client.stream()
        client.sends(HEADERS, WHOLE, stream, b"".join(b"\x10" + literal(name) + literal(value) for name, value in client.head()))
        return stream

    def from_the_table(client):
        client.answer(client.asks("/page", "GET", ("x-a", "b")))
        return client.asks("/page", "GET", ("x-a", "b"))

    table.answered("RFC 7541 6.3", "a table of size 0 and 4,096, in front", shrinks)
    table.answered("RFC 7541 6.2.3", "fields that are never indexed", never_indexed)
    table.answered("RFC 7541 6.2.1", "fields out of the dynamic table", from_the_table)
    table.error("COMPRESSION_ERROR", "RFC 7541 2.3.3", "an entry that was evicted", evicts)


def promises(table):
    """What row K2 demands."""
    client = table.opened()
    theirs = dict(client.theirs)
    client.close()
    wanted = {1: 4096, 3: 100, 4: 64 * 1024, 6: 16 * 1024}
    assert {name: theirs.get(name, 4096 if name == 1 else None) for name in wanted} == wanted, theirs
    assert theirs.get(5, 16_384) == 16_384 and theirs.get(2, 0) == 0, theirs
    return str(theirs)


def by_the_tool(stage):
    # It asks for pages that nobody gave it a session for; what it looks at are frames. Its one strict test more wants a fault in
    # trailers to be seen, but we have answered by then; a row tries that where the app reads on.
    words = [str(stage.h2spec), "--tls", "--insecure", "--host", stage.WORKSHOP, "--port", str(stage.port), "--path", "/page"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    return done.stdout.strip().splitlines()[-1]
