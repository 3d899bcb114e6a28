"""Instructions and system calls of one signed-in request, by difference, against what was accepted."""

import argparse
import collections
import json
import re
import subprocess
import sys
from pathlib import Path

import load
from stage import HOST, Stage, family

ACCEPTED = Path(__file__).with_name("instructions.json")
# More than this above what was accepted fails; so much less is worth accepting.
TOLERANCE = 0.03
REQUESTS = 1_000
# Calls by which threads wait and wake each other. How many there are depends on what else happens meanwhile: they are shown, and
# do not count.
WAITING = {"epoll_wait", "epoll_pwait", "futex", "wake", "sched_yield"}
# Threads of the data plane are called so; the others work for pages, tokens and stores, and by the clock.
PLANE = "plane-"


def one_by_one(stage, cookie, way, count):
    """So many requests on one connection, each after the answer to the one before."""
    url = f"http://{HOST}:{stage.clear}/page" if way == "HTTP/1.1, clear" else f"https://{HOST}:{stage.port}/page"
    version = [] if way.startswith("HTTP/2") else ["--h1"]
    result = load._h2load(["-c", 1, "-m", 1, "-n", count, *version, *load._to(url, cookie)], 600)
    assert result["requests"] == count, result


WAYS = ["HTTP/1.1, clear", "HTTP/1.1, TLS 1.3", "HTTP/2, TLS 1.3"]


def instructions(stage, cookie, way, count):
    """What the threads of the data plane executed from their start to their end."""
    for old in stage.folder.glob("callgrind.out*"):
        old.unlink()
    through = ["valgrind", "--quiet", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={stage.folder}/callgrind.out"]
    stage.serves(first_core_alone=False, through=through)
    one_by_one(stage, cookie, way, count)
    stage.stops_serving()
    total = 0
    for file in stage.folder.glob("callgrind.out-*"):
        text = file.read_text(errors="replace")
        if re.search(r"vestibule::server::plane::Worker", text):
            total += int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE).group(1))
    assert total, "no thread of the data plane is in what callgrind wrote; is the program stripped of its names?"
    return total


def system_calls(stage, cookie, way, count):
    """How often the threads of the data plane called the system, by call."""
    log = stage.folder / "strace.out"
    log.unlink(missing_ok=True)
    stage.serves(first_core_alone=False, through=["strace", "-D", "-f", "-qq", "-y", "-s", "0", "-o", str(log)])
    one_by_one(stage, cookie, way, count)
    planes = set()
    for pid in family(stage.server.pid):
        for task in Path(f"/proc/{pid}/task").iterdir():
            if (task / "comm").read_text().startswith(PLANE):
                planes.add(task.name)
    assert planes, "there is no thread of the data plane"
    stage.stops_serving()
    counts = collections.Counter()
    with open(log, errors="replace") as lines:
        for line in lines:
            found = re.match(r"(\d+)\s+(\w+)\((\d+<anon_inode:\[eventfd\]>)?", line)
            if found and found.group(1) in planes:
                counts["wake" if found.group(2) == "write" and found.group(3) else found.group(2)] += 1
    return counts


def measured(stage, cookie):
    """Everything, for each way that a request comes."""
    found = {}
    for way in WAYS:
        once, twice = (instructions(stage, cookie, way, count) for count in (REQUESTS, 2 * REQUESTS))
        calls_once, calls_twice = (system_calls(stage, cookie, way, count) for count in (REQUESTS, 2 * REQUESTS))
        calls = {
            name: round((calls_twice[name] - calls_once[name]) / REQUESTS, 2) for name in sorted(calls_twice)
            if calls_twice[name] - calls_once[name] >= REQUESTS / 100
        }
        counted = sum(count for name, count in calls.items() if name not in WAITING)
        found[way] = {"instructions": round((twice - once) / REQUESTS), "system_calls": round(counted, 2), "calls": calls}
        listed = ", ".join(f"{count:.2f} {name}" for name, count in calls.items())
        print(f"  {way}: {found[way]['instructions']:,} instructions; {listed}", flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--upstream", type=Path, required=True)
    parser.add_argument("--accept", action="store_true", help="write down what is measured as what is accepted from now on")
    arguments = parser.parse_args()
    stage = Stage(arguments.binary, arguments.upstream)
    try:
        stage.starts_the_app()
        # The session is made once, at full speed; what is counted begins with it.
        stage.serves()
        stage.makes_the_member()
        cookie = stage.signs_in()
        stage.stops_serving()
        found = measured(stage, cookie)
    finally:
        stage.close()
    if arguments.accept:
        rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        ACCEPTED.write_text(json.dumps({"rustc": rustc, "profile": "release", "tolerance": TOLERANCE, "accepted": found}, indent=1) + "\n")
        print(f"accepted: {ACCEPTED.name}")
        return 0
    if not ACCEPTED.exists():
        sys.exit(f"nothing was accepted yet; --accept writes {ACCEPTED.name}")
    return compared(found, json.loads(ACCEPTED.read_text()))


def compared(found, file):
    """Prints the table; 1 if something takes more than was accepted."""
    failed, passed = 0, 0
    print("\n| way | what | accepted | measured | |\n|---|---|---|---|---|")
    for way, accepted in file["accepted"].items():
        for what in ("instructions", "system_calls"):
            was, now = accepted[what], found[way][what]
            change = now / was - 1
            well = change <= file["tolerance"]
            passed, failed = passed + well, failed + (not well)
            verdict = "more than accepted" if not well else "accept it" if change < -file["tolerance"] else "as accepted"
            print(f"| {way} | {what.replace('_', ' ')} | {was:,} | {now:,} ({change:+.1%}) | {verdict} |")
    print(f"\naccepted with {file['rustc']}, profile {file['profile']}; more than {file['tolerance']:.0%} above it fails")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
