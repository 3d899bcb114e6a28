"""Rows F1, F2 and E6: messages that two programs could read in two ways, each beside a lawful twin that must pass."""

import ssl
import time
import uuid

import wire

SOON = 5


def rows(stage, host, cookie):
    """The checks."""
    return [
        (name if name[:2] in ("F2", "E6") else f"F1: {name}", trick(stage, host, cookie, raw, twin, verdict))
        for name, raw, twin, verdict in TRICKS
    ]


# How a message is made for a client and a target.


def post(lines, body, line="POST {target} HTTP/1.1"):
    """With these lines besides Host and Cookie."""
    return lambda client, target: f"{line.format(target=target)}\r\n{client.fields(*lines)}\r\n{body}"


def get(*lines, line="GET {target} HTTP/1.1"):
    return post(lines, "", line)


def hostless(*lines):
    """Without the Host that is ours."""
    return lambda client, target: f"GET {target} HTTP/1.1\r\nCookie: {client.cookie}\r\n" + "".join(f"{each}\r\n" for each in lines) + "\r\n"


def length(value, body="hello"):
    return post([f"Content-Length: {value}"], body)


def encoded(value, body="5\r\nhello\r\n0\r\n\r\n"):
    return post([f"Transfer-Encoding: {value}"], body)


def chunks(body):
    return encoded("chunked", body)


def longer_chunks(value):
    return chunks("5\r\nhello\r\n0\r\n" + value + "\r\n")


def lines_end_by(end):
    return lambda client, target: get()(client, target).replace("\r\n", end)


def preface(client, target):
    return f"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{get()(client, target)}"


SAME, CHUNKS, BARE = length(5), chunks("5\r\nhello\r\n0\r\n\r\n"), get("X-A: 1")
# Name, message, its lawful twin, and what may become of it: it is `refused` and leaves no trace; it is read in the `one` lawful way;
# or its body is `cut` off, for which the client is to blame and no app.
TRICKS = [
    ("CL.TE", post(["Content-Length: 6", "Transfer-Encoding: chunked"], "0\r\n\r\nG"), CHUNKS, "one"),
    ("TE.CL", post(["Transfer-Encoding: chunked", "Content-Length: 3"], "5\r\nhello\r\n0\r\n\r\n"), CHUNKS, "one"),
    ("two lengths", post(["Content-Length: 5", "Content-Length: 6"], "hello"), SAME, "refused"),
    ("two lengths, the other order", post(["Content-Length: 6", "Content-Length: 5"], "hello!"), SAME, "refused"),
    ("the same length twice", post(["Content-Length: 5", "Content-Length: 5"], "hello"), SAME, "one"),
    ("a list of lengths", length("5, 5"), SAME, "one"),
    ("a list of two lengths", length("5, 6"), SAME, "refused"),
    ("signed length", length("+5"), SAME, "refused"),
    ("negative length", length("-5"), SAME, "refused"),
    ("hexadecimal length", length("0x5"), SAME, "refused"),
    ("length 2^64", length(2**64), SAME, "refused"),
    ("length 2^64 + 5", length(2**64 + 5), SAME, "refused"),
    ("empty length", length("", ""), SAME, "refused"),
    ("length with a space", length("5 5"), SAME, "refused"),
    ("length with a letter", length("5a"), SAME, "refused"),
    ("length with a point", length("5.0"), SAME, "refused"),
    ("length folded", length("\r\n 5"), SAME, "refused"),
    ("length, space before the colon", post(["Content-Length : 5"], "hello"), SAME, "refused"),
    ("length by an alias", post(["Content_Length: 5"], "hello"), SAME, "refused"),
    ("gzip, chunked", encoded("gzip, chunked"), CHUNKS, "refused"),
    ("chunked, identity", encoded("chunked, identity"), CHUNKS, "refused"),
    ("chunked, chunked", encoded("chunked, chunked"), CHUNKS, "refused"),
    ("chunked twice", encoded("chunked\r\nTransfer-Encoding: chunked"), CHUNKS, "refused"),
    ("identity", encoded("identity", "hello"), CHUNKS, "refused"),
    ("xchunked", encoded("xchunked"), CHUNKS, "refused"),
    ("chunked in quotes", encoded('"chunked"'), CHUNKS, "refused"),
    ("chunked with a parameter", encoded("chunked;q=1"), CHUNKS, "refused"),
    ("empty encoding", encoded(""), CHUNKS, "refused"),
    ("TE vertical tab", encoded("\x0bchunked"), CHUNKS, "refused"),
    ("TE folded", encoded("\r\n chunked"), CHUNKS, "refused"),
    ("TE space before the colon", post(["Transfer-Encoding : chunked"], "0\r\n\r\n"), CHUNKS, "refused"),
    ("TE by an alias", post(["Transfer_Encoding: chunked"], ""), CHUNKS, "refused"),
    ("TE in HTTP/1.0", post(["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n", "POST {target} HTTP/1.0"), CHUNKS, "refused"),
    ("chunk size signed", chunks("+5\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk size 0x5", chunks("0x5\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk size with a space before", chunks(" 5\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk size empty", chunks("\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk size negative", chunks("-5\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk size over 2^64", chunks("10000000000000005\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk longer than said", chunks("3\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("chunk without its CRLF", chunks("5\r\nhello0\r\n\r\n"), CHUNKS, "cut"),
    ("bare LF after the size", chunks("5\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("bare CR after the size", chunks("5\rhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("bare LF after the chunk", chunks("5\r\nhello\n0\r\n\r\n"), CHUNKS, "cut"),
    ("LF in an extension", chunks("5;a=\nb\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("CR in an extension", chunks("5;a=\rb\r\nhello\r\n0\r\n\r\n"), CHUNKS, "cut"),
    ("an extension of 20 KB", chunks(f"5;a={'b' * 20_000}\r\nhello\r\n0\r\n\r\n"), chunks("5;a=b\r\nhello\r\n0\r\n\r\n"), "cut"),
    ("trailers of 200 KB", longer_chunks(f"X-A: {'b' * 200_000}\r\n"), longer_chunks("X-A: b\r\n"), "cut"),
    ("trailers by the thousand", longer_chunks("X-A: b\r\n" * 5_000), longer_chunks("X-A: b\r\n"), "cut"),
    ("PRI", preface, BARE, "refused"),
    ("F2: obs-fold", get("X-A: 1\r\n X-Forwarded-User: root"), BARE, "refused"),
    ("F2: obs-fold with a tab", get("X-A: 1\r\n\tX-Forwarded-User: root"), BARE, "refused"),
    ("F2: space before the colon", get("X-A : 1"), BARE, "refused"),
    ("F2: tab before the colon", get("X-A\t: 1"), BARE, "refused"),
    ("F2: space before the first field", get(line="GET {target} HTTP/1.1\r\n X-A: 1"), BARE, "refused"),
    ("F2: NUL in a value", get("X-A: a\0b"), BARE, "refused"),
    ("F2: CR in a value", get("X-A: a\rX-Forwarded-User: root"), BARE, "refused"),
    ("F2: DEL in a value", get("X-A: a\x7fb"), BARE, "refused"),
    ("F2: control in a value", get("X-A: a\x01b"), BARE, "refused"),
    ("F2: empty name", get(": a"), BARE, "refused"),
    ("F2: 8-bit name", get("X-\xe9: a"), BARE, "refused"),
    ("F2: name in brackets", get("X-(A): a"), BARE, "refused"),
    ("F2: no colon", get("nonsense"), BARE, "refused"),
    ("F2: a blank in a name", get("X A: a"), BARE, "refused"),
    ("F2: HTTP/0.9", lambda client, target: f"GET {target}\r\n\r\n", BARE, "refused"),
    ("F2: HTTP/1.10", get(line="GET {target} HTTP/1.10"), BARE, "refused"),
    ("F2: HTTP/1.2", get(line="GET {target} HTTP/1.2"), BARE, "refused"),
    ("F2: HTTP/2.0", get(line="GET {target} HTTP/2.0"), BARE, "refused"),
    ("F2: http/1.1", get(line="GET {target} http/1.1"), BARE, "refused"),
    ("F2: no version digits", get(line="GET {target} HTTP/"), BARE, "refused"),
    ("F2: two spaces", get(line="GET  {target} HTTP/1.1"), BARE, "refused"),
    ("F2: a space at the end", get(line="GET {target} HTTP/1.1 "), BARE, "refused"),
    ("F2: tabs in the line", get(line="GET\t{target}\tHTTP/1.1"), BARE, "refused"),
    ("F2: a space before the line", get(line=" GET {target} HTTP/1.1"), BARE, "refused"),
    ("F2: method in lower case", get(line="get {target} HTTP/1.1"), BARE, "refused"),
    ("F2: control in the method", get(line="GE\x0bT {target} HTTP/1.1"), BARE, "refused"),
    ("F2: brackets in the method", get(line="G(E)T {target} HTTP/1.1"), BARE, "refused"),
    ("F2: control in the target", get(line="GET {target}\x01 HTTP/1.1"), BARE, "refused"),
    ("F2: 8 bits in the target", get(line="GET {target}\xff HTTP/1.1"), BARE, "refused"),
    ("F2: a blank in the target", get(line="GET {target} a HTTP/1.1"), BARE, "refused"),
    # hyper drops what follows a `#` before anybody decides on the target.
    ("F2: a fragment in the target", get(line="GET {target}#a HTTP/1.1"), BARE, "one"),
    ("F2: a target without slash", get(line="GET says HTTP/1.1"), BARE, "refused"),
    # RFC 9112, section 2.2, lets a recipient take a bare LF.
    ("F2: a bare LF ends the lines", lines_end_by("\n"), BARE, "one"),
    ("F2: a bare CR ends the lines", lines_end_by("\r"), BARE, "refused"),
    ("E6: no Host", hostless(), BARE, "refused"),
    ("E6: Host twice", get("Host: workshop.acme.localhost"), BARE, "refused"),
    ("E6: Host of another name", hostless("Host: other.acme.localhost"), BARE, "refused"),
    ("E6: empty Host", hostless("Host: "), BARE, "refused"),
    ("E6: two hosts in one", hostless("Host: workshop.acme.localhost, other.example"), BARE, "refused"),
    ("E6: Host with a path", hostless("Host: workshop.acme.localhost/a"), BARE, "refused"),
]
REFUSALS = ([], [400], [405], [414], [421], [431], [505])
OVER = ([], [400], [413], [431])


def trick(stage, host, cookie, raw, twin, verdict):
    def opened():
        return wire.Plain(stage, host, cookie)

    def passes():
        """The control: but for what makes the trick, all is as it should be."""
        name, client = uuid.uuid4().hex, opened()
        answer = client.send(twin(client, f"/says?x={name}")).answer()
        assert answer is not None and answer.status == 200 and len(stage.ledger(name)) == 1, f"the twin: {answer}"
        assert client.asks("/page").answer().status == 200, "the twin's connection does not go on"
        client.close()

    def deed():
        passes()
        name, client = uuid.uuid4().hex, opened()
        message = raw(client, f"/says?x={name}").encode("latin-1")
        # What would be smuggled, or would be the next request in the one lawful reading.
        after = f"GET /says?x={name}-after HTTP/1.1\r\n{client.fields('Connection: close')}\r\n"
        answers, end = [], time.monotonic() + SOON
        try:
            client.send(message + after.encode())
            while time.monotonic() < end and (answer := client.answer(seconds=SOON)) is not None:
                answers.append(answer)
        except (ssl.SSLError, OSError):
            # The other side closed while we wrote.
            pass
        client.close()
        statuses, reached = [answer.status for answer in answers], stage.ledger(name)
        told = f"{statuses}, {len(reached)} reached the app; sent {message[:400]!r}"
        assert not client.buffer, f"{told}; and {client.buffer[:100]!r}"
        if verdict == "refused":
            assert statuses in REFUSALS and not reached, told
        elif verdict == "cut":
            assert statuses in OVER and not any(each["target"].endswith("-after") for each in reached), told
        elif statuses != [400] or reached:
            # What was judged is what the app saw: as many requests as answers, and nothing that no target has.
            assert statuses and set(statuses) == {200} and len(reached) == len(statuses), told
            assert not any("#" in each["target"] for each in reached), told
        return f"{statuses or 'the connection ends'}, {len(reached)} reached the app"

    return deed
