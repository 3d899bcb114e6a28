"""Interleaved rounds on one stage, the ratios that come of them, and the rows of the table."""

import os
import statistics
import time
from dataclasses import dataclass

import peers
from stage import HOST, Stage, busy_nanoseconds, cpu_nanoseconds

# More than this share of the cores for others makes a round worthless: it is repeated once.
FOREIGN = 0.08
US = "vestibule"


class LeftOut(Exception):
    """Why something cannot be measured on this machine."""


@dataclass
class Row:
    """One line of the table: what was measured against what; median, least and most; and the mark it shall reach."""

    what: str
    against: str
    numbers: tuple | None
    mark: str = "–"
    # Of the numbers; ratios have none.
    unit: str = ""
    # Why there are no numbers.
    left_out: str = ""

    def met(self):
        """`yes` or `no`, or that there is nothing to say."""
        if self.numbers is None or self.mark == "–":
            return "–"
        sign, limit = self.mark.split()[:2]
        # As exact as the marks are, and as the table shows it.
        median = round(self.numbers[0], 2)
        return "yes" if (median <= float(limit) if sign == "≤" else median >= float(limit)) else "no"

    def line(self):
        if self.numbers is None:
            return f"| {self.what} | {self.against} | left out: {self.left_out} | {self.mark} | – |"
        median, low, high = (f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}" for value in self.numbers)
        unit = f" {self.unit}" if self.unit else ""
        spread = f" ({low}–{high})" if low != high else ""
        return f"| {self.what} | {self.against} | {median}{spread}{unit} | {self.mark}{unit if self.mark != '–' else ''} | {self.met()} |"


class Bench:
    """One stage with everybody who only forwards, and what was measured."""

    def __init__(self, arguments):
        self.binary, self.upstream_binary = arguments.binary, arguments.upstream
        self.envoy, self.go_peer = (path and path.resolve() for path in (arguments.envoy, arguments.go_peer))
        self.seconds, self.rounds = arguments.seconds, arguments.rounds
        self.stages, self.figures = [], {}
        self.resident, self.worst_foreign = 0, 0.0
        self.stage = self.another_stage()

    def starts(self):
        """The app and Vestibule, alone."""
        self.stage.starts_the_app()
        self.upstream_pid = self.stage.processes[0].pid
        self.stage.serves()

    def signs_in(self):
        """Makes the member and signs in; afterwards peers can be started."""
        stage = self.stage
        stage.makes_the_member()
        self.visitor = stage.visitor()
        self.cookie = stage.signs_in(self.visitor)
        # What browsers say, whichever port something in front translates it to.
        self.authority = f"{HOST}:{stage.port}"
        self.proxies = {US: peers.Peer(US, stage.server, stage.clear, stage.port)}
        self.starters = {
            "nginx": lambda: peers.nginx(stage, "nginx", stage.port + 4, HOST),
            "nginx auth_request": lambda: peers.nginx(stage, "nginx-auth", stage.port + 6, HOST, auth=True),
            "haproxy": lambda: peers.haproxy(stage, "haproxy", stage.port + 8, HOST),
        }

    def another_stage(self, app_at=None):
        """A folder and ports of its own, for what must not disturb the others."""
        stage = Stage(self.binary, self.upstream_binary, app_at)
        self.stages.append(stage)
        return stage

    def close(self):
        for stage in reversed(self.stages):
            stage.close()

    def proxy(self, name):
        """Started when it is wanted first; None for what is no proxy."""
        if name not in self.proxies and name in self.starters:
            self.proxies[name] = self.starters[name]()
        return self.proxies.get(name)

    def one(self, name, run):
        """One run against one proxy: its CPU a request, and whether others disturbed it."""
        def ours():
            # Everything that runs is our child; the proxy and the load are counted by themselves.
            return cpu_nanoseconds(os.getpid(), alone=True) + cpu_nanoseconds(self.upstream_pid)

        for _ in (1, 2):
            proxy = self.proxy(name)
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
        self.worst_foreign = max(self.worst_foreign, result["foreign"])
        return result

    def scenario(self, title, names, run, foremost="cpu", rounds=None):
        """Interleaved rounds, so that what drifts drifts for all."""
        samples = {name: [] for name in names}
        for name in names:
            run(self.proxy(name), warm=True)
        for number in range(rounds or self.rounds):
            for name in names:
                result = self.one(name, run)
                samples[name].append(result)
                print(f"  {title}, round {number + 1}: {name}: " + ", ".join(shown(result)), flush=True)
        self.figures[title] = samples
        for name in names:
            print(f"{title}: {name}: " + summary(samples[name], foremost), flush=True)
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


def spread(values):
    """Median, least and most."""
    return statistics.median(values), min(values), max(values)


def ratio(samples, ours, theirs, key):
    """Ours by theirs, round by round: median, min and max."""
    value = (lambda each: each["requests"] / each["seconds"]) if key == "rate" else (lambda each: each[key])
    return spread([value(one) / value(other) for one, other in zip(samples[ours], samples[theirs])])
