"""The sections of phuyen.baodaklak.vn: a menu of its own, in numbers before it became words.

Only "Sức khỏe" and the numbers 93 and 95 have been seen; the rest is invented in the same form.
"""

from __future__ import annotations

import hashlib

from .model import Section

__all__ = ["PHUYEN_MENU"]

_MENU = (
    ("Chính trị", "/chinh-tri/", 75, "politics"),
    ("Kinh tế", "/kinh-te/", 76, "economy"),
    ("Xã hội", "/xa-hoi/", 93, "society"),
    ("Sức khỏe", "/suc-khoe/", 95, "health"),
    ("Giáo dục", "/giao-duc/", 82, "education"),
    ("Văn hóa", "/van-hoa/", 83, "culture"),
    ("Văn học - Nghệ thuật", "/van-hoc-nghe-thuat/", 90, "culture"),
    ("Thể thao", "/the-thao/", 84, "sport"),
    ("Pháp luật", "/phap-luat/", 85, "law"),
    ("Phóng sự", "/phong-su/", 88, "society"),
    ("Video", "/video/", 99, "tourism"),
)


def _category_id(path: str) -> str:
    head = hashlib.blake2b(b"phuyen" + path.encode(), digest_size=8).hexdigest().upper()
    return f"{head}E065A4413D5C3B62"


PHUYEN_MENU = tuple(
    Section(name, path, _category_id(path), theme, legacy=number)
    for name, path, number, theme in _MENU
)
