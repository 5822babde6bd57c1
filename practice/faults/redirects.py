"""Faults that send the client elsewhere, or nowhere."""

from __future__ import annotations

from practice.config import NEW_HOST
from practice.faults.model import ANYWHERE, PAGES, Fault, Heals, Kind, Scene, whole_page
from practice.reply import Reply, simple

_ARTICLES = frozenset({Kind.ARTICLE})
_PRIVATE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:1/",
    "http://10.0.0.1/",
    "http://[::1]:1/",
    "http://localhost/",
    "http://0x7f000001/",
    "file:///etc/hostname",
)
_HOPS = (301, 302, 307, 308)
_MOVING = frozenset({"baodaklak.vn", "www.baodaklak.vn", "localhost", "127.0.0.1"})


def _to(status: int, location: str) -> Reply:
    return simple(status, "text/html", b"", [("Location", location)])


def _marked(scene: Scene, mark: str) -> str:
    return f"{scene.request.path}?utm_source={mark}"


def _chain(scene: Scene) -> Reply | None:
    """Four hops, each with another status and another form of Location, then the page."""
    step = scene.step
    if not scene.has_body or (scene.request.query and not step):
        return None
    if step >= len(_HOPS):
        return whole_page(scene.page)
    query = f"?utm_source=buoc-{step + 1}"
    path, host = scene.request.path, scene.request.headers.get("host", "")
    forms = (path + query, f"//{host}{path}{query}", query, path + query)
    return _to(_HOPS[step], forms[step])


def _loop(scene: Scene) -> Reply:
    """A ring of three addresses, or a road without end."""
    onward = scene.step + 1 if scene.variant % 2 else (scene.step + 1) % 3
    return _to(302, _marked(scene, f"vong-{onward}"))


def _private(scene: Scene) -> Reply:
    return _to(302, _PRIVATE[scene.variant % len(_PRIVATE)])


def _offsite(scene: Scene) -> Reply:
    return _to(301 if scene.variant % 2 else 302, "https://quang-cao.example/uu-dai/?tu=baodaklak")


def _moved_host(scene: Scene) -> Reply | None:
    """The same address on another host below the newspaper's domain, which answers as this did."""
    if scene.request.host not in _MOVING:
        return None
    query = f"?{scene.request.query}" if scene.request.query else ""
    return _to(301, f"https://{NEW_HOST}{scene.request.path}{query}")


FAULTS = (
    Fault("redirect-chain", PAGES, Heals.WHOLE, _chain),
    Fault("redirect-loop", _ARTICLES, Heals.NEVER, _loop),
    Fault("redirect-private", _ARTICLES, Heals.NEVER, _private),
    Fault("redirect-offsite", _ARTICLES, Heals.NEVER, _offsite),
    Fault("moved-host", ANYWHERE, Heals.NEVER, _moved_host, own_share=1.0, in_groups=False),
)
