"""Runs interleaved rounds against Vestibule and its peers, prints ratios with min and max, and writes everything as JSON."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import load
import peers
from stage import HOST, REPOSITORY, Stage, busy_nanoseconds, cpu_nanoseconds, family, resident_bytes

# More than this share of the cores for others makes a round worthless: it is repeated once.
FOREIGN = 0.08
US = "vestibule"


class Bench:
    """One stage, and what was measured on it."""

    def __init__(self, stage, arguments):
        self.stage, self.seconds, self.rounds = stage, arguments.seconds, arguments.rounds
        self.cookie = stage.signs_in()
        # What browsers say, whichever port something in front translates it to.
        self.authority = f"{HOST}:{stage.port}"
        self.proxies = {
            US: peers.Peer(US, stage.server, stage.clear, stage.port),
            "nginx": peers.nginx(stage, "nginx", stage.port + 4, HOST),
            "nginx auth_request": peers.nginx(stage, "nginx-auth", stage.port + 6, HOST, auth=True),
            "haproxy": peers.haproxy(stage, "haproxy", stage.port + 8, HOST),
        }
        self.upstream_pid = stage.processes[0].pid
        self.figures = {}

    def one(self, name, run):
        """One run against one proxy: its CPU a request, and whether others disturbed it."""
        def ours():
            # Everything that runs is our child; the proxy and the load are counted by themselves.
            return cpu_nanoseconds(os.getpid(), alone=True) + cpu_nanoseconds(self.upstream_pid)

        for attempt in (1, 2):
            proxy = self.proxies.get(name)
            before = (busy_nanoseconds(), ours(), cpu_nanoseconds(proxy.pid) if proxy else 0)
            children, began = os.times(), time.monotonic()
            result = run(proxy)
            spent, after = time.monotonic() - began, os.times()
            load_ns = (after.children_user + after.children_system - children.children_user - children.children_system) * 1e9
            proxy_ns = cpu_nanoseconds(proxy.pid) - before[2] if proxy else 0
            known = proxy_ns + load_ns + ours() - before[1]
            result["foreign"] = max(0.0, (busy_nanoseconds() - before[0] - known) / (spent * 1e9 * os.cpu_count()))
            result["cpu"] = proxy_ns / result["requests"] / 1e3
            if result["foreign"] <= FOREIGN:
                break
        return result

    def scenario(self, title, names, run, foremost="cpu"):
        """Interleaved rounds, so that what drifts drifts for all."""
        samples = {name: [] for name in names}
        for name in names:
            run(self.proxies.get(name), warm=True)
        for number in range(self.rounds):
            for name in names:
                result = self.one(name, run)
                samples[name].append(result)
                print(f"  {title}, round {number + 1}: {name}: " + ", ".join(shown(result)), flush=True)
        self.figures[title] = samples
        for name in names:
            print(f"{title}: {name}: " + summary(samples[name], foremost))
        return samples


def shown(result):
    yield f"{result['requests'] / result['seconds']:,.0f}/s"
    if result["cpu"]:
        yield f"{result['cpu']:.2f} µs CPU each"
    for at in ("p50", "p99"):
        if at in result:
            yield f"{at} {result[at]:,.0f} µs"
    yield f"{result['foreign']:.0%} foreign"


def summary(samples, key):
    values = [each[key] for each in samples]
    rates = [each["requests"] / each["seconds"] for each in samples]
    return f"{key} {statistics.median(values):,.2f} ({min(values):,.2f}–{max(values):,.2f}), {statistics.median(rates):,.0f}/s"


def ratio(samples, ours, theirs, key):
    """Ours by theirs, round by round: median, min and max."""
    value = (lambda each: each["requests"] / each["seconds"]) if key == "rate" else (lambda each: each[key])
    all_of = [value(one) / value(other) for one, other in zip(samples[ours], samples[theirs])]
    return statistics.median(all_of), min(all_of), max(all_of)


def versions():
    def said(*words):
        done = subprocess.run(words, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip().splitlines()[0]

    return {
        "nginx": said("nginx", "-v"), "haproxy": said("haproxy", "-v"), "h2load": said("h2load", "--version"),
        "wrk": said("wrk", "-v"), "rustc": said("rustc", "--version"), "kernel": platform.release(),
        "cpu": next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), platform.machine()),
    }


def commit():
    head = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "src", "Cargo.lock"], cwd=REPOSITORY).returncode
    return head + (" and changes" if changed else "")


# What is measured. Each prints its figures and returns rows of the table: what, measured against what, ratio, the mark.


def clear(bench):
    run = lambda proxy, warm=False: load.wrk(  # noqa: E731
        f"http://127.0.0.1:{proxy.clear}/page", bench.authority, bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/1.1, clear", [US, "nginx", "haproxy", "nginx auth_request"], run)
    yield "signed-in GET, HTTP/1.1 clear: CPU", "nginx, no authorization", ratio(samples, US, "nginx", "cpu"), "≤ 1.00"
    yield "signed-in GET, HTTP/1.1 clear: CPU", "haproxy, no authorization", ratio(samples, US, "haproxy", "cpu"), "≤ 1.05"
    yield "signed-in GET, HTTP/1.1 clear: requests/s", "nginx auth_request", ratio(samples, US, "nginx auth_request", "rate"), "≥ 1.80"


def tls(bench):
    run = lambda proxy, warm=False: load.wrk(  # noqa: E731
        f"https://{HOST}:{proxy.tls}/page", bench.authority, bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/1.1, TLS 1.3", [US, "nginx", "haproxy"], run)
    yield "signed-in GET, HTTP/1.1 over TLS 1.3: CPU", "nginx", ratio(samples, US, "nginx", "cpu"), "≤ 0.85"
    yield "signed-in GET, HTTP/1.1 over TLS 1.3: CPU", "haproxy", ratio(samples, US, "haproxy", "cpu"), "–"


def h2(bench):
    run = lambda proxy, warm=False: load.h2(  # noqa: E731
        f"https://{HOST}:{proxy.tls}/page", bench.cookie, 1 if warm else bench.seconds
    )
    samples = bench.scenario("HTTP/2, TLS 1.3", [US, "nginx", "haproxy"], run)
    yield "signed-in GET, HTTP/2, 32 × 10 streams: CPU", "nginx", ratio(samples, US, "nginx", "cpu"), "≤ 0.85"
    yield "signed-in GET, HTTP/2, 32 × 10 streams: CPU", "haproxy", ratio(samples, US, "haproxy", "cpu"), "≤ 1.30"


def handshakes(bench):
    run = lambda proxy, warm=False: load.handshakes(  # noqa: E731
        f"https://{HOST}:{proxy.tls}/page", bench.cookie, 200 if warm else 2000
    )
    samples = bench.scenario("full TLS 1.3 handshakes", [US, "nginx", "haproxy"], run)
    median, low, high = ratio(samples, "nginx", US, "cpu")
    yield "full TLS 1.3 handshakes per core (with one request each)", "nginx", (median, low, high), "≥ 1.80"


def latency(bench):
    """Half of what the slower of the two can do, so that neither queues."""
    rates = []
    for name in (US, "nginx"):
        result = load.wrk(f"http://127.0.0.1:{bench.proxies[name].clear}/page", bench.authority, bench.cookie, 2)
        rates.append(result["requests"] / result["seconds"])
    rate = min(rates) / 2

    def run(proxy, warm=False):
        port = proxy.clear if proxy else bench.stage.upstream
        return load.paced(f"http://{HOST}:{port}/page", bench.cookie, rate, 1 if warm else bench.seconds)

    samples = bench.scenario(f"HTTP/1.1 at {rate:,.0f}/s", ["direct", US, "nginx"], run, "p99")
    added = {name: [each["p99"] - direct["p99"] for each, direct in zip(samples[name], samples["direct"])] for name in (US, "nginx")}
    # Where nginx added nothing at all there is no ratio; the microseconds beside it tell.
    ratios = [ours / theirs for ours, theirs in zip(added[US], added["nginx"]) if theirs > 0] or [float("inf")]
    yield f"p99 added at half load ({statistics.median(added[US]):,.0f} µs)", f"nginx ({statistics.median(added['nginx']):,.0f} µs)", (
        statistics.median(ratios), min(ratios), max(ratios)
    ), "≤ 1.20"


MEASURED = {each.__name__: each for each in (clear, tls, h2, handshakes, latency)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--upstream", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(MEASURED), default=list(MEASURED))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        sys.exit("two cores are needed: one for the proxy, one for the load and the app behind it")
    stage = Stage(arguments.binary, arguments.upstream)
    rows = []
    try:
        stage.starts_the_app()
        stage.serves()
        resident = resident_bytes(stage.server.pid)
        print(f"start to ready: {stage.started_in * 1e3:.0f} ms; resident after it: {resident / 2**20:.1f} MiB; {len(family(stage.server.pid))} process")
        bench = Bench(stage, arguments)
        for name in arguments.only:
            rows += MEASURED[name](bench)
        figures = {
            "date": datetime.now(UTC).isoformat(timespec="minutes"), "commit": commit(), "versions": versions(),
            "command": "benches/proxy/run " + " ".join(sys.argv[5:]), "resident_at_start": resident,
            "rows": [{"what": what, "against": against, "ratio": numbers, "mark": mark} for what, against, numbers, mark in rows],
            "samples": bench.figures,
        }
    finally:
        stage.close()
    print("\n| what | against | ratio (min–max) | mark |\n|---|---|---|---|")
    for what, against, (median, low, high), mark in rows:
        print(f"| {what} | {against} | {median:.2f} ({low:.2f}–{high:.2f}) | {mark} |")
    worst = max((each["foreign"] for samples in bench.figures.values() for runs in samples.values() for each in runs), default=0)
    print(f"\nmost of both cores that others took during a run: {worst:.0%}" + (" — too much; run it again on a quiet machine" if worst > FOREIGN else ""))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
