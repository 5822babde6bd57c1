"""Every record by warcio, with its digests checked as ``warcio check`` does."""

import json
import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

found = {"records": 0, "blocks": [0, []], "payloads": [0, []]}
for path in sys.argv[1:]:
    with Path(path).open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            while record.raw_stream.read(1 << 16):
                pass
            found["records"] += 1
            checker, headers = record.digest_checker, record.rec_headers
            for name, field in (("blocks", "Block"), ("payloads", "Payload")):
                if not headers.get_header(f"WARC-{field}-Digest"):
                    continue
                if any(f"{field.lower()} digest failed" in each for each in checker.problems):
                    found[name][1].append(headers.get_header("WARC-Record-ID"))
                else:
                    found[name][0] += 1
sys.stdout.write(json.dumps(found))
