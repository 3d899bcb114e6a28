"""The load: wrk and h2load on the second core, and what they say."""

import re
import subprocess
import tempfile

UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000}


class Fault(Exception):
    """The load met answers that are none."""


def _run(words, seconds):
    done = subprocess.run(["taskset", "-c", "1", *map(str, words)], capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise Fault(done.stdout + done.stderr)
    return done.stdout


def _microseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * UNITS[unit]


def wrk(url, host, cookie, seconds, connections=64):
    """Requests of HTTP/1.1 as fast as they are answered: how many, in how many seconds, and the percentiles in µs."""
    headers = ["-H", f"Host: {host}"] + (["-H", f"Cookie: {cookie}"] if cookie else [])
    said = _run(["wrk", "-t", 1, "-c", connections, "-d", f"{seconds}s", "--latency", *headers, url], seconds)
    if "Non-2xx" in said or "Socket errors" in said:
        raise Fault(said)
    count, spent = re.search(r"(\d+) requests in ([\d.]+\w+),", said).groups()
    percentiles = {int(at): _microseconds(value) for at, value in re.findall(r"(50|99)%\s+([\d.]+\w+)", said)}
    return {"requests": int(count), "seconds": _microseconds(spent) / 1e6, "p50": percentiles[50], "p99": percentiles[99]}


def _h2load(words, seconds):
    said = _run(["h2load", "-t", 1, *words], seconds)
    total, failed = re.search(r"requests: (\d+) total.*?, (\d+) failed", said).groups()
    done = int(re.search(r"(\d+) succeeded", said).group(1))
    if int(failed) or not done or not re.search(r"status codes: (\d+) 2xx", said).group(1) or int(re.search(r"(\d+) 5xx", said).group(1)):
        raise Fault(said)
    spent = re.search(r"finished in ([\d.]+\w+),", said).group(1)
    return {"requests": done, "seconds": _microseconds(spent) / 1e6}


def _to(url, cookie):
    """The name goes into TLS and Host; what is connected to is loopback."""
    port = url.split("//")[1].split("/")[0].rsplit(":", 1)[1]
    return [f"--connect-to=127.0.0.1:{port}", *(["-H", f"cookie: {cookie}"] if cookie else []), url]


def h2(url, cookie, seconds, connections=32, streams=10):
    """Requests of HTTP/2 as fast as they are answered."""
    return _h2load(["-c", connections, "-m", streams, "-D", seconds, *_to(url, cookie)], seconds)


def handshakes(url, cookie, count):
    """`count` connections with one request each, 50 at a time."""
    total = {"requests": 0, "seconds": 0.0}
    for _ in range(count // 50):
        one = _h2load(["--h1", "-n", 50, "-c", 50, *_to(url, cookie)], 30)
        total = {key: total[key] + one[key] for key in total}
    return total


def paced(url, cookie, per_second, seconds, connections=64):
    """HTTP/1.1 requests at a fixed rate; the percentiles in µs."""
    with tempfile.NamedTemporaryFile() as log:
        rate = max(1, round(per_second / connections))
        words = ["--h1", "-c", connections, "--rps", rate, "-D", seconds, "--log-file", log.name, *_to(url, cookie)]
        result = _h2load(words, seconds)
        times = sorted(int(line.split()[2]) for line in open(log.name))
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]  # noqa: E731
    return {**result, "p50": at(0.5), "p99": at(0.99)}
