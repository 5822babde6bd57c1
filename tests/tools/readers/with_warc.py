"""How many records the ``warc`` package reads, or why it does not."""

import json
import sys

import warc

found = {"records": 0}
try:
    for path in sys.argv[1:]:
        for record in warc.open(path):
            record.payload.read()
            found["records"] += 1
except OSError as exc:
    found["stopped"] = str(exc)
sys.stdout.write(json.dumps(found))
