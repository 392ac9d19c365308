#!/usr/bin/env bash
# Any other CI: check a task definition, see it healthy, see its spec fulfilled, and leave nothing behind, however the job ends.
#
#   job.sh FOLDER    with task-definition.json and, where there is one, spec.yaml
#
# Reports come into ./reports.
set -euo pipefail
cd "$1"
mkdir -p reports
trap 'ecslocal prune --keep-logs' EXIT
ecslocal validate --format junit task-definition.json >reports/validate.xml
ecslocal run --wait healthy --timeout 5m --junit reports/run.xml task-definition.json
[ ! -e spec.yaml ] || ecslocal test --junit reports/test.xml spec.yaml
