"""A visitor without JavaScript, in Python's standard library: cookies, redirects, refresh pages and forms over real TLS."""

import http.client
import re
import socket
import ssl
import urllib.parse
from html.parser import HTMLParser


class _Loopback(http.client.HTTPSConnection):
    """*.localhost is loopback (RFC 6761, section 6.3); the name still goes into TLS and Host."""

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


class _Reader(HTMLParser):
    """Forms with their fields and buttons, the refresh, and the words of a page."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.words, self.refresh = [], [], None
        self._form = self._button = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag == "form":
            self._form = {"action": at.get("action", ""), "fields": {}, "buttons": []}
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and at.get("name") and at.get("type") not in ("checkbox", "submit"):
            self._form["fields"][at["name"]] = at.get("value") or ""
        elif tag == "button" and self._form is not None:
            self._button = {"name": at.get("name"), "value": at.get("value", ""), "words": ""}
            self._form["buttons"].append(self._button)
        elif tag == "meta" and (at.get("http-equiv") or "").lower() == "refresh":
            self.refresh = at["content"].split("url=", 1)[-1]

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data):
        self.words.append(data)
        if self._button is not None:
            self._button["words"] += data


class Page:
    """What stands in the window."""

    def __init__(self, url, status, headers, body):
        self.url, self.status, self.headers, self.body = url, status, headers, body
        self.read = _Reader(body) if "html" in headers.get("content-type", "") else None

    def text(self):
        return " ".join(" ".join(self.read.words).split()) if self.read else self.body

    def sees(self, *texts):
        for text in texts:
            assert text in self.text(), f"{text!r} is not on {self.url} ({self.status}): {self.text()[:800]}"
        return self

    def has(self, words):
        """Whether there is a button of these words."""
        return any(
            " ".join(button["words"].split()).startswith(words) for form in (self.read.forms if self.read else []) for button in form["buttons"]
        )

    def asks(self, field):
        """Whether a form has this field."""
        return any(field in form["fields"] for form in (self.read.forms if self.read else []))

    def leads_to(self, addresses):
        """Whether a form goes to one of these addresses of others, as an answer by response_mode=form_post does."""
        return any(form["action"].startswith(tuple(addresses)) for form in (self.read.forms if self.read else []) if addresses)

    def form(self, words):
        """The form with the button of these words, and that button."""
        for form in self.read.forms if self.read else []:
            for button in form["buttons"]:
                if " ".join(button["words"].split()).startswith(words):
                    return form, button
        raise AssertionError(f"no button {words!r} on {self.url} ({self.status}): {self.text()[:800]}")


class Visitor:
    """One cookie jar."""

    # Addresses of others at which the visitor stops without asking: what came there is in the page's address.
    stops_at = ()

    def __init__(self, *authorities):
        self.tls = ssl.create_default_context()
        for authority in authorities:
            self.tls.load_verify_locations(authority)
        self.cookies = {}
        self.way = []

    def opens(self, url):
        return self._goes("GET", url, None)

    def presses(self, page, words, **typed):
        form, button = page.form(words)
        fields = {**form["fields"], **typed}
        if button["name"]:
            fields[button["name"]] = button["value"]
        return self._goes("POST", urllib.parse.urljoin(page.url, form["action"]), urllib.parse.urlencode(fields))

    def _goes(self, method, url, body):
        for _ in range(25):
            if self.stops_at and url.startswith(self.stops_at):
                self.way.append(url)
                return Page(url, 0, {}, body or "")
            page = self.asks(method, url, body)
            if page.status in (301, 302, 303, 307):
                url = urllib.parse.urljoin(url, page.headers["location"])
            elif page.read is not None and page.read.refresh:
                url = urllib.parse.urljoin(url, page.read.refresh)
            else:
                return page
            method, body = "GET", None
        raise AssertionError(f"no end of redirects; last was {url}")

    def connects(self, host, port):
        """A connection for one request; each request has its own, unless somebody who extends this keeps them."""
        return _Loopback(host, port, context=self.tls, timeout=30)

    def is_done_with(self, connection):
        connection.close()

    def asks(self, method, url, body=None, headers=()):
        """One request, following nothing."""
        parts = urllib.parse.urlsplit(url)
        self.way.append(url)
        connection = self.connects(parts.hostname, parts.port or 443)
        # Paths and lifetimes of cookies do not matter for one journey; their hosts do.
        jar = self.cookies.setdefault(parts.hostname, {})
        sent = {"Accept": "text/html,*/*;q=0.8", **dict(headers)}
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, target, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("set-cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            gone = re.search(r"max-age=0|expires=thu, 01 jan 1970", line, re.IGNORECASE)
            if gone or not value:
                jar.pop(name, None)
            else:
                jar[name] = value
        self.is_done_with(connection)
        return Page(url, answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)
