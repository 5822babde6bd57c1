"""Phú Yên online, phuyen.baodaklak.vn: the paper of the province merged into Đắk Lắk in 2025.

Its pages name themselves by the old host, baophuyen.vn, and keep that host's numbered addresses.
"""

from __future__ import annotations

from crawler.sites.profile import SiteProfile

PHUYEN = SiteProfile(
    key="phuyen",
    name="Phú Yên online",
    hosts=("phuyen.baodaklak.vn", "baophuyen.vn"),
    sibling_hosts=("baodaklak.vn",),
    api_root="/service",
    site_id="ff8080818bb03877018bb2dc71b615ba",
    source_notice="Báo Đắk Lắk Điện tử",
    poem_slugs=("van-hoa", "van-hoc-nghe-thuat"),
    numbered_articles=True,
)
