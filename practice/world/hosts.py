"""The two hosts of the newspaper."""

from __future__ import annotations

import datetime as dt

from .schedule import ZONE
from .sections import DISTRICTS, MENU, OUTSIDE, PHUYEN_MENU, SLOT_ROWS
from .site import SiteFacts
from .timetable import slots_of

OLD_PHUYEN_HOST = "baophuyen.vn"

CDN_HOSTS = ("maxcdn.bootstrapcdn.com", "cdnjs.cloudflare.com")
"""Hosts of others that the pages take styles and scripts from; here they hold files of our own."""

BAODAKLAK = SiteFacts(
    name="baodaklak",
    host="baodaklak.vn",
    site_id="fb9e3a03798789de0179a1704dea238e",
    api_root="/sc_service",
    title="Báo Đắk Lắk điện tử",
    menu=MENU,
    districts=DISTRICTS,
    outside=OUTSIDE,
    slots=slots_of(SLOT_ROWS["baodaklak"]),
    numbered=False,
    oldest=dt.datetime(2011, 4, 1, tzinfo=ZONE),
    moved=dt.datetime(2021, 6, 1, tzinfo=ZONE),
    goes_on=True,
)

PHUYEN = SiteFacts(
    name="phuyen",
    host="phuyen.baodaklak.vn",
    site_id="ff8080818bb03877018bb2dc71b615ba",
    api_root="/service",
    title="Phú Yên online",
    menu=PHUYEN_MENU,
    districts=(),
    outside=(),
    slots=slots_of(SLOT_ROWS["phuyen"]),
    numbered=True,
    oldest=dt.datetime(2014, 1, 1, tzinfo=ZONE),
    moved=dt.datetime(2024, 11, 1, tzinfo=ZONE),
    goes_on=False,
)

PHUYEN_FROZEN = dt.datetime(2025, 6, 30, 18, tzinfo=ZONE)
"""After this nothing changed there any more."""
