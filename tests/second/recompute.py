#!/usr/bin/env python3
"""Recomputes score and gate of evidence bundles from their results, and checks their chain.

A second program, written from docs/verdicts.md and docs/evidence.md and sharing no code with the first.
It needs Python's standard library only:

    python3 recompute.py RUN...

It prints one JSON object for each run, and ends with 0 if every run says what is recomputed here
and follows the run that it names (where that one is given too), otherwise with 1.
"""

import gzip
import hashlib
import json
import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path

# From worst to best.
WORST_FIRST = [
    "fail", "inconclusive", "pending", "skipped", "waived",
    "attested", "pass", "not_applicable", "not_due",
]
# How far a result is from good, for a comparison with an earlier run.
TROUBLE = {"waived": 1, "skipped": 2, "pending": 3, "inconclusive": 4, "fail": 5}
# The rules of the gate in the order in which they decide.
RULES = [
    ("critical_fails", "NOT_READY"),
    ("critical_undecided", "INCOMPLETE"),
    ("too_little_assessed", "INCOMPLETE"),
    ("score_under_minimum", "NOT_READY"),
    ("fail_on", "NOT_READY"),
    ("under_min_score", "NOT_READY"),
    ("worse_than_baseline", "NOT_READY"),
    ("historical", "INCOMPLETE"),
    ("clock_set_back", "INCOMPLETE"),
    ("critical_waived", "CONDITIONAL"),
]


class Bundle:
    def __init__(self, folder):
        content = Path(folder) / "content"
        self.folder = folder
        self.run = json.loads((content / "run.json").read_text())
        self.plan = json.loads((content / "plan.json").read_text())
        self.sums = hashlib.sha256((Path(folder) / "SHA256SUMS").read_bytes()).hexdigest()
        self.results = []
        shards = (content / "results").glob("*.jsonl.gz")
        for shard in sorted(shards, key=lambda path: int(path.name.split(".")[0])):
            with gzip.open(shard, "rt", encoding="utf-8", newline="\n") as lines:
                self.results.extend(json.loads(line) for line in lines)


def floored(value):
    """One decimal place, never rounded up."""
    if value is None:
        return None
    tenths = value * 10 // 1
    return f"{tenths // 10}.{tenths % 10}"


def score(bundle):
    """The exact score of each category, of all, and the weights."""
    plan = bundle.plan
    due = plan["run"]["phase"] == "pre-deployment"
    categories, total, assessed, weighted = [], 0, 0, Fraction(0)
    for row in plan.get("score", {}).get("categories", []):
        earned = possible = Fraction(0)
        for item in bundle.results if due else []:
            if item["kind"] != "leaf" or item.get("category") != row["name"]:
                continue
            if item["result"] in ("not_applicable", "not_due"):
                continue
            weight = plan["policy"]["weights"][item.get("mark", "other")]
            if item["counted"]:
                earned += weight * Fraction(item["credited"], item["counted"])
            possible += weight
        exact = 10 * earned / possible if possible else None
        total += row["weight"]
        if exact is not None:
            assessed += row["weight"]
            weighted += row["weight"] * exact
        categories.append((row["name"], exact))
    overall = weighted / assessed if assessed else None
    return overall, assessed, total, categories


def groups(bundle):
    """The result that each group must have: that of its worst leaf."""
    parent = {one["item"]["id"]: one["item"].get("parent") for one in bundle.plan["items"]}
    worst = {}
    for item in bundle.results:
        if item["kind"] == "group":
            continue
        above = parent.get(item["id"])
        while above is not None:
            rank = WORST_FIRST.index(item["result"])
            worst[above] = min(worst.get(above, len(WORST_FIRST)), rank)
            above = parent.get(above)
    return {group: WORST_FIRST[rank] for group, rank in worst.items()}


def gate(bundle, overall, assessed, total):
    """The rules that speak against READY, and the decision."""
    plan, found = bundle.plan, set()
    first_phase = plan["run"]["phase"] == "pre-deployment"
    leaves = [item for item in bundle.results if item["kind"] == "leaf"]
    due = [i for i in bundle.results if i["kind"] != "sign_off" and i["result"] != "not_due"]
    critical = [item for item in due if item.get("mark") == "critical"]
    guards = critical
    if overall is None and not critical:
        guards = [item for item in due if item["kind"] == "leaf"]
    for item in guards:
        if item["result"] == "fail":
            found.add("critical_fails")
        elif item["result"] in ("inconclusive", "pending", "skipped"):
            found.add("critical_undecided")
        elif item["result"] == "waived":
            found.add("critical_waived")
    wanted = plan["policy"]["minimum_assessed_weight"]
    if not any(item["result"] not in ("not_due", "not_applicable") for item in leaves):
        found.add("too_little_assessed")
    elif first_phase and total and assessed * 100 < wanted * total:
        found.add("too_little_assessed")
    minimum = Fraction(plan.get("score", plan["policy"]).get("minimum") or plan["policy"]["minimum_score"])
    if overall is not None and overall < minimum:
        found.add("score_under_minimum")
    unscored = tightened(plan, leaves, overall, first_phase, found)
    if plan["run"].get("historical"):
        found.add("historical")
    before = plan.get("terms", {}).get("before")
    if before and not plan["run"].get("historical"):
        if instant(plan["run"]["as_of"]) < instant(before["as_of"]):
            found.add("clock_set_back")
    for rule, decision in RULES:
        if rule in found:
            if rule == "under_min_score" and unscored:
                decision = "INCOMPLETE"
            return decision, sorted(found)
    return "READY", []


def tightened(plan, leaves, overall, first_phase, found):
    """What was asked for beyond the rules; whether a score is wanted and there is none."""
    asked = plan.get("terms", {}).get("tightening", {})
    if any(item["result"] in asked.get("fail_on", []) for item in leaves):
        found.add("fail_on")
    stated = asked.get("min_score")
    if stated and first_phase and (overall is None or overall < Fraction(stated)):
        found.add("under_min_score")
    baseline = asked.get("baseline")
    if baseline:
        now = {item["id"]: item["result"] for item in leaves}
        for item, was in baseline["results"].items():
            gone = item not in now
            worse = TROUBLE.get(now.get(item), 0) > TROUBLE.get(was, 0) and was != "not_due"
            if gone or worse:
                found.add("worse_than_baseline")
        was = baseline.get("score")
        if was and first_phase and (overall is None or overall < Fraction(was)):
            found.add("worse_than_baseline")
    return bool(stated) and overall is None


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def began(run):
    """The instant that a run judges at, or that of its start (in its id) where that is earlier."""
    as_of = instant(run["as_of"])
    try:
        started = datetime.strptime(run["id"].split("-")[0] + "+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError:
        return as_of
    return min(as_of, started)


def recompute(bundle):
    """What the bundle says otherwise than is found here, and what is found."""
    wrong = []

    def same(what, found, said):
        if found != said:
            wrong.append(f"{what}: {found} is found, {said} is recorded")

    overall, assessed, total, categories = score(bundle)
    said = bundle.run["score"]
    same("the score", floored(overall), said.get("overall"))
    same("the assessed weight", assessed, said["assessed_weight"])
    same("the total weight", total, said["total_weight"])
    shown = {one["name"]: one for one in said["categories"]}
    for name, exact in categories:
        same(f"the category {name}", floored(exact), shown[name]["score"])
        recorded = shown[name]["exact"]
        same(f"the exact {name}", exact, Fraction(recorded) if recorded else None)
    decision, rules = gate(bundle, overall, assessed, total)
    same("the decision", decision, bundle.run["gate"]["decision"])
    same("the rules", rules, sorted({one["rule"] for one in bundle.run["gate"]["reasons"]}))
    recorded = {item["id"]: item["result"] for item in bundle.results if item["kind"] == "group"}
    for group, result in groups(bundle).items():
        if group in recorded:
            same(f"the group {group}", result, recorded[group])
    counts = bundle.run["counts"]
    same("the number of items", len(bundle.results), counts["items"])
    for kind in WORST_FIRST:
        number = sum(item["result"] == kind for item in bundle.results)
        same(f"the number of {kind}", number, counts["results"][kind])
    return wrong, {"decision": decision, "score": floored(overall), "rules": rules}


def chain(bundles):
    """Runs that do not follow the one that they name."""
    wrong = {}
    by_id = {}
    for bundle in bundles:
        by_id.setdefault(bundle.run["run"]["id"], []).append(bundle)
    for bundle in bundles:
        run = bundle.run["run"]
        if len(by_id[run["id"]]) > 1:
            wrong.setdefault(bundle.folder, []).append(f"the run {run['id']} is there twice")
        for problem in follows(bundle, by_id):
            wrong.setdefault(bundle.folder, []).append(problem)
    return wrong


def follows(bundle, by_id):
    """What is wrong with the run that a bundle names as the one before it."""
    previous = bundle.run.get("previous")
    planned = bundle.plan.get("terms", {}).get("before")
    if not previous and not planned:
        return
    # The gate was decided by what the plan says of it, so both must name the same.
    if not previous or not planned or any(planned[k] != previous[k] for k in ("run", "digest")):
        yield "plan.json and run.json name different runs before it"
        return
    for before in by_id.get(previous["run"], []):
        if before.sums != previous["digest"].removeprefix("sha256:"):
            yield "the run before it has another digest"
        run, earlier = bundle.run["run"], before.run["run"]
        if instant(planned["as_of"]) != began(earlier):
            yield "the run before it is of another instant than plan.json says"
        if run["service"] != earlier["service"]:
            yield "the run before it is of another service"


def main(folders):
    bundles = [Bundle(folder) for folder in folders]
    broken = chain(bundles)
    sound = True
    for bundle in bundles:
        wrong, found = recompute(bundle)
        wrong.extend(broken.get(bundle.folder, []))
        print(json.dumps({"run": bundle.folder, **found, "wrong": wrong}))
        sound = sound and not wrong
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else __doc__)
