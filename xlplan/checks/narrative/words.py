"""Words and numbers of a sentence by what they mean; a word that is not listed here means that nothing is claimed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache, lru_cache

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

POOR, NEAR, BOTH, ALL = "ho_ngheo", "ho_can_ngheo", "ho_da_chieu", "tong_so_ho"

_MEANINGS: dict[str, str] = {
    "house": "hộ",
    "people": """khẩu, nhân khẩu, người, nhân khẩu trong, nhân khẩu trong các, nhân khẩu thuộc, nhân khẩu thuộc các,
        nhân khẩu của các""",
    "all": "hộ dân, hộ dân cư, hộ gia đình",
    "poor": """hộ nghèo, số hộ nghèo, hộ thuộc diện nghèo, hộ thuộc diện hộ nghèo, hộ diện nghèo, hộ thuộc hộ nghèo, hn,
        hộ được công nhận là hộ nghèo, hộ được công nhận hộ nghèo,
        hộ n""",
    "near": """hộ cận nghèo, số hộ cận nghèo, cận nghèo, hộ cn, hcn, hộ thuộc diện cận nghèo,
        hộ thuộc diện hộ cận nghèo, hộ diện cận nghèo, hộ được công nhận là hộ cận nghèo,
        hộ được công nhận hộ cận nghèo""",
    "both": "hộ nghèo và cận nghèo, nghèo và cận nghèo, hộ nghèo cận nghèo",
    # said of the poor and of the poor and near-poor together
    "open": "hộ nghèo đa chiều, nghèo đa chiều, tỷ lệ nghèo, tỷ lệ nghèo đa chiều, tỷ lệ nghèo chung",
    "percent": "%, phần trăm",
    "point": "điểm",
    "total": "tổng số, tổng, số, số lượng, ts, dân số",
    "rate": "tỷ lệ, tl",
    "without": """không có khả năng lao động, không khả năng lao động, không còn khả năng lao động, không có lao động,
        không có thành viên có khả năng lao động, hết khả năng lao động, mất khả năng lao động,
        không có sức lao động, không còn sức lao động, hết sức lao động""",
    "with": "có khả năng lao động, còn khả năng lao động, có lao động, có sức lao động, còn sức lao động",
    "aid": """bảo trợ xã hội, btxh, thuộc chính sách bảo trợ xã hội, thuộc chính sách btxh, thuộc diện bảo trợ xã hội,
        thuộc diện btxh, hưởng bảo trợ xã hội, hưởng btxh, thuộc đối tượng bảo trợ xã hội, hưởng bảo trợ xh""",
    "exit": "có khả năng thoát nghèo",
    # a household that leaves poverty, said behind its number (“14 hộ thoát nghèo”) or before it
    "leaves": """thoát nghèo, thoát nghèo bền vững, vươn lên thoát nghèo, vươn lên thoát nghèo bền vững,
        thoát khỏi nghèo, thoát khỏi hộ nghèo,
        thoát khỏi diện hộ nghèo, ra khỏi diện hộ nghèo, ra khỏi hộ nghèo, được công nhận thoát nghèo,
        thoát cận nghèo, thoát hộ cận nghèo, thoát khỏi cận nghèo, thoát khỏi hộ cận nghèo,
        thoát khỏi diện hộ cận nghèo, ra khỏi diện hộ cận nghèo, được công nhận thoát cận nghèo""",
    "arises": "phát sinh, phát sinh mới, tái nghèo, tái cận nghèo",
    "ethnic": """dân tộc thiểu số, dtts, là người dân tộc thiểu số, người dân tộc thiểu số, là dân tộc thiểu số,
        là đồng bào dân tộc thiểu số, đồng bào dân tộc thiểu số, là dtts, là người dtts""",
    "merit": "có thành viên là người có công với cách mạng, có người có công với cách mạng, thuộc diện người có công",
    "is": "là, có, với, gồm, chiếm, đạt, ở mức, bằng, tương ứng, tương đương, là có, hiện có, ghi nhận, :, =",
    "remains": """còn, vẫn còn, hiện vẫn còn,
        còn lại, hiện còn, chỉ còn, hiện chỉ còn, xuống còn, xuống, giảm còn, giảm xuống còn, giảm xuống,
        giảm xuống ở mức, lên""",
    "from": "từ",
    "cut": "giảm, kéo giảm, hạ, mức giảm",
    "easing": "giảm nghèo, giảm nghèo bền vững, giảm nghèo đa chiều",
    "rise": "tăng",
    "aim": "phấn đấu, đặt mục tiêu, dự kiến, kế hoạch, chỉ tiêu, mục tiêu, đề ra, phải, sẽ",
    "done": "đã, đã giảm, giảm được, đã giảm được, kết quả thực hiện, thực hiện được",
    "among": "trong đó, bao gồm",
    "and": "và",
    "against": "so với, so",
    "on": "trên tổng số, trong tổng số, trên tổng",
    "result": "kết quả, kết quả giảm nghèo, đánh giá kết quả",
    "support": """hỗ trợ, dự án, tiểu dự án, mô hình, vay vốn, vốn vay, tín dụng, trợ giúp, giúp đỡ, nhà ở, thiếu hụt,
        bảo hiểm, bảo hiểm y tế, việc làm, nước sạch, nước sinh hoạt, kinh phí, đào tạo, dạy nghề, tập huấn""",
    "fill": """theo, qua, rà soát, điều tra, tổng điều tra, thống kê, số liệu, tổng hợp, chính thức,
        thực trạng, tình hình, hiện trạng, đặc điểm, nguyên nhân, công tác, phân tích, cho thấy,
        riêng, tập trung, giao, giao cho,
        như sau, cụ thể, cụ thể như sau, toàn, cả, tại, ở, của, trên, địa bàn, trên địa bàn, thuộc, vào, tính,
        thời điểm, tại thời điểm, kết quả rà soát, kết quả điều tra,
        đánh giá, chung, khái quát, phân loại, đưa,
        chủ yếu, tổng quát, yêu cầu, mục đích, nhiệm vụ, giải pháp, nội dung,
        tỷ trọng, trong năm qua, triển khai, thực hiện""",
    "standard": """chuẩn nghèo, theo chuẩn nghèo, theo chuẩn nghèo đa chiều, chuẩn nghèo đa chiều,
        theo chuẩn nghèo đa chiều quốc gia, chuẩn nghèo đa chiều quốc gia, theo chuẩn, chuẩn nghèo mới,
        theo chuẩn nghèo mới""",
    "elsewhere": """huyện, quận, tỉnh, thành phố, thị xã, cả nước, toàn quốc, trung ương, vùng, khu vực, cụm, liên xã,
        các xã, các phường, mỗi xã, các thôn, các ấp, mỗi thôn, mỗi ấp""",
    "villages": "thôn, ấp, khu phố, tổ dân phố, khóm, bản, buôn, bon, làng, xóm, sóc, phum",
    "unknown": "xã hội, hộ khẩu, người nghèo",
    "now": "hiện nay, hiện, hiện tại, đến nay",
    "start": "đầu kỳ, đầu năm",
    "end": "cuối kỳ",
    "open_end": "cuối năm, đến cuối năm",
    "year": "năm nay, trong năm, năm kế hoạch, trong kỳ",
    "before": "năm trước",
}
_SAME = {"tỉ": "tỷ", "uỷ": "ủy", "rá": "rà"}

_NUMBER = r"\d+(?:[.,]\d+)*"
_YEAR = r"(?:19|20)\d\d"
_DASH = "[-–—]"
_TOKEN = pattern(
    rf"""(?P<date>(?:(?:tính\s+)?đến\s+)?(?:ngày\s+\d{{1,2}}\s+tháng\s+\d{{1,2}}\s+năm\s+\d{{4}}|(?:ngày\s+)?\d{{1,2}}\s?/\s?\d{{1,2}}\s?/\s?\d{{4}}))
    |(?P<span>(?:giai\ đoạn\s+)?{_YEAR}\s?(?:{_DASH}|đến(?:\ năm)?)\s?{_YEAR})
    |(?P<stock>(?P<edge>(?:tính\ )?(?:đến\ )?(?:cuối|hết)\ năm|đến\ năm|đầu\ năm)\s+(?P<edge_year>{_YEAR})(?![.,]?\d))
    |(?P<plain>(?:trong\ )?năm\s+(?P<plain_year>{_YEAR})(?![.,]?\d))
    |(?P<other>\d+\w*[/-][^\W\d_][\w/–-]*|{_NUMBER}(?:\s?/\s?{_NUMBER})+(?![\d.,/]|\s*hộ(?!\w))
        |{_NUMBER}\s?%?\s?(?:{_DASH}|đến)\s?{_NUMBER}
        |{_NUMBER}\s?hộ\s?(?:{_DASH}|đến)\s?{_NUMBER}(?![\d.,]|\s?%)
        |\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?![\d.,]))
    |(?P<number>{_NUMBER})
    |(?P<word>[^\W\d_][\w'’]*)
    |(?P<line>\n)
    |(?P<sign>[^\s])""",
    re.VERBOSE,
)
_THOUSANDS = pattern(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_LONGEST = 9  # words of the longest phrase


class Token(NamedTuple):
    """A word, phrase, number or sign: ``kind`` says what it means, ``value`` which one; places are of the text."""

    kind: str
    value: str
    start: int
    end: int


class Amount(NamedTuple):
    """A typed number as a count or a rate, with its printed decimals."""

    value: Decimal
    places: int


@cache
def _lexicon() -> dict[str, str]:
    return {" ".join(phrase.split()): kind for kind, listed in _MEANINGS.items() for phrase in listed.split(",")}


@lru_cache(maxsize=4096)
def plain_words(text: str) -> str:
    """The words and numbers of a name as they are looked up, without signs between them."""
    if text.replace(" ", "").isalpha():  # as most names: each word is a token
        return " ".join([_SAME.get(part, part) for part in text.lower().split()])
    parts = (match[0].lower() for match in _TOKEN.finditer(text) if not match["sign"])
    return " ".join(_SAME.get(part, part) for part in parts)


def tokens(small: str, places: Mapping[str, str]) -> list[Token]:
    """The tokens of a text in small letters; ``places`` gives phrases that name the commune or a village.

    A phrase that names a place is a ``place`` token whose value is the given one.
    """
    raw = [_raw(match) for match in _TOKEN.finditer(small)]
    found: list[Token] = []
    at = 0
    while at < len(raw):
        token, taken = _phrase(raw, at, places)
        found.append(token)
        at += taken
    return found


def _raw(match: re.Match[str]) -> Token:
    return Token(match.lastgroup or "", _SAME.get(match[0], match[0]), *match.span())


def _phrase(raw: list[Token], at: int, places: Mapping[str, str]) -> tuple[Token, int]:
    """The longest phrase that begins at a word, and how many raw tokens it takes."""
    first = raw[at]
    if first.kind not in ("word", "sign"):
        return first, 1
    text, best = "", None
    lexicon = _lexicon()
    for n, token in enumerate(raw[at : at + _LONGEST], start=1):
        if token.kind not in ("word", "number") and n > 1:
            break
        text = f"{text} {token.value}" if text else token.value
        kind = "place" if text in places else lexicon.get(text)
        if kind:
            value = places[text] if kind == "place" else text
            best = Token(kind, value, first.start, token.end), n
    if best is not None:
        return best
    return (first, 1) if first.kind == "sign" else (Token("unknown", first.value, first.start, first.end), 1)


def count(written: str) -> Amount | None:
    """A typed count: dot or comma before three digits groups thousands; other decimals are no count."""
    if written.isdecimal():
        return Amount(Decimal(written), 0)
    if _THOUSANDS.fullmatch(written):
        return Amount(Decimal(written.replace(".", "").replace(",", "")), 0)
    return None


def percentage(written: str) -> Amount | None:
    """A typed rate: dot and comma part the decimals."""
    whole, _, decimals = written.replace(",", ".").partition(".")
    if "." in decimals:
        return None
    return Amount(Decimal(f"{whole}.{decimals}" if decimals else whole), len(decimals))


def names(listed: Iterable[str], value: str) -> dict[str, str]:
    """Phrases that name one place."""
    return {plain_words(name): value for name in listed if name}
