"""Runs inside pywb's environment, started by :mod:`archive.replay.process`; knows nothing of ours.

``python -I server.py DIRECTORY FD verbose|quiet``: *DIRECTORY* is that of
:mod:`archive.replay.site`, *FD* the listening socket.

The server ends when its standard input does, so it never outlives the process that started it. It
connects to nothing but the loopback, whatever an index line or an archived page asks for, and reads
WARC files from nowhere but the archive.
"""

from __future__ import annotations

import _thread
import ipaddress
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module, util
from pathlib import Path
from typing import Any

NOT_DIGIT = re.compile(r"\D")
INTERIM = re.compile(r"1(?!01)\d\d\b")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def end_with_parent(directory: str) -> None:
    os.read(0, 1)
    shutil.rmtree(directory, ignore_errors=True)
    os._exit(0)


def only_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: it sees every connection, whichever library makes it."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host in {None, "", "localhost"}:
        return
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise PermissionError(f"replay does not leave this machine: {host}")


def find_warc(name: re.Pattern[str], filename: str, _: object) -> str | None:
    """What pywb asks where a file lies that an index line names.

    :param name: what a file's name may be.
    """
    path = Path("warc", filename)
    return str(path) if name.fullmatch(filename) and path.exists() else None


def resolve_by_record_id(resolving_loader: type[Any]) -> None:
    """Let revisits show the very record they refer to.

    pywb goes by address, second and digest, and takes every 3xx for a redirect without content:
    "304 Not Modified" becomes an empty page. Of a revisit of an equal payload, the head is its own;
    of what was not modified, the original's.
    """
    usual = resolving_loader.load_headers_and_payload

    def load(self: Any, cdx: Any, failed_files: list[str], cdx_loader: Any) -> tuple[Any, Any]:
        if cdx.get("mime") == "warc/revisit":
            revisit = self._resolve_path_load(cdx, False, failed_files)
            original = find_original(self, revisit.rec_headers, failed_files, cdx_loader)
            if original is not None:
                if cdx.get("status") == "304":
                    revisit.http_headers = original.http_headers
                return tidied(revisit), tidied(original)
            revisit.raw_stream.close()
        headers, payload = usual(self, cdx, failed_files, cdx_loader)
        same = headers is payload
        payload = tidied(payload)
        return (payload if same else tidied(headers)), payload

    resolving_loader.load_headers_and_payload = load


def tidied(record: Any) -> Any:
    """A record whose head a server can send: the final one, without what no header may hold, and
    without a length that the body does not have.
    """
    parser = import_module("warcio.statusandheaders").StatusAndHeadersParser
    head = record.http_headers if record is not None else None
    while head is not None and INTERIM.match(head.statusline):
        try:
            head = parser(["HTTP/1.0", "HTTP/1.1"]).parse(record.raw_stream)
        except Exception:  # noqa: BLE001  nothing follows: it is all there is
            break
        record.http_headers = head
    if head is not None:
        head.headers = [
            (name, CONTROL.sub(" ", value)) for name, value in head.headers if TOKEN.fullmatch(name)
        ]
        if record.rec_type == "response" and record.rec_headers.get_header("WARC-Truncated"):
            head.remove_header("Content-Length")
    return record


def find_original(loader: Any, fields: Any, failed_files: list[str], cdx_loader: Any) -> Any:
    """The record that a revisit names, or None."""
    record_id = fields.get_header("WARC-Refers-To")
    url = fields.get_header("WARC-Refers-To-Target-URI")
    moment = NOT_DIGIT.sub("", fields.get_header("WARC-Refers-To-Date") or "")[:14]
    if not (record_id and url and moment):
        return None
    for cdx in loader.load_cdx_for_dupe(url, moment, "-", cdx_loader):
        if cdx["timestamp"] != moment:  # the nearest come first
            return None
        record = loader._resolve_path_load(cdx, False, failed_files)  # noqa: SLF001
        if record.rec_headers.get_header("WARC-Record-ID") == record_id:
            return record
        record.raw_stream.close()
    return None


def choose_captures(find: Callable[[str, object], str | None]) -> None:
    """Put pywb's choice of captures right; ``-I`` lets nobody import what lies beside this file."""
    spec = util.spec_from_file_location("khobao_choice", Path(__file__).with_name("choice.py"))
    assert spec is not None
    assert spec.loader is not None
    choice = util.module_from_spec(spec)
    spec.loader.exec_module(choice)
    matcher = import_module("pywb.warcserver.index.fuzzymatcher").FuzzyMatcher
    choice.install(matcher, find, import_module("warcio.timeutils").timestamp_to_sec)


def serve(listening_fd: int, *, is_verbose: bool) -> None:
    start = json.loads(Path("start.json").read_text(encoding="utf-8"))
    # First of all: it makes the standard library cooperate with gevent.
    frontend = import_module("pywb.apps.frontendapp")
    geventserver = import_module("pywb.utils.geventserver")
    resolving = import_module("pywb.warcserver.resource.resolvingloader")
    resolve_by_record_id(resolving.ResolvingLoader)
    find = partial(find_warc, re.compile(start["warcName"]))
    choose_captures(find)
    collection = {"index_paths": "index", "archive_paths": [find]}
    application = frontend.FrontEndApp(
        custom_config={
            "collections_root": "no-collections",
            "enable_auto_colls": False,
            "collections": {start["collection"]: collection},
            "framed_replay": True,
            "debug": False,
        }
    )
    application.rewriterapp.jinja_env.jinja_env.globals["start"] = start
    server = import_module("gevent.pywsgi").WSGIServer(
        import_module("gevent.socket").socket(fileno=listening_fd),
        application,
        handler_class=geventserver.RequestURIWSGIHandler,
        log=None,
    )
    server.start()
    if not is_verbose:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a line a request, for days
    server.serve_forever()


def main(directory: str, listening_fd: str, loudness: str) -> None:
    _thread.start_new_thread(end_with_parent, (directory,))  # a real thread, before gevent's
    sys.addaudithook(only_loopback)
    os.chdir(directory)
    serve(int(listening_fd), is_verbose=loudness == "verbose")


if __name__ == "__main__":
    main(*sys.argv[1:])
