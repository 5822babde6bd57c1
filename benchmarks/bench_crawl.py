"""The full pipeline against bare Scrapy on the same addresses, in one run, as a ratio.

Both fetch from the same practice newspaper over TLS, 16 requests at once, without delay. The full
pipeline records the wire into WARC, reads every page, stores every item in a real MongoDB. Bare
Scrapy (uvloop, no pipelines) then fetches exactly the addresses that the full crawl fetched, and
throws the bodies away. What is not measured: the newspaper's own speed, and politeness.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from practice.client import PracticeProcess

BARE = """
import json, sys, time
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for url in json.load(open(sys.argv[1])):
            yield scrapy.Request(url, headers={"Host": "baodaklak.vn"}, dont_filter=True)
    def parse(self, response):
        len(response.body)

process = AsyncCrawlerProcess({
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop", "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": False,
    "COOKIES_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
    "RETRY_ENABLED": False, "HTTPERROR_ALLOW_ALL": True,
})
crawler = process.create_crawler(Bare)
process.crawl(crawler)
started = time.perf_counter()
process.start()
print(json.dumps({"seconds": crawler.stats.get_value("elapsed_time_seconds"),
                  "responses": crawler.stats.get_value("downloader/response_count")}))
"""


def full(site: PracticeProcess, home: Path) -> dict[str, float]:
    khobao = Path(sys.executable).parent / "khobao"
    rules = [word for rule in site.resolve for word in ("--resolve", rule)]
    subprocess.run([khobao, "--home", home, "db", "start"], check=True, capture_output=True)
    options = ["--full", "--media", "none", "--delay", "0", "--ca-file", site.ca_file, *rules]
    done = subprocess.run(
        [khobao, "--home", home, "--json", "crawl", "sections", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    result = json.loads(done.stdout)
    report = json.loads(Path(result["report_path"]).read_text("utf-8"))
    return {
        "seconds": report["stats"]["elapsed_time_seconds"],
        "responses": report["stats"]["downloader/response_count"],
        "articles": report["counts"]["new"],
    }


def fetched_urls(home: Path) -> list[str]:
    urls = []
    for path in sorted((home / "warc").glob("*.warc.gz")):
        with path.open("rb") as stream:
            kinds = WarcRecordType.response | WarcRecordType.revisit
            urls += [
                record.headers["WARC-Target-URI"]
                for record in ArchiveIterator(stream, record_types=kinds, parse_http=False)
            ]
    return urls


def bare(site: PracticeProcess, urls: list[str], folder: Path) -> dict[str, float]:
    local = [
        url.replace("https://baodaklak.vn/", f"https://127.0.0.1:{site.https_port}/")
        for url in urls
        if url.startswith("https://baodaklak.vn/")
    ]
    listing = folder / "urls.json"
    listing.write_text(json.dumps(local), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", BARE, listing], capture_output=True, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ratios = []
    for _ in range(options.rounds):
        with (
            tempfile.TemporaryDirectory(prefix="khobao-bench-") as folder,
            PracticeProcess("--articles", str(options.articles), "--no-log") as site,
        ):
            home = Path(folder) / "home"
            whole = full(site, home)
            plain = bare(site, fetched_urls(home), Path(folder))
            khobao = Path(sys.executable).parent / "khobao"
            subprocess.run([khobao, "--home", home, "db", "stop"], check=True, capture_output=True)
        speed = whole["responses"] / whole["seconds"]
        bare_speed = plain["responses"] / plain["seconds"]
        ratios.append(speed / bare_speed)
        print(
            f"full pipeline {speed:6.0f} responses/s ({whole['articles']} articles),"
            f" bare Scrapy {bare_speed:6.0f} responses/s, ratio {ratios[-1]:.2f}"
        )
    print(f"full pipeline against bare Scrapy: median ratio {sorted(ratios)[len(ratios) // 2]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
