"""The sections of baodaklak.vn as its menu of September 2024 had them, and some outside it.

Names, paths, category ids and nesting are the newspaper's; the ids of sections for which none is
known (districts, sections outside the menu) are invented in the same form.
"""

from __future__ import annotations

import hashlib

from .model import Section

__all__ = ["DISTRICTS", "MENU", "OUTSIDE", "invented_id"]

# (depth, name, path, category id, theme)
_MENU = (
    (0, "Thời sự", "/thoi-su/", "fb9e3a03798789de0179f951bba565bd", "politics"),
    (
        1,
        "Sự kiện - Bình luận",
        "/thoi-su/su-kien-binh-luan/",
        "C3E9638CD51126ECE05384BA1E7B3E77",
        "politics",
    ),
    (
        1,
        "Đắk Lắk - Hành trình thế kỷ",
        "/thoi-su/dak-lak-hanh-trinh-the-ky/",
        "8a10c0e28f4ac5a8018f4b82752c0486",
        "culture",
    ),
    (1, "Chuyên  đề", "/thoi-su/chuyen-de/", "8a10c0e28bcfd97b018bd259f745179b", "politics"),
    (1, "Chuyển đổi số", "/thoi-su/chuyen-doi-so/", "8a10c0e28a2469a4018a25b8694f097e", "science"),
    (
        1,
        "Lễ hội Cà phê Buôn Ma Thuột",
        "/thoi-su/le-hoi-ca-phe-buon-ma-thuot/",
        "fb9e3a03841bf7fa01841dffacd13ec2",
        "tourism",
    ),
    (0, "Chính trị", "/chinh-tri/", "C3E963AF05CC2740E05384BA1E7B6B62", "politics"),
    (
        1,
        "Lịch sử - Truyền thống",
        "/chinh-tri/lich-su-truyen-thong/",
        "fb9e3a03798789de017a75a8ce2578f7",
        "culture",
    ),
    (
        1,
        "Mừng Đảng, mừng Xuân",
        "/chinh-tri/mung-dang-mung-xuan/",
        "fb9e3a037e742433017e76f2350343e9",
        "politics",
    ),
    (0, "Kinh tế", "/kinh-te/", "C3E963B0D15B2744E05384BA1E7BB72C", "economy"),
    (1, "Công nghiệp", "/kinh-te/cong-nghiep/", "C3E9659E7CD52930E05384BA1E7B5A31", "economy"),
    (
        1,
        "Nông - Lâm nghiệp",
        "/kinh-te/nong-lam-nghiep/",
        "C3E965A59E4C293AE05384BA1E7B74ED",
        "farming",
    ),
    (
        1,
        "Tài chính",
        "/kinh-te/tai-chinh-ngan-hang/",
        "C3E96576C76E28FEE05384BA1E7B6ACD",
        "economy",
    ),
    (0, "Xã hội", "/xa-hoi/", "C3E963B289462748E05384BA1E7B2847", "society"),
    (1, "Giáo dục", "/giao-duc/", "C3E96385EEAD26E0E05384BA1E7BD416", "education"),
    (1, "Y tế - Sức khỏe", "/y-te-suc-khoe/", "C3E963A7FBC1272FE05384BA1E7B5D54", "health"),
    (
        1,
        "Chính sách xã hội",
        "/xa-hoi/chinh-sach-xa-hoi/",
        "fb9e3a03798789de017a2c7b18ae2a1c",
        "society",
    ),
    (
        2,
        "Chính sách BHXH-BHYT",
        "/chinh-sach-xa-hoi/chinh-sach-bhxh-bhyt/",
        "fb9e3a037b05167e017b0b6bbbde0d8f",
        "health",
    ),
    (
        0,
        "Văn hóa",
        "/van-hoa-du-lich-van-hoc-nghe-thuat/",
        "C3E963D2C8FD2788E05384BA1E7B6447",
        "culture",
    ),
    (
        1,
        "Văn học - Nghệ thuật",
        "/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/",
        "C3E96396DE012701E05384BA1E7B06AA",
        "culture",
    ),
    (
        1,
        "Giỗ tổ Hùng Vương",
        "/van-hoa-du-lich-van-hoc-nghe-thuat/Gio-to-hung-vuong/",
        "fb9e3a03798789de017a2c7cdac32a62",
        "culture",
    ),
    (0, "Multimedia", "/multimedia/", "fb9e3a03798789de0179fa8838ee2d00", "tourism"),
    (1, "Video", "/video/", "C3E9637B9A6026CBE05384BA1E7BC607", "society"),
    (1, "E-Magazine", "/multimedia/emagazine/", "fb9e3a03798789de0179fa88edac2dca", "tourism"),
    (1, "Infographic", "/multimedia/Infographic/", "fb9e3a03798789de0179fa8948422de0", "science"),
    (0, "Du lịch", "/du-lich/", "C3E9641EC51927BCE05384BA1E7B957E", "tourism"),
    (
        1,
        "Đắk Lắk - Đất và người",
        "/du-lich/dak-lak-dat-va-nguoi/",
        "fb9e3a03798789de017a75b07cc67c90",
        "tourism",
    ),
    (
        0,
        "Khoa học - Công nghệ",
        "/khoa-hoc-cong-nghe/",
        "C3E9638B28E026E8E05384BA1E7B924C",
        "science",
    ),
    (1, "Môi trường", "/moi-truong/", "C3E96398DBE62705E05384BA1E7B00C2", "environment"),
    (1, "Đô thị", "/khoa-hoc-cong-nghe/do-thi/", "fb9e3a03798789de017a2c8e98452fda", "environment"),
    (0, "Pháp luật", "/phap-luat/", "C3E963A620AC272BE05384BA1E7B065D", "law"),
    (
        1,
        "An ninh - Trật tự",
        "/phap-luat/an-ninh-trat-tu/",
        "C3E9650A4D1928A8E05384BA1E7B3010",
        "law",
    ),
    (
        1,
        "An toàn giao thông",
        "/phap-luat/an-toan-giao-thong/",
        "C3E96472299B2803E05384BA1E7BBD82",
        "traffic",
    ),
    (
        1,
        "Văn bản luật",
        "/phap-luat/tim-hieu-phap-luat/",
        "C3E964E75CE32884E05384BA1E7B5CE9",
        "law",
    ),
    (
        0,
        "Quốc phòng - An ninh",
        "/an-ninh-quoc-phong/",
        "C3E96393518026FCE05384BA1E7BBAF1",
        "defence",
    ),
    (0, "Quốc tế", "/quoc-te/", "C3E96390164E26F4E05384BA1E7BFDAE", "world"),
    (
        1,
        "Cộng đồng ASEAN",
        "/quoc-te/cong-dong-asean/",
        "C3E96523448328C2E05384BA1E7BBD32",
        "world",
    ),
    (0, "Thể thao", "/the-thao/", "C3E963896D2026E4E05384BA1E7B56A2", "sport"),
    (1, "Trong nước", "/the-thao/trong-nuoc/", "fb9e3a03798789de017a2ca5e3d436e2", "sport"),
    (1, "Quốc tế", "/the-thao/quoc-te/", "fb9e3a03798789de017a2ca635ed3701", "sport"),
    (
        0,
        "Trang tin địa phương",
        "/trang-tin-dia-phuong/",
        "fb9e3a03798789de017a1e688be16b96",
        "society",
    ),
    (
        0,
        "Thông tin doanh nghiệp tự giới thiệu",
        "/thong-tin-doanh-nghiep-tu-gioi-thieu/",
        "C3E96440317D27DAE05384BA1E7BFCDC",
        "economy",
    ),
    (0, "Phóng sự - Ký sự", "/phong-su-ky-su/", "C3E963A9BFC82733E05384BA1E7BA113", "society"),
    (0, "Đọc báo in", "/doc-bao-in/", "fb9e3a03798789de017a2def60ca2277", "politics"),
    (
        0,
        "Vấn Đề Bạn Đọc Quan Tâm",
        "/van-de-ban-doc-quan-tam/",
        "C3E9638E713726F0E05384BA1E7B5A85",
        "law",
    ),
)

_DISTRICTS = (
    ("TP. Buôn Ma Thuột", "tp-buon-ma-thuot"),
    ("TX. Buôn Hồ", "tx-buon-ho"),
    ("Huyện Cư M'gar", "huyen-cu-m'gar"),
    ("Huyện Cư Kuin", "huyen-cu-kuin"),
    ("Huyện Krông Búk", "huyen-krong-buk"),
    ("Huyện Krông Ana", "huyen-krong-ana"),
    ("Huyện Ea H'leo", "huyen-ea-h'leo"),
    ("Huyện Krông Bông", "huyen-krong-bong"),
    ("Huyện Lắk", "huyen-lak"),
    ("Huyện Ea Súp", "huyen-ea-sup"),
    ("Huyện Buôn Đôn", "huyen-buon-don"),
    ("Huyện M'Drắk", "huyen-m'drak"),
    ("Huyện Krông Năng", "huyen-krong-nang"),
    ("Huyện Krông Pắc", "huyen-krong-pac"),
    ("Huyện Ea Kar", "huyen-ea-kar"),
)

# (name, path, path of the parent, theme)
_OUTSIDE = (
    ("Tin nổi bật", "/tin-noi-bat/", "", "politics"),
    ("Tâm điểm", "/tam-diem/", "", "society"),
    ("Quảng cáo - Rao vặt", "/quang-cao-rao-vat/", "", "economy"),
    ("Học và làm theo lời Bác", "/chinh-tri/hoc-va-lam-theo-loi-bac/", "/chinh-tri/", "politics"),
    ("Văn hóa - Xã hội", "/van-hoa-xa-hoi/", "", "society"),
    ("Nông nghiệp, nông thôn", "/kinh-te/nong-nghiep-nong-thon/", "/kinh-te/", "farming"),
)

# Only the channels that have been seen; everything else fell under "news".
_CHANNELS = {
    "/chinh-tri/": 3482,
    "/van-hoa-du-lich-van-hoc-nghe-thuat/": 3484,
    "/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/": 3611,
    "/giao-duc/": 3486,
    "/the-thao/": 3487,
    "/video/": 5301,
}
_NEWS_CHANNEL = 3481


def invented_id(path: str) -> str:
    digest = hashlib.blake2b(path.encode(), digest_size=8).hexdigest()
    return f"fb9e3a03798789de{digest}"


def _channel(path: str, parent: Section | None) -> int:
    return _CHANNELS.get(path) or (parent.legacy if parent else _NEWS_CHANNEL)


def _menu() -> tuple[Section, ...]:
    found: list[Section] = []
    trail: list[Section] = []
    for depth, name, path, category_id, theme in _MENU:
        del trail[depth:]
        parent = trail[-1] if trail else None
        section = Section(name, path, category_id, theme, parent, legacy=_channel(path, parent))
        trail.append(section)
        found.append(section)
    return tuple(found)


MENU = _menu()
_BY_PATH = {section.path: section for section in MENU}
_LOCAL = _BY_PATH["/trang-tin-dia-phuong/"]

DISTRICTS = tuple(
    Section(
        name,
        f"{_LOCAL.path}{slug}/",
        invented_id(slug),
        "society",
        _LOCAL,
        in_menu=False,
        legacy=_NEWS_CHANNEL,
    )
    for name, slug in _DISTRICTS
)

OUTSIDE = tuple(
    Section(
        name,
        path,
        invented_id(path),
        theme,
        _BY_PATH.get(parent),
        in_menu=False,
        legacy=_NEWS_CHANNEL,
    )
    for name, path, parent, theme in _OUTSIDE
)
