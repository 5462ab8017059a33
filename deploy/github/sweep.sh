#!/usr/bin/env bash
# Sweeps, and leaves what GitHub shows: annotations, a summary, files for later steps.
# Everything comes in through the environment, so that no input is ever read as shell code.
set -euo pipefail

out=${OUT:-runs}
mkdir -p "$out"
annotations=$(mktemp)
arguments=(sweep --quiet --config "$CONFIG" --phase "$PHASE" --out "$out"
  --format text
  --format "json=$out/seaworthy.json"
  --format "html=$out/seaworthy.html"
  --format "sarif=$out/seaworthy.sarif"
  --format "junit=$out/seaworthy-junit.xml"
  --format "github-summary=$out/seaworthy-summary.md"
  --format "github=$annotations")
if [ -n "${RELEASE:-}" ]; then arguments+=(--release "$RELEASE"); fi
if [ -n "${CHECKLIST:-}" ]; then arguments+=(-- "$CHECKLIST"); fi

code=0
seaworthy "${arguments[@]}" || code=$?

decision=
case $code in
  0) decision=READY ;;
  1) decision=NOT_READY ;;
  2) decision=INCOMPLETE ;;
  3) decision=CONDITIONAL ;;
  *) echo "::error title=Seaworthy::the sweep gave no verdict (exit code $code); see the log" ;;
esac

bundle=
for run in "$out"/run-*/; do
  # The names begin with the instant of the start, so the last one is the newest.
  if [ -d "$run" ]; then bundle=${run%/}; fi
done

{
  echo "code=$code"
  echo "decision=$decision"
  echo "bundle=$bundle"
  echo "sarif=$out/seaworthy.sarif"
  echo "html=$out/seaworthy.html"
} >>"$GITHUB_OUTPUT"

if [ -n "$decision" ]; then
  cat "$annotations"
  cat "$out/seaworthy-summary.md" >>"$GITHUB_STEP_SUMMARY"
  for accepted in $ACCEPT; do
    if [ "$accepted" = "$code" ]; then exit 0; fi
  done
fi
exit "$((code == 0 ? 1 : code))"
