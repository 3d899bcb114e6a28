"""Runs interleaved rounds against Vestibule and its peers, prints ratios with min and max, and writes everything as JSON."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import FOREIGN, Bench, Row
from forwarding import burst, clear, h2, handshakes, latency, permit, tls
from signing import identity
from stage import REPOSITORY, family, resident_bytes
from standing import idle, routes, sessions, start


def memory(bench):
    """Resident after the start, before anything came."""
    value = bench.resident / 2**20
    yield Row("memory after the start", "–", (value, value, value), "≤ 40", "MiB")


# Each prints its figures and gives rows of the table.
MEASURED = {
    each.__name__: each for each in (
        clear, tls, h2, identity, permit, latency, burst, handshakes, memory, idle, sessions, start, routes,
    )
}


def versions(bench):
    def said(*words):
        try:
            done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
        except OSError:
            return None
        return next((line for line in (done.stdout + done.stderr).splitlines() if line.strip()), "").strip()

    module = said("dpkg-query", "-W", "-f", "${Version}", "libapache2-mod-auth-openidc")
    facts = [line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines()]
    envoy = said(bench.envoy, "--version") if bench.envoy else None
    return {
        "nginx": said("nginx", "-v"), "haproxy": said("haproxy", "-v"), "apache": said("/usr/sbin/apache2", "-v"),
        "mod_auth_openidc": module, "envoy": envoy.rpartition("version: ")[2] if envoy else None, "go": said("go", "version"),
        "h2load": said("h2load", "--version"), "wrk": said("wrk", "-v"), "rustc": said("rustc", "--version"),
        "kernel": platform.release(),
        "cpu": next((name.strip() for word, _, name in facts if word.startswith("model name")), platform.machine()),
    }


def commit():
    head = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "src", "Cargo.lock"], cwd=REPOSITORY).returncode
    return head + (" and changes" if changed else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--upstream", type=Path, required=True)
    parser.add_argument("--envoy", type=Path)
    parser.add_argument("--go-peer", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(MEASURED), default=list(MEASURED))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        sys.exit("two cores are needed: one for the proxy, one for the load and the app behind it")
    rows, began, bench = [], time.monotonic(), Bench(arguments)
    try:
        bench.starts()
        bench.resident = resident_bytes(bench.stage.server.pid)
        print(
            f"start to ready: {bench.stage.started_in * 1e3:.0f} ms; resident after it: {bench.resident / 2**20:.1f} MiB; "
            f"{len(family(bench.stage.server.pid))} process", flush=True,
        )
        bench.signs_in()
        for number, name in enumerate(arguments.only, 1):
            print(f"{name} ({number} of {len(arguments.only)}, {(time.monotonic() - began) / 60:.1f} min so far)", flush=True)
            rows += MEASURED[name](bench)
        figures = {
            "date": datetime.now(UTC).isoformat(timespec="minutes"), "commit": commit(), "versions": versions(bench),
            "command": " ".join(["benches/proxy/run", *arguments_of_the_run()]), "resident_at_start": bench.resident,
            "rows": [asdict(row) | {"met": row.met()} for row in rows], "samples": bench.figures,
        }
    finally:
        bench.close()
    print("\n| what | against | measured (min–max) | mark | met |\n|---|---|---|---|---|")
    for row in rows:
        print(row.line())
    too_much = " — too much; run it again on a quiet machine" if bench.worst_foreign > FOREIGN else ""
    print(f"\nmost of both cores that others took during a run: {bench.worst_foreign:.0%}{too_much}")
    print(f"{(time.monotonic() - began) / 60:.0f} minutes, {commit()}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def arguments_of_the_run():
    """What the person who started it typed, without places on this machine."""
    words, kept = iter(sys.argv[1:]), []
    for word in words:
        if word in ("--binary", "--upstream", "--envoy", "--go-peer", "--json"):
            next(words, None)
        else:
            kept.append(word)
    return kept


if __name__ == "__main__":
    main()
