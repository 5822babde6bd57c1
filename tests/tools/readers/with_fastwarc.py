"""Every record by fastwarc: block digests before the HTTP is parsed, payload digests after."""

import json
import sys
from pathlib import Path

from fastwarc.warc import ArchiveIterator

found = {"records": 0, "blocks": [0, []], "payloads": [0, []], "refused": []}
for path in sys.argv[1:]:
    with Path(path).open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            found["records"] += 1
            if record.verify_block_digest():
                found["blocks"][0] += 1
            else:
                found["blocks"][1].append(record.record_id)
    with Path(path).open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            if "WARC-Payload-Digest" not in record.headers:
                continue
            if record.is_http:
                try:
                    record.parse_http()
                except OSError:
                    found["refused"].append(record.record_id)
                    continue
            if record.verify_payload_digest():
                found["payloads"][0] += 1
            else:
                found["payloads"][1].append(record.record_id)
sys.stdout.write(json.dumps(found))
