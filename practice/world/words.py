"""Names, places and figures that sentences are filled with. All persons are invented."""

from __future__ import annotations

from .rng import Rng

__all__ = ["BANKS", "REPORTERS"]

_FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô",
    "Dương", "Lý", "Nông", "Lương", "Võ", "Trương", "Đoàn", "Tạ",
)  # fmt: skip
_MIDDLE = (
    "Văn",
    "Thị",
    "Đức",
    "Hữu",
    "Ngọc",
    "Minh",
    "Thanh",
    "Quốc",
    "Xuân",
    "Bích",
    "Hoài",
    "Kim",
)
_GIVEN = (
    "Hạnh", "Dũng", "Khánh", "Thảo", "Tường", "Vy", "Lộc", "Nhàn", "Quyết", "Sương", "Tuấn",
    "Uyên", "Phượng", "Kiên", "Lựu", "Mẫn", "Nghĩa", "Oanh", "Phúc", "Thắm", "Vượng", "Yến",
    "Đạt", "Ân", "Bảo", "Cường", "Diệu", "Giang", "Hiếu", "Huệ",
)  # fmt: skip
_EDE = (
    "Y Blơ Niê", "H'Lan Mlô", "Y Thuĭ Êban", "H’Ƀlŏ Kbuôr", "Y Nŭ Ayŭn", "H'Rŏ Adrơng",
    "Y Ñhŭm Ksơr", "H’Yŏn Byă", "Y Sĕn Hđơk", "H'Mĭ Êñuôl", "Y Čuôr Rcăm", "H’Ƀhĭ Ktla",
    "Y Wĭn Buôn Yă", "H'Nguĕ Niê Kđăm", "Y Krăk Hmŏk", "H’Jŭn Ayŭn",
)  # fmt: skip
_DISTRICTS = (
    "huyện Krông Năng", "huyện Krông Pắc", "huyện Krông Pắk", "huyện Cư M'gar", "huyện Ea H’leo",
    "huyện M'Drắk", "huyện M’Đrắk", "huyện Ea Kar", "huyện Lắk", "huyện Buôn Đôn", "huyện Ea Súp",
    "huyện Cư Kuin", "huyện Krông Ana", "huyện Krông Bông", "huyện Krông Búk", "thị xã Buôn Hồ",
    "TP. Buôn Ma Thuột",
)  # fmt: skip
_COMMUNES = (
    "xã Ea Tường", "xã Cư Bông Lau", "xã Ea Sim", "xã Krông Đạt", "xã Hòa Thịnh", "xã Ea Ngân",
    "xã Cư Yăng", "xã Dur Mới", "xã Ea Lĕ", "xã Quảng Lâm", "phường Tân Khê", "phường Ea Tâm",
    "xã Ea Drông Thượng", "xã Yang Hăn", "xã Bình Thạnh", "xã Cư Prăng", "thị trấn Ea Pôk",
    "xã Ia Rŏng", "xã Ea M'nang", "xã Phú Sơn",
)  # fmt: skip
_VILLAGES = (
    "buôn Ea Brŏ", "buôn Kdun", "buôn Tơng Sĭng", "buôn Ƀuôr", "thôn 3", "thôn 6B", "thôn Tân Lập",
    "buôn Drai Hăn", "buôn Jŭng", "thôn Đoàn Kết", "buôn Čư Mbŏng", "tổ dân phố 4", "buôn Ea Ñuôl",
    "thôn Bình Hòa", "buôn Kmrŏng", "buôn Yang Reh",
)  # fmt: skip
_CROPS = (
    "cà phê", "sầu riêng", "hồ tiêu", "ca cao", "mắc ca", "bơ", "chanh dây", "lúa nước", "ngô lai",
    "khoai lang Nhật", "mía", "điều", "cao su", "dược liệu", "nấm linh chi", "dâu tằm", "vải thiều",
)  # fmt: skip
_BODIES = (
    "UBND tỉnh", "Sở Nông nghiệp và PTNT", "Sở Công Thương", "Hội Nông dân tỉnh", "Tỉnh Đoàn",
    "Hội Liên hiệp Phụ nữ tỉnh", "Sở Giáo dục và Đào tạo", "Sở Y tế", "Công an tỉnh",
    "Ban Quản lý rừng phòng hộ", "Liên đoàn Lao động tỉnh", "Hội Chữ thập đỏ tỉnh", "Sở KH-CN",
    "Bảo hiểm xã hội tỉnh", "Mặt trận Tổ quốc Việt Nam tỉnh", "Bộ Chỉ huy Quân sự tỉnh",
)  # fmt: skip
_OFFICES = (
    "Chủ tịch UBND xã", "Phó Chủ tịch UBND huyện", "Trưởng Phòng Nông nghiệp", "Bí thư Đoàn xã",
    "Hiệu trưởng nhà trường", "Trưởng trạm y tế", "già làng", "Chủ tịch Hội Nông dân xã",
    "Giám đốc hợp tác xã", "Phó Giám đốc Sở", "Trưởng buôn", "Bí thư Chi bộ",
)  # fmt: skip


def _people() -> tuple[str, ...]:
    rng = Rng(7, 1)
    names = [f"{rng.pick(_FAMILY)} {rng.pick(_MIDDLE)} {rng.pick(_GIVEN)}" for _ in range(400)]
    return (*names, *_EDE * 5)


def _figures(step: int, count: int, start: int) -> tuple[str, ...]:
    return tuple(f"{start + n * step:,}".replace(",", ".") for n in range(count))


REPORTERS = (
    *(
        f"{middle} {given}"
        for middle in ("Hoài", "Thu", "Duy", "Bảo", "Nhật", "Vân", "Lê", "Khả")
        for given in _GIVEN
    ),
    "Y Sơn Niê",
    "H'Thiên Êban",
)

BANKS: dict[str, tuple[str, ...]] = {
    "person": _people(),
    "place": (*_DISTRICTS, *(f"{c} ({d})" for c, d in zip(_COMMUNES, _DISTRICTS, strict=False))),
    "district": _DISTRICTS,
    "commune": _COMMUNES,
    "village": _VILLAGES,
    "crop": _CROPS,
    "body": _BODIES,
    "office": _OFFICES,
    "few": tuple(str(n) for n in range(2, 40)),
    "many": _figures(37, 180, 60),
    "huge": _figures(1_350, 120, 12_400),
    "percent": tuple(f"{n // 10},{n % 10}%" for n in range(31, 990, 7) if n % 10),
    "money": tuple(
        f"{n} {unit} đồng" for unit in ("triệu", "tỷ") for n in (*range(2, 60, 3), 120, 250, 480)
    ),
    "hectares": tuple(f"{n} ha" for n in (*range(3, 90, 4), 150, 320, "1.200", "4.650")),
    "day": tuple(
        form.format(d=d, m=m)
        for form, d, m in (
            (form, 1 + (n * 7) % 28, 1 + n % 12)
            for n in range(84)
            for form in ("ngày {d}-{m}", "{d}/{m}", "sáng {d} - {m}", "chiều {d}-{m}")
        )
    ),
    "year": tuple(str(n) for n in range(2008, 2027)),
    "since": ("từ đầu năm đến nay", "trong ba năm qua", "sau hai mùa vụ", "từ cuối năm ngoái",
              "hơn mười năm nay", "trong quý vừa rồi", "kể từ khi có chủ trương mới"),
    "province": ("Đắk Lắk", "tỉnh Đắk Lắk", "Dak Lak", "Đắc Lắc", "tỉnh Dak Lak", "xứ Đắk Lắk"),
    "weather": ("mưa trái mùa", "nắng hạn kéo dài", "sương muối", "gió lốc", "lũ về sớm"),
    "feeling": ("phấn khởi", "xúc động", "yên tâm hơn hẳn", "vẫn còn băn khoăn", "mừng ra mặt"),
    "way": ("bài bản", "đồng bộ", "kiên trì", "từng bước một", "linh hoạt", "quyết liệt"),
    "thing": ("mô hình", "đề án", "chương trình", "phong trào", "kế hoạch", "dự án"),
    "river": ("sông Krông Nô", "suối Ea Tul", "hồ Ea Kao", "thác Drai Yông", "suối Ea H'Đing"),
    "instrument": ("chiêng knah", "đinh năm", "trống h'gơr", "đinh pút", "ching kram"),
    "country": ("Lào", "Campuchia", "Thái Lan", "Nhật Bản", "Hàn Quốc", "Đức", "Na Uy", "Chi-lê"),
    "team": ("CLB Ea Sup Trẻ", "đội Buôn Ma Thuột FC", "đội Krông Pắc", "đội Cư M'gar"),
    "illness": ("sốt xuất huyết", "tay chân miệng", "cúm mùa", "tăng huyết áp", "đái tháo đường"),
    "school": ("Trường THPT Ea Ngân", "Trường THCS Hoa Pơ Lang", "Trường Tiểu học Y Jŭt Mới",
               "Trường Mầm non Hướng Dương", "Trường PTDTNT Cao nguyên"),
}  # fmt: skip
