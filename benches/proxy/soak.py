"""Minutes at four fifths of what the proxy can do: no request may fail, and memory must stay where it is."""

import argparse
import re
import statistics
import sys
import tempfile
import threading
from pathlib import Path

import load
from stage import HOST, Stage, resident_bytes

SHARE = 0.8
# Buffers and caches fill in the beginning; what counts is what grows from then on.
WARM_SHARE, GROWTH_MEBIBYTES = 0.2, 8
# Enough of them that a pause is many milliseconds, of which wrk knows no fractions.
CONNECTIONS = 200


class Memory:
    """The server's resident memory, looked at twice a second."""

    def __init__(self, pid):
        self.pid, self.looks, self.done = pid, [], threading.Event()
        self.thread = threading.Thread(target=self._looks)

    def __enter__(self):
        self.thread.start()
        return self

    def _looks(self):
        while not self.done.wait(0.5):
            self.looks.append(resident_bytes(self.pid) / 2**20)

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def growth(self):
        """MiB between the beginning, once it is warm, and the end: medians of a tenth of the time each."""
        warm, tenth = int(len(self.looks) * WARM_SHARE), max(1, len(self.looks) // 10)
        return statistics.median(self.looks[-tenth:]) - statistics.median(self.looks[warm:warm + tenth])


def delayed_wrk(url, host, cookie, delay, seconds):
    """wrk with a pause of so many milliseconds before each request."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"function delay() return {delay} end\n")
        script.flush()
        words = ["wrk", "-t", 1, "-c", CONNECTIONS, "-d", f"{seconds}s", "-s", script.name, "-H", f"Host: {host}", "-H", f"Cookie: {cookie}", url]
        said = load._run(words, seconds)
    if "Non-2xx" in said or "Socket errors" in said:
        raise load.Fault(said)
    count, spent = re.search(r"(\d+) requests in ([\d.]+\w+),", said).groups()
    return {"requests": int(count), "seconds": load._microseconds(spent) / 1e6}


def paced_wrk(url, host, cookie, per_second, seconds):
    """wrk knows no rate. How long a turn takes besides the pause is measured first, and once more with that pause."""
    turn = CONNECTIONS * 1000 / per_second
    pause = round(turn)
    for _ in range(2):
        tried = delayed_wrk(url, host, cookie, pause, 3)
        besides = CONNECTIONS * 1000 * tried["seconds"] / tried["requests"] - pause
        pause = max(1, round(turn - besides))
    return delayed_wrk(url, host, cookie, pause, seconds)


def paced_h2load(url, cookie, per_second, seconds):
    return load._h2load(["-c", 32, "-m", 10, "--rps", max(1, round(per_second / 32)), "-D", seconds, *load._to(url, cookie)], seconds)


def soaks(name, stage, capacity, run, seconds):
    """One line of what was counted; whether all was well."""
    wanted = capacity * SHARE
    with Memory(stage.server.pid) as memory:
        try:
            result = run(wanted, seconds)
        except load.Fault as fault:
            print(f"{name}: FAILED: {fault}", flush=True)
            return False
    growth, rate = memory.growth(), result["requests"] / result["seconds"]
    # Less than half of what was wanted is another test than this.
    well = growth <= GROWTH_MEBIBYTES and rate >= wanted / 2
    print(
        f"{name}: {result['requests']:,} requests in {result['seconds']:.0f} s ({rate:,.0f}/s of {capacity:,.0f}/s that it can do), 0 errors, "
        f"{memory.looks[-1]:.1f} MiB resident at the end, {growth:+.2f} MiB since it was warm{'' if well else ': FAILED'}", flush=True,
    )
    return well


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--upstream", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    seconds, stage, passed = round(arguments.minutes * 60), Stage(arguments.binary, arguments.upstream), 0
    try:
        stage.starts_the_app()
        stage.serves()
        stage.makes_the_member()
        cookie = stage.signs_in()
        url, clear, authority = f"https://{HOST}:{stage.port}/page", f"http://127.0.0.1:{stage.clear}/page", f"{HOST}:{stage.port}"
        rate = lambda result: result["requests"] / result["seconds"]  # noqa: E731
        load.wrk(clear, authority, cookie, 1)
        try_for = min(5, max(2, seconds // 4))
        scenarios = [
            ("wrk, HTTP/1.1 in the clear", rate(load.wrk(clear, authority, cookie, try_for)), lambda each, time: paced_wrk(clear, authority, cookie, each, time)),
            ("wrk, HTTP/1.1 over TLS", rate(load.wrk(url, authority, cookie, try_for)), lambda each, time: paced_wrk(url, authority, cookie, each, time)),
            ("h2load, HTTP/2 over TLS", rate(load.h2(url, cookie, try_for)), lambda each, time: paced_h2load(url, cookie, each, time)),
        ]
        for name, capacity, run in scenarios:
            passed += soaks(name, stage, capacity, run, seconds)
    finally:
        stage.close()
    print(f"{passed} passed, {len(scenarios) - passed} failed")
    return 0 if passed == len(scenarios) else 1


if __name__ == "__main__":
    sys.exit(main())
