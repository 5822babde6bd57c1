"""Faults of content: a well-formed answer that is not the page that was asked for."""

from __future__ import annotations

import re
import unicodedata

from practice.faults.model import Fault, Heals, Kind, Scene, header_lines, whole_page
from practice.http1 import head
from practice.reply import Reply, simple

_ARTICLES = frozenset({Kind.ARTICLE})
_API = frozenset({Kind.API})
_TEXT = frozenset({Kind.ARTICLE, Kind.SECTION, Kind.HOME})
_HTML = "text/html; charset=UTF-8"
_CALL = re.compile(rb"^[^(]*\((.*)\);?\s*$", re.DOTALL)
_OPEN_COOKIE = "khobao_mo_cua=1"

_CAPTCHA = """<!DOCTYPE html><html lang="vi"><head><meta charset="UTF-8">
<title>Xác minh bạn không phải là người máy</title></head><body>
<h1>Xin chờ một chút…</h1><p>Hệ thống nhận thấy lưu lượng truy cập bất thường từ mạng của bạn.</p>
<form action="/xac-minh/" method="post"><div class="g-recaptcha" data-sitekey="khobao"></div>
<noscript>Vui lòng bật JavaScript và cookie để tiếp tục.</noscript></form></body></html>
"""
_COOKIE_WALL = f"""<html><head><meta charset="UTF-8"><script>
document.cookie = "{_OPEN_COOKIE}; path=/"; window.location.reload(true);
</script></head><body>Trình duyệt cần bật cookie để xem trang này.</body></html>
"""
_GATEWAY_PAGE = """<html><head><meta charset="UTF-8"><title>Bảo trì</title></head>
<body><h1>Hệ thống đang bảo trì (xin quay lại sau)</h1></body></html>
"""
_MISSING = """<html><head><meta charset="UTF-8"><title>Không tìm thấy trang</title></head>
<body><div class="container"><h1>Không tìm thấy trang</h1>
<p>Nội dung bạn tìm không tồn tại hoặc đã bị gỡ.</p><a href="/">Về trang chủ</a></div></body></html>
"""

_ONE_LEVEL = {
    code: "".join(chr(int(part, 16)) for part in unicodedata.decomposition(chr(code)).split())
    for code in range(0x1EA0, 0x1EFA)
}
"""ế → ê and a combining acute: the only way windows-1258 can write it."""


def _soft_404(scene: Scene) -> Reply:
    """The newspaper's own page for missing addresses, or a bare one."""
    return simple(200, _HTML, _MISSING.encode() if scene.variant % 2 else scene.not_found().body)


def _captcha(scene: Scene) -> Reply:
    status = 200 if scene.variant % 2 else 403
    return simple(status, _HTML, _CAPTCHA.encode(), [("Cache-Control", "no-store")])


def _cookie_wall(scene: Scene) -> Reply:
    if _OPEN_COOKIE in scene.request.headers.get("cookie", ""):
        return whole_page(scene.page)
    return simple(200, _HTML, _COOKIE_WALL.encode(), [("Set-Cookie", "phien=khobao; Path=/")])


def _empty(scene: Scene) -> Reply:
    if scene.variant % 2:
        lines = [*header_lines(scene.page), ("Transfer-Encoding", "chunked")]
        return Reply((head(200, lines) + b"0\r\n\r\n",), 200)
    return Reply((head(200, header_lines(scene.page, 0)),), 200)


def _html_as_jsonp(_: Scene) -> Reply:
    return simple(200, _HTML, _GATEWAY_PAGE.encode())


def _without_callback(scene: Scene) -> Reply | None:
    call = _CALL.match(scene.page.body) if scene.has_body else None
    return whole_page(scene.with_body(call[1], "application/json")) if call else None


def _wrong_charset(scene: Scene) -> Reply | None:
    """Really written in the old encoding, and declared so in the header; the page says UTF-8."""
    if not scene.is_html:
        return None
    text = scene.page.body.decode()
    if scene.variant % 2:
        body = text.encode("latin-1", "replace")
        return whole_page(scene.with_body(body, "text/html; charset=ISO-8859-1"))
    body = text.translate(_ONE_LEVEL).encode("cp1258", "xmlcharrefreplace")
    return whole_page(scene.with_body(body, "text/html; charset=windows-1258"))


def _wrong_label(scene: Scene) -> Reply | None:
    """UTF-8 as always; only the header lies."""
    if not scene.is_html:
        return None
    label = "ISO-8859-1" if scene.variant % 2 else "windows-1258"
    return whole_page(scene.with_body(scene.page.body, f"text/html; charset={label}"))


def _malformed(scene: Scene) -> Reply | None:
    if not scene.is_html:
        return None
    body = scene.page.body
    middle = max(body.find(b'id="content"'), len(body) // 4)
    broken = (
        body[: middle + len(b'id="con')],
        body[:middle] + b"\0\0<p<div class=\"'</body></html>" + b"<div>" * 3000 + body[middle:],
        body.replace(b'id="content"', b'id="content').replace(b"</div>", b"</dvi>"),
    )
    return whole_page(scene.with_body(broken[scene.variant % len(broken)]))


FAULTS = (
    Fault("jsonp-without-callback", _API, Heals.WHOLE, _without_callback),
    Fault("wrong-charset-label", _TEXT, Heals.WHOLE, _wrong_label),
    Fault("soft-404", _ARTICLES, Heals.NEVER, _soft_404),
    Fault("captcha", _ARTICLES, Heals.NEVER, _captcha),
    Fault("cookie-wall", _ARTICLES, Heals.NEVER, _cookie_wall),
    Fault("empty-body", _ARTICLES | _API, Heals.NEVER, _empty),
    Fault("html-as-jsonp", _API, Heals.NEVER, _html_as_jsonp),
    Fault("wrong-charset", _ARTICLES, Heals.NEVER, _wrong_charset),
    Fault("malformed-html", _ARTICLES, Heals.NEVER, _malformed),
)
