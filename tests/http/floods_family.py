"""Row K2: floods of frames, each as fast as one core sends them, while somebody else's requests are answered and memory stays put."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import attacker
import wire

HERE = Path(__file__).resolve().parent
GROWTH_MEBIBYTES = 64
# The bar is twice the undisturbed 99th percentile, and is printed; what a build without optimization is granted, on cores that it
# shares with the flood and the apps, is this.
P99_MILLISECONDS = 500
# What must be seen of each, besides: the listener ends these connections itself.
ENDS = {
    "made_you_reset": "GOAWAY ENHANCE_YOUR_CALM", "made_you_reset_by_length": "GOAWAY ENHANCE_YOUR_CALM", "continuation": "GOAWAY ENHANCE_YOUR_CALM",
    "empty_continuation": "GOAWAY ENHANCE_YOUR_CALM",
}


class Neighbour:
    """Somebody else, who asks for a page every 10 ms on a connection of their own."""

    def __init__(self, stage, cookie):
        self.client = wire.Plain(stage, stage.LODGE, cookie)
        self.times, self.faults, self.done = [], [], threading.Event()
        self.thread = threading.Thread(target=self._asks)

    def __enter__(self):
        self.thread.start()
        return self

    def _asks(self):
        while not self.done.wait(0.01):
            began = time.monotonic()
            try:
                answer = self.client.asks("/page").answer()
                if answer is None or answer.status != 200:
                    self.faults.append(repr(answer))
                    return
            except (OSError, AssertionError) as error:
                self.faults.append(repr(error))
                return
            self.times.append((time.monotonic() - began) * 1e3)

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        self.client.close()

    def p99(self):
        assert not self.faults, f"the neighbour is not served: {self.faults}"
        assert len(self.times) > 20, f"the neighbour got {len(self.times)} pages only"
        return statistics.quantiles(self.times, n=100)[98]


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def checks(stage):
    seconds = 60 if stage.is_long else 2
    guest, neighbour = stage.signed_in(), stage.signed_in(stage.LODGE)
    cookie, theirs = guest.cookie(stage.WORKSHOP), neighbour.cookie(stage.LODGE)

    def quiet():
        """The control: how long a page takes without any flood."""
        with Neighbour(stage, theirs) as beside:
            time.sleep(min(seconds, 3))
        stage.quiet_p99 = beside.p99()
        assert stage.quiet_p99 <= P99_MILLISECONDS, f"{stage.quiet_p99:.1f} ms"
        return f"p99 {stage.quiet_p99:.1f} ms of {len(beside.times)} pages"

    def flood(kind):
        def deed():
            words = [sys.executable, str(HERE / "attacker.py"), kind, str(seconds), stage.WORKSHOP, str(stage.port), str(stage.authority), cookie]
            began, spent, silent = time.monotonic(), cpu_seconds(stage.server.pid), stage.count("began /silent")
            with stage.growth() as growth, Neighbour(stage, theirs) as beside:
                done = subprocess.run(words, capture_output=True, text=True, timeout=seconds + 60)
            spent, took = cpu_seconds(stage.server.pid) - spent, time.monotonic() - began
            assert done.returncode == 0, done.stderr
            told, p99 = json.loads(done.stdout), beside.p99()
            assert p99 <= P99_MILLISECONDS, f"the neighbour's p99 is {p99:.0f} ms; {told}"
            assert growth.mebibytes <= GROWTH_MEBIBYTES, f"{growth.mebibytes:.0f} MiB more in memory; {told}"
            assert not ENDS.get(kind) or told.get(ENDS[kind], 0) + told.get("ends", 0) + told.get("broken", 0) > 0, f"wanted {ENDS[kind]}; {told}"
            # Who leaves, leaves nothing behind.
            stage.waits_until(lambda: stage.count("open /silent") == 0 and stage.count("open /many") == 0, "apps still answer the flood", 20)
            reached = stage.count("began /silent") - silent
            more = f", {reached} reached the app" if reached else ""
            bar = "" if p99 <= 2 * getattr(stage, "quiet_p99", p99) else f" ({p99 / stage.quiet_p99:.1f} × the quiet one)"
            return f"p99 {p99:.1f} ms{bar}, +{growth.mebibytes:.1f} MiB, {spent / took:.0%} of a core{more}; {told}"

        return deed

    return [("no flood: the control", quiet)] + [(f"K2: {kind.replace('_', ' ')}", flood(kind)) for kind in attacker.FLOODS]
