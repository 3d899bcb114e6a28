#!/usr/bin/env python3
"""schemathesis at the admin API: every check that it has, over `/v1.0/openapi.json` of a running `vestibule serve`.

run.py [--binary PATH] [WORD …]: runs in the Python that has schemathesis; words go to it. FUZZ_EXAMPLES is how many cases
each operation gets at most in each of the two ways of making them up (25 takes two minutes), FUZZ_SEEDS which seeds, one run each.
It ends with `N passed, M failed`: each operation counts once for each seed.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

from fuzz_stage import FuzzStage

HERE = Path(__file__).resolve().parent
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "25")
SEEDS = os.environ.get("FUZZ_SEEDS", "").split() or [str(secrets.randbelow(1 << 32))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=Path, default=Path("target/debug/vestibule"))
    parser.add_argument("more", nargs="*")
    arguments = parser.parse_args()
    passed = failed = 0
    for seed in SEEDS:
        stage = FuzzStage(arguments.binary)
        try:
            stage.opens()
            judged = fuzz(stage, seed, arguments.more)
        finally:
            stage.close()
        passed += judged[0]
        failed += judged[1]
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


def fuzz(stage, seed, more):
    """One run: how many operations passed and failed."""
    told = stage.folder / "told.ndjson"
    words = [
        str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "--no-color",
        "run", f"{stage.broker}/v1.0/openapi.json", "--tls-verify", str(stage.authority),
        "-H", f"Authorization: Bearer {stage.token()}", "--checks", "all", "--max-examples", EXAMPLES, "--seed", seed,
        "--continue-on-failure", "--rate-limit", "150/s", "--report", "ndjson", "--report-ndjson-path", str(told), *more,
    ]
    environment = {**stage.environment(), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "FUZZ_LANDS": stage.lands}
    done = subprocess.run(words, env=environment, cwd=stage.folder)
    operations, statuses, bad, checks = tally(told)
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    print(f"seed {seed}: {statuses.total()} cases of {operations} operations, {checks} checks; answers: {answers}", flush=True)
    broken = sum(count for status, count in statuses.items() if status >= 500)
    # Faults of the run itself, such as a broken connection, belong to no operation.
    failed = len(bad) or int(done.returncode != 0 or broken > 0 or not operations)
    return operations - len(bad), failed


def tally(told):
    """What a run says about itself: operations, answers by status, operations that failed a check, checks."""
    operations, statuses, bad, checks = 0, Counter(), set(), 0
    with told.open() as lines:
        for event in map(json.loads, lines):
            if "LoadingFinished" in event:
                operations = event["LoadingFinished"]["statistic"]["operations"]["selected"]
            recorder = event.get("ScenarioFinished", {}).get("recorder", {})
            for name, judged in recorder.get("checks", {}).items():
                checks += len(judged)
                if any(check["status"] == "failure" for check in judged):
                    bad.add(recorder["cases"][name]["value"]["path"])
            for interaction in recorder.get("interactions", {}).values():
                if interaction.get("response"):
                    statuses[interaction["response"]["status_code"]] += 1
    return operations, statuses, bad, checks


if __name__ == "__main__":
    sys.exit(main())
