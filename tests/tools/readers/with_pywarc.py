"""How many records pywarc reads."""

import json
import sys

from pywarc import WarcReader

found = {"records": 0}
for path in sys.argv[1:]:
    for _ in WarcReader(path):
        found["records"] += 1
sys.stdout.write(json.dumps(found))
