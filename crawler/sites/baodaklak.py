"""Báo Đắk Lắk điện tử, baodaklak.vn."""

from __future__ import annotations

from crawler.sites.profile import SiteProfile

BAODAKLAK = SiteProfile(
    key="baodaklak",
    name="Báo Đắk Lắk điện tử",
    hosts=("baodaklak.vn",),
    sibling_hosts=("phuyen.baodaklak.vn", "baophuyen.vn"),
    resource_hosts=("maxcdn.bootstrapcdn.com", "cdnjs.cloudflare.com"),
    api_root="/sc_service",
    site_id="fb9e3a03798789de0179a1704dea238e",
    source_notice="Báo Đắk Lắk Điện tử",
    poem_slugs=("van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat", "channel/3611"),
)
