#!/usr/bin/env bash
# Compares what came out of a step that gated the example backend with what its stream has to give.
# Reads STREAM (fixed or blocking), OUTCOME, VERDICT, REASON and CULPRIT; and where the stacks must have come from one
# source, SOURCE (py-spy or faulthandler) and REPORT_DIR.
set -euo pipefail

case "$STREAM" in
  fixed) expected='success, pass, healthy, ' ;;
  blocking) expected='failure, fail, loop-blocked, examples/news-backend/app/api/routes/stream.py' ;;
  *) expected='no such stream' ;;
esac
# The line may change with the example.
got="$OUTCOME, $VERDICT, $REASON, ${CULPRIT%:*}"
echo "expected: $expected"
echo "got:      $got"
test "$got" = "$expected"

if [[ -n "${SOURCE:-}" ]]; then
  python3 - "$REPORT_DIR/evidence.json" "$SOURCE" <<'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    sources = {dump["source"] for dump in json.load(file)["dumps"] if dump["trigger"] == "silence"}
print(f"stacks of the silence came from: {', '.join(sorted(sources)) or 'nowhere'}")
sys.exit(sources != {sys.argv[2]})
PYTHON
fi
