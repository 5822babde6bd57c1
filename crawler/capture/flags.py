"""Flags that responses and requests carry between the layers of the crawl."""

from __future__ import annotations

BODY_CAPPED_FLAG = "khobao-body-capped"
"""Response: the archive holds the whole body, ``response.body`` only its beginning, or nothing."""

NOT_MODIFIED_FLAG = "khobao-not-modified"
"""Response: the server answered 304; head and body are those of the archived original."""

UNCONDITIONAL_FLAG = "khobao-unconditional"
"""Request: the server's 304 was not to be believed, so the page is asked for in full."""

ROBOTS_META = "khobao_robots"
"""Request meta: it asks for a robots.txt."""

OWN_CONDITION_FLAG = "khobao-own-condition"
"""Request: its conditions are the spider's own, and a 304 is the answer it wants to see."""

RESOURCE_META = "khobao_resource"
"""Request meta: the kind (``css``, ``image`` …), if a page names it as a thing it is shown with."""
