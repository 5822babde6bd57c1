"""Errors of pages: what can be wrong with one, by name.

::

    PageError
    ├── NotAnArticleError          the page cannot become an article
    │   ├── EmptyPageError         nothing in it
    │   ├── BlockPageError         a captcha, cookie wall or firewall answered
    │   ├── SoftNotFoundError      status 200, but the article is not there
    │   └── MalformedArticleError  an article, but a field it must have cannot be read
    └── AnswerFormatError          a call of the JSON API answered something else
        ├── ListingFormatError
        └── CommentsFormatError
"""

from __future__ import annotations


class PageError(Exception):
    """A page that is not what its address promised. The message names the address."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class NotAnArticleError(PageError):
    """Neither template's marks are on the page."""


class EmptyPageError(NotAnArticleError):
    """No text at all."""

    def __init__(self, url: str, size: int) -> None:
        self.size = size
        super().__init__(url, f"the page is empty ({size} bytes, no element in them)")


class BlockPageError(NotAnArticleError):
    """Something in front of the newspaper answered instead of it."""

    def __init__(self, url: str, mark: str) -> None:
        self.mark = mark
        super().__init__(url, f"a block page, not the newspaper: it says {mark!r}")


class SoftNotFoundError(NotAnArticleError):
    """The newspaper answered, with some other page than the article."""


class MalformedArticleError(NotAnArticleError):
    """A field that every article of this template has is missing or unreadable."""

    def __init__(self, url: str, *, field: str, selector: str, reason: str) -> None:
        self.field = field
        self.selector = selector
        super().__init__(url, f"{field}: {reason} (selector {selector!r})")


class AnswerFormatError(PageError):
    """An answer of the JSON API that is not JSON, or not of the known shape."""


class ListingFormatError(AnswerFormatError):
    """The listing call's answer cannot be read."""


class CommentsFormatError(AnswerFormatError):
    """The comments call's answer cannot be read."""
