#!/usr/bin/env python3
"""A collector: how many files wait in each folder of a spool, and for how long the oldest one has."""

import datetime
import json
import os
import sys

request = json.load(sys.stdin)
now = datetime.datetime.fromisoformat(request["as_of"].replace("Z", "+00:00")).timestamp()
facts, unassessed = [], []
for folder in request["input"]["folders"]:
    try:
        times = [entry.stat().st_mtime for entry in os.scandir(folder) if entry.is_file()]
    except OSError as error:
        # What could not be looked at is told, never left out.
        unassessed.append({"kinds": ["spool"], "reason": "denied", "detail": f"{folder}: {error.strerror}"})
        continue
    value = {"ref": folder, "waiting": len(times)}
    if times:
        value["oldest_seconds"] = max(0, int(now - min(times)))
    facts.append({"kind": "spool", "name": folder, "value": value})
json.dump({"schema": "seaworthy.exec-facts/v1", "facts": facts, "unassessed": unassessed}, sys.stdout)
