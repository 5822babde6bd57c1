"""The wiring of the crawl, in the order of the data's way. Every name of our own is in README."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

# Who we are, and how to stop us -----------------------------------------------------------------

BOT_NAME = "khobao"
KHOBAO_CONTACT = os.environ.get("KHOBAO_CONTACT", "")
KHOBAO_OPERATOR = os.environ.get("KHOBAO_OPERATOR", KHOBAO_CONTACT or "unknown")
USER_AGENT = f"khobao/{version('khobao')} (web archive; {KHOBAO_CONTACT or 'no contact given'})"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Where things lie -------------------------------------------------------------------------------

KHOBAO_HOME = Path(os.environ.get("KHOBAO_HOME", "data"))
KHOBAO_RUN_ID = ""  # one is made if empty
KHOBAO_ARGUMENTS = ""  # of the spider, as JSON; for the warcinfo record
KHOBAO_RESOLVE = os.environ.get("KHOBAO_RESOLVE", "").split()  # HOST:PORT:ADDRESS[:PORT]
KHOBAO_CA_FILE = os.environ.get("KHOBAO_CA_FILE", "")

# Politeness -------------------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "khobao"
SCOPE_SUBDOMAINS = False  # the survey sets it: hosts below the newspaper's domain may be asked, too
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# Seconds between two requests to one host.
DOWNLOAD_DELAY = float(os.environ.get("KHOBAO_DELAY", "1"))
DOWNLOAD_DELAY_JITTER = 0.0
BACKOFF_MAX_SECONDS = 300.0  # longest Retry-After that is waited for
BACKOFF_BLOCKED_AFTER = 10  # refusals in a row that end the crawl (exit 4)

# Requests: what is sent -------------------------------------------------------------------------

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    # Replay tools would have to cope with br and zstd, which Scrapy otherwise offers.
    "Accept-Encoding": "gzip",
}
COOKIES_ENABLED = False  # no server-side template switch, no download of the public suffix list
HTTPPROXY_ENABLED = False  # a CONNECT tunnel is bytes the tee would not see
HTTPCACHE_ENABLED = False  # a cached answer is no capture
CONDITIONAL_ENABLED = True  # ask "has it changed?" of pages that the archive holds
CONDITIONAL_MAX_AGE_DAYS = 30.0  # an older original is fetched in full again
REDIRECT_MAX_TIMES = 10
RETRY_TIMES = 2
DOWNLOAD_TIMEOUT = 60  # seconds, from the first byte sent to the last received
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes a body may have once decompressed
DOWNLOAD_WARNSIZE = 0
HTTPERROR_ALLOW_ALL = False
URLLENGTH_LIMIT = 0  # ScopeMiddleware says no, and says why

# Strings, not classes: importing Twisted's HTTP client here would install the reactor too early.
DOWNLOAD_HANDLERS = {
    "http": "crawler.capture.tee.TeeDownloadHandler",
    "https": "crawler.capture.tee.TeeDownloadHandler",
    # Nothing is fetched that is not recorded.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.scope.ScopeMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.backoff.BackoffMiddleware": 560,  # sees what Retry is about to retry
    # Below Redirect and HttpCompression, which see the original as it came; above the statistics.
    "crawler.middlewares.conditional.ConditionalMiddleware": 650,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # ScopeMiddleware's work
}

# The archive ------------------------------------------------------------------------------------

ARCHIVE_FILE_MAX_BYTES = int(os.environ.get("KHOBAO_FILE_MAX_BYTES", str(1024**3)))
ARCHIVE_FILE_MAX_AGE_SECONDS = 24 * 3600.0
ARCHIVE_MIN_FREE_BYTES = int(os.environ.get("KHOBAO_MIN_FREE_BYTES", str(512 * 1024**2)))
ARCHIVE_BODY_MAX_BYTES = 2 * 1024**3  # a longer body is broken off, WARC-Truncated: length
ARCHIVE_BODY_MEMORY_BYTES = 16 * 1024**2  # the rest of a longer body lies in the archive only
ARCHIVE_SELFTEST_ENABLED = True
# Second copy of closed files: a directory, sftp://…, s3://… (anything fsspec knows).
KHOBAO_COPY = os.environ.get("KHOBAO_COPY", "")
KHOBAO_COPY_WAIT_SECONDS = float(
    os.environ.get("KHOBAO_COPY_WAIT_SECONDS", "120")
)  # at the end of a run; what is missing then is copied later

# Items ------------------------------------------------------------------------------------------

READER_PROCESSES = 0  # 0: pages are read in the crawl's own process
# Whether other crossChecks are asked about each article's headline, date and body.
KHOBAO_CROSS_CHECK = os.environ.get("KHOBAO_CROSS_CHECK", "1") != "0"
CROSS_CHECK_SHARE = 0.05  # of articles, those that a general extractor reads as well
# Scrapy starts this many tasks for every response, busy or not.
CONCURRENT_ITEMS = 16
ITEM_PIPELINES = {
    "pipelines.validate.ValidatePipeline": 100,
    "pipelines.clean.CleanPipeline": 200,
    "pipelines.mongodb.pipeline.MongoDBPipeline": 900,
}
FEED_EXPORT_ENCODING = "utf-8"  # Vietnamese as it is written
FEED_EXPORTERS = {
    "json": "crawler.feeds.TypedJsonItemExporter",
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "crawler.feeds.TypedJsonLinesItemExporter"),
}
MONGODB_URI = os.environ.get("KHOBAO_MONGODB_URI", "")  # empty: the embedded server of the home
MONGODB_DATABASE = "khobao"
MONGODB_WAIT_SECONDS = float(
    os.environ.get("KHOBAO_MONGODB_WAIT_SECONDS", "120")
)  # how long the crawl waits for a server that went away

# The run ----------------------------------------------------------------------------------------

EXTENSIONS = {
    "crawler.extensions.run_record.RunExtension": 0,
    "crawler.extensions.log_file.LogFileExtension": 50,
    "crawler.extensions.progress.ProgressExtension": 100,
    "scrapy.extensions.logstats.LogStats": None,  # ProgressExtension says it better
}
CLOSESPIDER_ERRORCOUNT = 0

# Scrapy itself ----------------------------------------------------------------------------------

ASYNCIO_EVENT_LOOP = "uvloop.Loop"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
REMOTE_CONTROL_ENABLED = False  # HTTP that runs code in the crawl
TELNETCONSOLE_ENABLED = False
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleLifoSQLiteQueue"
SCHEDULER_START_DISK_QUEUE = "scrapy.squeues.PickleFifoSQLiteQueue"
LOG_LEVEL = os.environ.get("KHOBAO_LOG_LEVEL", "INFO")
