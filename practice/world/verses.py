"""Pieces of verses: one of each row makes a line."""

__all__ = ["IMAGES", "OPENINGS", "TURNS"]

OPENINGS = (
    "Anh về", "Em đi", "Mẹ ngồi", "Đêm nghe", "Chiều rơi", "Ai gọi", "Gió qua", "Trăng lên",
    "Mùa sang", "Con đường", "Tiếng chiêng", "Bếp lửa", "Hoa nở", "Mưa về", "Ta còn", "Sương tan",
    "Lá khô", "Bàn chân",
)  # fmt: skip
IMAGES = (
    "trên triền dốc cũ", "bên hiên nhà dài", "qua mùa cà phê trắng", "ngược dòng Krông Nô",
    "nơi buôn xa chưa ngủ", "giữa ngàn lau xám", "trong màu đất đỏ", "dưới tán kơ nia",
    "cùng tiếng chim chơ rao", "bên bờ suối cạn", "trong men rượu cần", "sau cơn mưa đầu mùa",
    "theo dấu chân voi", "bên cối giã khuya", "ngoài nương ngô vàng",
)  # fmt: skip
TURNS = (
    "nhớ ai", "rất khẽ…", "một mình", "như lời ru xưa", "không nói", "mà thương", "đợi sáng",
    "hóa thành câu hát", "gọi mùa trở lại", "còn vương", "nghe ấm bàn tay", "lặng lẽ",
    "thắp lên nỗi nhớ", "chẳng kịp về", "bỗng xanh",
)  # fmt: skip
