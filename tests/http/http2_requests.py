"""RFC 9113, section 8: which requests are none, and how that is said."""

from http2_table import head
from wire import DATA, END_HEADERS, END_STREAM, HEADERS

CONTROLS = (("NUL", "\0"), ("CR", "\r"), ("LF", "\n"), ("CR LF and a field", "\r\nx-forwarded-user: root"))


def rows(table):
    for part in (trailers, fields, pseudo_headers, targets, lengths):
        part(table)


def more(*pairs):
    """A fine head, and these fields."""
    return lambda client: client.head("GET", "/page", *pairs)


def swapped(name, value):
    """A fine head with one field changed; None leaves it out."""
    return lambda client: [pair if pair[0] != name else (name, value) for pair in client.head() if pair[0] != name or value is not None]


def with_trailers(fields, flags=END_HEADERS | END_STREAM):
    def deed(client):
        stream = client.asks("/says", "POST", ends=False)
        client.sends(DATA, 0, stream, b"hello")
        client.sends(HEADERS, flags, stream, client.block(fields, raw=True))
        return stream

    return deed


def trailers(table):
    table.answered("8.1", "trailers", with_trailers([("x-after", "1")]))
    unended = with_trailers([("x-after", "1")], END_HEADERS)
    table.stream_error("PROTOCOL_ERROR", "8.1", "trailers that do not end the stream", unended, "answer 400")
    table.stream_error(
        "PROTOCOL_ERROR", "8.1", "a pseudo-header in trailers", with_trailers([(":path", "/a")]), "answer 400",
        departs=("answer 200", "the crate h2 drops pseudo-headers of trailers without a word, and no app sees any"),
    )
    table.stream_error("PROTOCOL_ERROR", "8.1", "connection-specific trailers", with_trailers([("connection", "close")]), "answer 400")


def fields(table):
    table.malformed("8.2", "a name in upper case", more(("X-A", "b")))
    for name, char in (("a space", " "), ("NUL", "\0"), ("CR", "\r"), ("LF", "\n"), ("a colon", ":"), ("DEL", "\x7f"), ("8 bits", "\xe9")):
        table.malformed("8.2.1", f"{name} in a name", more((f"x{char}a", "b")))
    table.malformed("8.2.1", "an empty name", more(("", "b")))
    for name, chars in CONTROLS:
        table.malformed("8.2.1", f"{name} in a value", more(("x-a", f"a{chars}b")))
        table.malformed("8.2.1", f"{name} in :path", swapped(":path", f"/page{chars}b"))
        table.malformed("8.2.1", f"{name} in :method", swapped(":method", f"GET{chars}b"))
        table.malformed("8.2.1", f"{name} in :authority", swapped(":authority", f"{table.host}{chars}:{table.stage.port}"))
    for name, value in (
        ("connection", "close"), ("connection", "x-forwarded-user"), ("keep-alive", "timeout=5"), ("proxy-connection", "close"),
        ("transfer-encoding", "chunked"), ("upgrade", "websocket"), ("te", "trailers, deflate"), ("te", "gzip"),
    ):
        table.malformed("8.2.2", f"{name}: {value}", more((name, value)))
    table.answered("8.2.2", "te: trailers", head(more(("te", "trailers"))))

    def crumbs(client):
        alone = [pair for pair in client.head() if pair[0] != "cookie"]
        return alone + [("cookie", "a=1"), *(("cookie", crumb) for crumb in client.cookie.split("; ")), ("cookie", "b=2")]

    table.answered("8.2.3", "a cookie in crumbs", head(crumbs))
    table.malformed("E1", "an identity header", more(("x-forwarded-user", "root")))
    table.malformed("E1", "an identity header by an alias", more(("x_forwarded_user", "root")))


def pseudo_headers(table):
    table.malformed("8.3", "an unknown pseudo-header", lambda client: [(":unknown", "a"), *client.head()])
    table.malformed("8.3", "a pseudo-header of answers", lambda client: [(":status", "200"), *client.head()])
    table.malformed("8.3", "a pseudo-header after a field", lambda client: [client.head()[0], ("x-a", "b"), *client.head()[1:]])
    for name in (":method", ":scheme", ":path", ":authority"):
        table.malformed("8.3.1", f"{name} twice", lambda client, name=name: [*(pair for pair in client.head() if pair[0] == name), *client.head()])
        table.malformed("8.3.1", f"{name} twice, differently", lambda client, name=name: [(name, "other"), *client.head()])
    for name in (":method", ":scheme", ":path"):
        table.malformed("8.3.1", f"no {name}", swapped(name, None))
    for value in ("", "g(e)t", "GET /", "get"):
        table.malformed("8.3.1", f":method {value!r}", swapped(":method", value))
    table.malformed("8.3.1", ":scheme with a colon", swapped(":scheme", "https:"))


def targets(table):
    own = f"{table.host}:{table.stage.port}"
    table.malformed("8.3.1", "neither :authority nor host", swapped(":authority", None))
    table.malformed("8.3.1", ":authority and another host", more(("host", f"other.acme.localhost:{table.stage.port}")))
    table.malformed("8.3.1", "host twice", more(("host", own), ("host", own)))
    table.answered("8.3.1", ":authority and the same host", head(more(("host", own))))
    table.malformed("8.3.1", ":authority with user information", swapped(":authority", f"a@{own}"))
    table.answered("E6", ":authority of another host", head(swapped(":authority", f"sockets.acme.localhost:{table.stage.port}")), 421)
    for name, value in (
        ("empty", ""), ("without a slash", "page"), ("with a blank", "/pa ge"), ("of another host", "https://other.example/"),
        ("with a backslash", "/a\\b"), ("that climbs", "/a/../page"), ("* of a GET", "*"),
    ):
        table.malformed("8.3.1", f":path {name}", swapped(":path", value))
    # As with HTTP/1.1, what follows a `#` is dropped before anything is decided.
    table.answered("8.3.1", ":path with a fragment", head(swapped(":path", "/page#a")))

    def connect(client):
        return [(":method", "CONNECT"), (":authority", f"{client.host}:443"), ("cookie", client.cookie)]

    table.answered("8.5", "CONNECT", head(connect, END_HEADERS), 405)
    table.malformed("8.5", "CONNECT with :path and :scheme", swapped(":method", "CONNECT"))
    star = head(lambda client: [(":method", "OPTIONS"), *swapped(":path", "*")(client)[1:]])
    table.row("RFC 9110 9.3.7", "OPTIONS of the server (:path *)", star, "answer 200", "answer 204")


def body(length, *pieces):
    """An upload whose head says these lengths."""
    lengths = [("content-length", each) for each in (length if isinstance(length, list) else [length])]

    def deed(client):
        stream = head(lambda client: client.head("POST", "/says", *lengths), END_HEADERS | (0 if pieces else END_STREAM))(client)
        for at, piece in enumerate(pieces, 1):
            client.sends(DATA, END_STREAM if at == len(pieces) else 0, stream, piece)
        return stream

    return deed


def lengths(table):
    table.answered("8.1.1", "content-length that fits", body("10", b"hello", b"world"))
    for name, does in (
        ("content-length below the DATA", body("4", b"hello")), ("content-length above the DATA", body("6", b"hello")),
        ("content-length above several DATA", body("11", b"hello", b"world")), ("content-length, but no DATA", body("5")),
        ("content-length 0, but DATA", body("0", b"hello")), ("signed content-length", body("+5", b"hello")),
        ("content-length that is no number", body("5a", b"hello")), ("a list of lengths", body("5, 5", b"hello")),
        ("empty content-length", body("", b"hello")), ("content-length 2^64 + 5", body(str(2**64 + 5), b"hello")),
        ("two lengths", body(["5", "6"], b"hello")),
    ):
        table.stream_error("PROTOCOL_ERROR", "8.1.1", name, does, "answer 400")
