"""Bytes of pictures, films, sounds, papers and assets: small, valid, different for every name."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

from .design import drawing, logo, sheet
from .frames import query_script
from .model import Page
from .pictures import SCENES, jpeg_parts, png_rows

_KEPT = 512


def _digest(path: str) -> bytes:
    return hashlib.blake2b(path.encode(), digest_size=32).digest()


def _padding(path: str, least: int, spread: int) -> bytes:
    """Bytes that do not compress, as many as the name says."""
    digest = _digest(path)
    size = least + int.from_bytes(digest[:4], "big") % spread
    return hashlib.shake_128(digest).digest(size)


def _scene_of(path: str) -> int:
    """The same picture in whatever size the resizer was asked for."""
    return _digest(path.partition("?")[0])[5] % SCENES


def _jpeg(path: str) -> bytes:
    """A landscape; what makes the file unique stands in a comment."""
    comment = path.encode() + b"\n" + _padding(path, 900, 9000)
    tables, scan = jpeg_parts(_scene_of(path))
    return b"".join(
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
            struct.pack(">BBH", 0xFF, 0xFE, len(comment) + 2),
            comment,
            tables,
            scan,
            b"\xff\xd9",
        )
    )


def _png_part(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _png(path: str) -> bytes:
    width, height, rows = png_rows(_scene_of(path))
    return _whole_png(path, width, height, 2, rows)


def _whole_png(path: str, width: int, height: int, colours: int, rows: bytes) -> bytes:
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _png_part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)),
            _png_part(b"tEXt", b"Comment\x00" + path.encode("latin-1", "replace")),
            _png_part(b"IDAT", rows),
            _png_part(b"prIv", _padding(path, 300, 4000)),
            _png_part(b"IEND", b""),
        )
    )


def _gif(_path: str) -> bytes:
    return (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
        b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )


def _pdf(path: str) -> bytes:
    """One empty page; the cross-reference table is right."""
    noise = _padding(path, 6000, 40_000)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 1191] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(noise), noise),
    )
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % table


def _mp4(path: str) -> bytes:
    media = _padding(path, 20_000, 60_000)
    kind = struct.pack(">I", 24) + b"ftypisom\x00\x00\x02\x00isommp41"
    return kind + struct.pack(">I", len(media) + 8) + b"mdat" + media


def _mp3(path: str) -> bytes:
    """Frames of silence (MPEG-1 layer III, 32 kbit/s, mono) behind a tag with the name."""
    name = path.encode()
    tag = b"ID3\x03\x00\x00" + bytes([0, 0, len(name) >> 7 & 0x7F, len(name) & 0x7F]) + name
    frame = b"\xff\xfb\x10\xc4" + bytes(100)
    return tag + frame * (60 + _digest(path)[0])


def _playlist(path: str) -> bytes:
    name = path.rsplit("/", 1)[-1].removesuffix(".m3u8")
    parts = "".join(f"#EXTINF:6.0,\n{name}_{part}.ts\n" for part in range(3))
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:6\n{parts}#EXT-X-ENDLIST\n".encode()


def _stream_part(path: str) -> bytes:
    packet = b"\x47\x1f\xff\x10" + _padding(path, 184, 1)
    return packet * 40


def _script(path: str) -> bytes:
    code = "(function(){\n  window.baodaklak = window.baodaklak || {};\n})();\n"
    if path.endswith(_QUERY_SCRIPTS):
        code = query_script()
    elif name := _DESIGN.get(path):
        code = sheet(name)
    return f"/* {path} */\n{code}".encode()


def _style(path: str) -> bytes:
    if name := _DESIGN.get(path):
        return sheet(name).encode()
    return (
        f"/* {path} */\n@font-face {{ font-family: Roboto; "
        'src: url("../fonts/roboto.woff2") format("woff2"); }\n'
        ".logo { background: url(/common/v1/images/icon_home.gif) no-repeat; }\n"
        "body { font-family: Roboto, sans-serif; }\n"
    ).encode()


def _drawing(path: str) -> bytes:
    name = path.rpartition("/")[2].removesuffix(".svg")
    return (drawing(name) or logo(*_LOGOS.get(name, _LOGOS["logo"]))).encode()


def _font(path: str) -> bytes:
    return b"wOF2" + _padding(path, 4000, 2000)


def _icon(_path: str) -> bytes:
    rows = zlib.compress((b"\x00" + bytes([178, 20, 27]) * 16) * 16)
    image = _whole_png("/favicon.ico", 16, 16, 2, rows)
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 24, len(image), 22) + image


_KINDS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "jpg": ("image/jpeg", _jpeg),
    "jpeg": ("image/jpeg", _jpeg),
    "png": ("image/png", _png),
    "gif": ("image/gif", _gif),
    "ico": ("image/x-icon", _icon),
    "pdf": ("application/pdf", _pdf),
    "mp4": ("video/mp4", _mp4),
    "mp3": ("audio/mpeg", _mp3),
    "m3u8": ("application/vnd.apple.mpegurl", _playlist),
    "ts": ("video/mp2t", _stream_part),
    "js": ("application/javascript", _script),
    "css": ("text/css", _style),
    "svg": ("image/svg+xml", _drawing),
    "woff2": ("font/woff2", _font),
}
# Where the two templates have the query library that their inline scripts call.
_QUERY_SCRIPTS = ("/jquery.min.js", "/vendors.bundle.js")
_DESIGN = {
    "/common/v1/css/bootstrap.min.css": "grid.css",
    "/common/v1/css/main.css": "main.css",
    "/common/v1/css/print.css": "print.css",
    "/common/v1/js/main.js": "main.js",
    "/common/v2/css/vendors.bundle.css": "grid.css",
    "/common/v2/css/app.bundle.css": "app.css",
    "/common/v2/js/index.bundle.js": "index.js",
}
_LOGOS = {
    "logo": ("BÁO", "ĐẮK LẮK", "#b1141b"),
    "logo-baodaklak": ("BÁO ĐIỆN TỬ", "ĐẮK LẮK", "#0a58a6"),
    "logo-phuyen": ("BÁO ĐIỆN TỬ", "PHÚ YÊN", "#0a58a6"),
}
_TREES = ("/file/", "/common/", "/Upload/", "/dataimages/")


@lru_cache(maxsize=_KEPT)
def media_file(path: str, resized: str = "") -> Page | None:
    """The file at a path, in the size the resizer was asked for; None if there is no such file."""
    if path != "/favicon.ico" and not path.startswith(_TREES):
        return None
    kind = _KINDS.get(path.rpartition(".")[2].lower())
    if kind is None:
        return None
    content_type, make = kind
    seed = f"{path}?{resized}" if resized and content_type.startswith("image/") else path
    return Page(200, content_type, make(seed))
