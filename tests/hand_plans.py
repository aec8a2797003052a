"""Plans of the five communes as an official types them in Word: direct formatting, no styles, figures in plain text.

The sentences are these tests' own; the figures are the communes', with the inconsistencies that their plans had.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

Row = list[str]


class Hand:
    """A document that somebody types."""

    def __init__(self, unit: str, number: str, day: str, title: str, upper: str = "") -> None:
        self.document = Document()
        table = self.document.add_table(rows=2, cols=2)
        table.cell(0, 0).text = f"{upper}\nỦY BAN NHÂN DÂN\n{unit.upper()}".strip()
        table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
        table.cell(1, 0).text = f"Số: {number}/KH-UBND"
        table.cell(1, 1).text = day
        self.line("")
        self.line("KẾ HOẠCH", bold=True, centre=True)
        self.line(title, bold=True, centre=True)
        self.line("")

    def line(self, text: str, *, bold: bool = False, centre: bool = False) -> Any:
        paragraph = self.document.add_paragraph()
        for part in text.split("|"):  # runs, as Word leaves them after corrections
            run = paragraph.add_run(part)
            run.font.name, run.font.size, run.bold = "Times New Roman", Pt(14), bold
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph

    def lines(self, text: str) -> None:
        for line in text.strip().splitlines():
            self.line(line.strip())

    def table(self, rows: list[Row]) -> Any:
        table = self.document.add_table(rows=len(rows), cols=len(rows[0]))
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
        return table

    def end(self, signer: str = "CHỦ TỊCH") -> None:
        table = self.document.add_table(rows=1, cols=2)
        table.cell(0, 0).text = "Nơi nhận:\n- Như trên;\n- Lưu: VT."
        table.cell(0, 1).text = f"TM. ỦY BAN NHÂN DÂN\n{signer}"

    def save(self, path: Path) -> Path:
        self.document.save(str(path))
        return path


def son_trung(path: Path, villages: tuple[str, ...]) -> Path:
    hand = Hand(
        "xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo bền vững năm 2023 của xã Sơn Trung"
    )
    hand.lines(
        """
        Căn cứ Nghị quyết số 26/NQ-HĐND ngày 29 tháng 12 năm 2022 của Hội đồng nhân dân xã Sơn Trung;
        Ủy ban nhân dân xã xây dựng kế hoạch giảm nghèo với các nội dung như sau:
        I. TÌNH HÌNH HỘ NGHÈO, HỘ CẬN NGHÈO
        1. Hộ nghèo
        Đến cuối năm 2022, toàn xã có 63| hộ nghèo với 113 khẩu, chiếm tỷ lệ 4,08 %.
        Trong 63 hộ nghèo có 48 hộ không có khả năng lao động và 16 hộ có khả năng lao động.
        2. Hộ cận nghèo
        Đến cuối năm 2022, toàn xã có 69 hộ cận nghèo với 195 khẩu, chiếm tỷ lệ 4.47%.
        II. CHỈ TIÊU
        - Năm 2023 toàn xã phấn đấu giảm 12 hộ nghèo (0,78%), còn lại 51 hộ nghèo, chiếm 3,30%.
        - Năm 2023 giảm 15 hộ cận nghèo, còn 54 hộ cận nghèo, tỷ lệ 3,50%.
        - Giao chỉ tiêu cho các thôn theo bảng dưới đây.
        """
    )
    heads = [
        "TT",
        "Thôn",
        "Tổng số hộ",
        "Hộ nghèo cuối năm 2022",
        "Giảm hộ nghèo trong năm 2023",
        "Hộ nghèo cuối năm 2023",
    ]
    counts = (
        (202, 113, 83, 110, 128, 140, 159, 158, 146, 136, 170),
        (3, 3, 2, 5, 4, 9, 9, 6, 5, 11, 6),
        (1, 0, 0, 1, 0, 2, 2, 1, 1, 3, 1),
        (2, 3, 2, 4, 4, 7, 7, 5, 4, 8, 5),
    )
    rows = [[str(i + 1), name, *(str(column[i]) for column in counts)] for i, name in enumerate(villages)]
    hand.table([heads, *rows, ["", "Tổng cộng", "1.545", "63", "12", "51"]])
    hand.lines(
        """
        III. GIẢI PHÁP
        1. Tuyên truyền để toàn thị trấn hiểu và làm theo chủ trương giảm nghèo.
        2. Cho vay ưu đãi, hỗ trợ giống, vật tư cho hộ có nhu cầu.
        IV. TỔ CHỨC THỰC HIỆN
        Các ban, ngành của xã theo nhiệm vụ được giao triển khai thực hiện./.
        """
    )
    hand.end()
    return hand.save(path)


def long_an(path: Path) -> Path:
    hand = Hand(
        "xã Long An", "38", "Long An, ngày 29 tháng 3 năm 2024", "Thực hiện công tác giảm nghèo xã Long An năm 2024"
    )
    hand.lines(
        """
        I. MỤC TIÊU
        1. Mục tiêu cụ thể
        - Năm 2024 tỷ lệ hộ nghèo của xã giảm > 0,62%.
        - Trong năm xóa hộ nghèo tại ấp Tân Hậu B2 theo nghị quyết của Đảng ủy.
        - Năm 2024 toàn xã giảm 06 hộ nghèo và 23 hộ cận nghèo.
        II. ĐỐI TƯỢNG
        Hộ nghèo, hộ cận nghèo đang cư trú ở các ấp trong xã.
        III. NỘI DUNG DỰ ÁN
        1. Dự án về sinh kế
        2. Dự án về dinh dưỡng
        III. KINH PHÍ
        Do ngân sách các cấp bảo đảm.
        IV. TỔ CHỨC THỰC HIỆN
        4.1. Ban Chỉ đạo xã: đôn đốc các ngành.
        4.3. Trưởng ban nhân dân các ấp: rà soát từng hộ.
        Đề nghị các ngành, các ấp thực hiện tốt kế hoạch này./.
        """
    )
    hand.end()
    return hand.save(path)


def phuoc_long(path: Path) -> Path:
    hand = Hand(
        "phường Phước Long", "", "Phước Long, ngày    tháng 02 năm 2024", "Giảm nghèo năm 2024 phường Phước Long"
    )
    hand.lines(
        """
        I. THỰC TRẠNG
        Cuối năm 2023, tổng số hộ nghèo, hộ cận nghèo toàn phường là 8.999 hộ với 34.398 nhân khẩu, trong đó:
        - Hộ nghèo: 04 hộ với 15 nhân khẩu, tỷ lệ 0,04%.
        - Hộ cận nghèo: 60 hộ với 252 nhân khẩu, tỷ lệ 0,67%.
        II. MỤC TIÊU
        Trong năm 2024 phường phấn đấu giảm 04 hộ nghèo và 20 hộ cận nghèo.
        III. THỰC HIỆN
        Các tổ dân phố giúp từng hộ theo phụ lục đính kèm.
        Công chức phụ trách báo cáo định kỳ hằng quý./.
        """
    )
    hand.end("KT. CHỦ TỊCH")
    return hand.save(path)


def an_duong(path: Path) -> Path:
    hand = Hand(
        "xã An Dương",
        "",
        "An Dương, ngày 29 tháng 3 năm 2024",
        "Thực hiện Dự án 6, Dự án 7 năm 2024 trên địa bàn xã An Dương",
    )
    hand.lines(
        """
        I. MỤC ĐÍCH
        Nâng nhận thức về giảm nghèo, năng lực của cán bộ.
        II. NỘI DUNG
        1. Truyền thông về giảm nghèo
        2. Nâng cao năng lực
        II. KINH PHÍ
        Tổng số tiền: 13.000.000 đồng (Mười ba triệu đồng).
        III. TỔ CHỨC THỰC HIỆN
        Giao công chức chuyên môn tham mưu thực hiện./.
        """
    )
    hand.end()
    return hand.save(path)


def tan_khai(path: Path) -> Path:
    hand = Hand(
        "thị trấn Tân Khai",
        "",
        "Tân Khai, ngày   tháng   năm 2024",
        "Giảm nghèo, đào tạo nghề giai đoạn 2021 - 2025 thị trấn Tân Khai",
    )
    hand.lines(
        """
        I. CHỈ TIÊU
        1. Từ năm 2022 đến năm 2025 đào tạo nghề 602 lao động, bình quân mỗi năm 150 lao động.
        2. Nhà ở: xây mới 01 căn nhà, kinh phí 100.800.000 đồng; mức hỗ trợ tối đa 80.000.000 đồng/căn.
        II. TỔ CHỨC THỰC HIỆN
        Các khu phố bình xét đúng đối tượng, công khai, dân chủ./.
        """
    )
    hand.end()
    return hand.save(path)
