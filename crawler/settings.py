"""The wiring of the crawl, in the order of the data's way. Every name of our own is in the docs.

Capture has its settings in :mod:`crawler.addon`, which also applies the environment's variables.
"""

from __future__ import annotations

# Who we are, and how to stop us -----------------------------------------------------------------

BOT_NAME = "khobao"
ADDONS = {
    "crawler.addon.CaptureAddon": 1,
    "crawler.addon.NewspaperAddon": 2,  # after it: the User-Agent names the contact
}
COMMANDS_MODULE = "crawler.scrapy_commands"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Politeness -------------------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "khobao"
SCOPE_SUBDOMAINS = False  # the survey sets it: hosts below the newspaper's domain may be asked, too
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# Seconds between two requests to one host.
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0
BACKOFF_MAX_SECONDS = 300.0  # longest Retry-After that is waited for
BACKOFF_BLOCKED_AFTER = 10  # refusals in a row that end the crawl (exit 4)

# Requests: what is sent -------------------------------------------------------------------------

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    # Replay tools would have to cope with br and zstd.
    "Accept-Encoding": "gzip",
}
COOKIES_ENABLED = False  # no server-side template switch, no download of the public suffix list
CONDITIONAL_ENABLED = True  # ask "has it changed?" of pages that the archive holds
CONDITIONAL_MAX_AGE_DAYS = 30.0  # an older original is fetched in full again
REDIRECT_MAX_TIMES = 10
METAREFRESH_ENABLED = False  # a page that reloads itself, or leads home after a while, is a page
RETRY_TIMES = 2
DOWNLOAD_TIMEOUT = 60  # seconds without a byte; the whole: DOWNLOAD_TOTAL_TIMEOUT
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes a body may have once decompressed
DOWNLOAD_WARNSIZE = 0
HTTPERROR_ALLOW_ALL = False
URLLENGTH_LIMIT = 0  # ScopeMiddleware says no, and says why

# Nothing is fetched that is not recorded.
DOWNLOAD_HANDLERS = dict.fromkeys(("data", "file", "ftp", "s3"))
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.scope.ScopeMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.backoff.BackoffMiddleware": 560,  # sees what Retry is about to retry
    # The download handler undoes content codings, as everybody does who reads the archive.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # Below Redirect, which sees the original as it came; above the statistics.
    "crawler.middlewares.conditional.ConditionalMiddleware": 650,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # ScopeMiddleware's work
}

# Items ------------------------------------------------------------------------------------------

READER_PROCESSES = 0  # 0: pages are read in the crawl's own process
# Whether other sources are asked about each article's headline, date and body.
KHOBAO_CROSS_CHECK = True
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
MONGODB_URI = ""  # empty: the embedded server of the home
MONGODB_DATABASE = "khobao"
MONGODB_WAIT_SECONDS = 120.0  # how long the crawl waits for a server that went away

# The run ----------------------------------------------------------------------------------------

EXTENSIONS = {
    "crawler.extensions.run_record.RunExtension": 0,
    "crawler.extensions.interrupt.InterruptExtension": 10,
    "crawler.extensions.stall.StallExtension": 11,
    "crawler.extensions.log_file.LogFileExtension": 50,
    "crawler.extensions.progress.ProgressExtension": 100,
    "scrapy.extensions.logstats.LogStats": None,  # ProgressExtension says it better
}
CLOSESPIDER_ERRORCOUNT = 0
STALL_TIMEOUT = 600  # seconds in which nothing moves at all; every other wait ends before

# Scrapy itself ----------------------------------------------------------------------------------

ASYNCIO_EVENT_LOOP = "uvloop.Loop"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
REMOTE_CONTROL_ENABLED = False  # HTTP that runs code in the crawl
TELNETCONSOLE_ENABLED = False
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleLifoSQLiteQueue"
SCHEDULER_START_DISK_QUEUE = "scrapy.squeues.PickleFifoSQLiteQueue"
LOG_LEVEL = "INFO"
