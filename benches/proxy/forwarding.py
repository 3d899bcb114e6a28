"""Scenarios of requests that are forwarded: in the clear, over TLS and HTTP/2, at full and at half load."""

import statistics
import subprocess
import sys
from pathlib import Path

import load
from bench import US, Row, ratio, spread
from peers import Peer
from stage import HOST


def clear(bench):
    run = lambda proxy, warm=False: load.wrk(  # noqa: E731
        f"http://127.0.0.1:{proxy.clear}/page", bench.authority, bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/1.1, clear", [US, "nginx", "haproxy", "nginx auth_request"], run)
    what = "signed-in GET, HTTP/1.1 clear: "
    yield Row(what + "CPU", "nginx, no authorization", ratio(samples, US, "nginx", "cpu"), "≤ 1.00")
    yield Row(what + "CPU", "haproxy, no authorization", ratio(samples, US, "haproxy", "cpu"), "≤ 1.05")
    yield Row(what + "requests/s", "nginx auth_request", ratio(samples, US, "nginx auth_request", "rate"), "≥ 1.80")


def tls(bench):
    run = lambda proxy, warm=False: load.wrk(  # noqa: E731
        f"https://{HOST}:{proxy.tls}/page", bench.authority, bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/1.1, TLS 1.3", [US, "nginx", "haproxy"], run)
    yield Row("signed-in GET, HTTP/1.1 over TLS 1.3: CPU", "nginx", ratio(samples, US, "nginx", "cpu"), "≤ 0.85")
    yield Row("signed-in GET, HTTP/1.1 over TLS 1.3: CPU", "haproxy", ratio(samples, US, "haproxy", "cpu"))


def h2(bench):
    run = lambda proxy, warm=False: load.h2(  # noqa: E731
        f"https://{HOST}:{proxy.tls}/page", bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/2, TLS 1.3", [US, "nginx", "haproxy"], run)
    yield Row("signed-in GET, HTTP/2, 32 × 10 streams: CPU", "nginx", ratio(samples, US, "nginx", "cpu"), "≤ 0.85")
    yield Row("signed-in GET, HTTP/2, 32 × 10 streams: CPU", "haproxy", ratio(samples, US, "haproxy", "cpu"), "≤ 1.30")


def handshakes(bench):
    run = lambda proxy, warm=False: load.handshakes(  # noqa: E731
        f"https://{HOST}:{proxy.tls}/page", bench.cookie, 200 if warm else 2000
    )
    samples = bench.scenario("full TLS 1.3 handshakes", [US, "nginx", "haproxy"], run)
    yield Row("full TLS 1.3 handshakes per core (with one request each)", "nginx", ratio(samples, "nginx", US, "cpu"), "≥ 1.80")


def half_load(bench, *names):
    """Half of what the slowest of these can do, so that nobody queues."""
    rates = []
    for name in names:
        result = load.wrk(f"http://127.0.0.1:{bench.proxy(name).clear}/page", bench.authority, bench.cookie, 2)
        rates.append(result["requests"] / result["seconds"])
    return min(rates) / 2


def latency(bench):
    rate = half_load(bench, US, "nginx")

    def run(proxy, warm=False):
        port = proxy.clear if proxy else bench.stage.upstream
        return load.paced(f"http://{HOST}:{port}/page", bench.cookie, rate, 1 if warm else bench.seconds)

    samples = bench.scenario(f"HTTP/1.1 at {rate:,.0f}/s", ["direct", US, "nginx"], run, "p99")
    added = {name: [each["p99"] - direct["p99"] for each, direct in zip(samples[name], samples["direct"])] for name in (US, "nginx")}
    # Where nginx added nothing at all there is no ratio; the microseconds beside it tell.
    ratios = [ours / theirs for ours, theirs in zip(added[US], added["nginx"]) if theirs > 0] or [float("inf")]
    what = f"p99 added to a direct request at half load, 64 connections ({statistics.median(added[US]):,.0f} µs)"
    yield Row(what, f"nginx ({statistics.median(added['nginx']):,.0f} µs)", spread(ratios), "≤ 1.20")


def permit(bench):
    """The same request to the same app, with what it takes to know the guest, and by a door that is open to everybody."""
    bench.proxies |= {name: Peer(name, bench.stage.server, bench.stage.clear, bench.stage.port) for name in ("signed in", "public")}
    paths = {"signed in": "/page", "public": "/open"}
    run = lambda proxy, warm=False: load.wrk(  # noqa: E731
        f"http://127.0.0.1:{proxy.clear}{paths[proxy.name]}", bench.authority, bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/1.1, clear, with and without authorization", list(paths), run, rounds=2 * bench.rounds)
    yield Row("full authorization: CPU", "a public address of the same app", ratio(samples, "signed in", "public", "cpu"), "≤ 1.06")


def burst(bench):
    """p99 at half load, while others sign in by password as fast as they can, and while nobody does."""
    bench.proxies |= {name: Peer(name, bench.stage.server, bench.stage.clear, bench.stage.port) for name in ("quiet", "sign-ins")}
    rate, done = half_load(bench, US), []

    def run(proxy, warm=False):
        seconds = 1 if warm else bench.seconds
        if proxy.name == "quiet":
            return load.paced(f"http://{HOST}:{proxy.clear}/page", bench.cookie, rate, seconds)
        # On the load's core they give way to it, so that what is measured is what happens on the proxy's.
        words = ["taskset", "-c", "1", "chrt", "--idle", "0", sys.executable, str(Path(__file__).with_name("signing_in.py"))]
        words += [str(bench.stage.authority), f"https://{HOST}:{bench.stage.port}/", "4"]
        others = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert others.stdout.readline() == "first\n", "nobody could sign in"
            result = load.paced(f"http://{HOST}:{proxy.clear}/page", bench.cookie, rate, seconds)
        finally:
            others.stdin.close()
            said = others.stdout.read()
            failed = others.wait(60)
        assert failed == 0 and said.strip().isdigit(), said
        result["signed_in"] = int(said)
        if not warm:
            done.append(result["signed_in"] / seconds)
        return result

    samples = bench.scenario(f"HTTP/1.1 at {rate:,.0f}/s, with and without sign-ins", ["quiet", "sign-ins"], run, "p99", 2 * bench.rounds)
    what = f"p99 at half load during sign-ins by password ({statistics.median(done):,.0f}/s)"
    yield Row(what, "nobody signs in", ratio(samples, "sign-ins", "quiet", "p99"), "≤ 1.50")
