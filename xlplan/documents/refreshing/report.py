"""What a refresh did, line by line, for every door."""

from __future__ import annotations

from xlplan.documents.refreshing.document import Change, Left, Refreshed, Why
from xlplan.messages import Language

SHOWN = 80  # letters of a sentence that a line quotes

_WHY: dict[Why, tuple[str, str]] = {
    "unknown": (
        "sổ tính không còn số liệu này; giữ nguyên {old}",
        "the workbook has no such figure any more; {old} was left",
    ),
    "open": ("ô trong sổ tính đang trống; giữ nguyên {old}", "the workbook's cell is empty; {old} was left"),
    "filled": (
        "sổ tính để trống, văn bản đã điền tay {old}; giữ nguyên",
        "empty in the workbook, filled in by hand with {old}, which was left",
    ),
    "tracked": (
        "đang có thay đổi chưa duyệt (Track Changes) ở số này; giữ nguyên. Duyệt xong rồi cập nhật lại{new}",
        "there is a tracked change in it; it was left. Accept or reject it and refresh again{new}",
    ),
    "foreign": (
        "trong ô có nội dung khác ngoài số liệu (nhiều đoạn, hình, trường); giữ nguyên. Sửa tay{new}",
        "it holds other things than a figure (paragraphs, pictures, fields) and was left. Correct it by hand{new}",
    ),
    "deleted": ("đã bị xóa khỏi văn bản; không đưa lại", "was deleted from the document and does not come back"),
    "new": (
        "sổ tính có {new_text}, văn bản chưa có chỗ. Thêm bằng tay, hoặc lập lại kế hoạch",
        "the workbook has {new_text}, for which the document has no place. Add it by hand or make the plan again",
    ),
}


def lines(done: Refreshed, lang: Language = "vi") -> list[str]:
    """A line for each figure that changed and for each that was left."""
    return [*(_changed(change, lang) for change in done.changes), *(_left(item, lang) for item in done.left)]


def summary(done: Refreshed, lang: Language = "vi") -> str:
    """How many figures changed, and how many could not be refreshed."""
    from xlplan.documents.refreshing.document import FAILURES

    failed = sum(item.why in FAILURES for item in done.left)
    if lang == "en":
        return f"{len(done.changes)} figures refreshed, {failed} could not be."
    if not done.changes and not failed:
        return "Số liệu trong văn bản đã khớp với sổ tính."
    return f"Đã cập nhật {len(done.changes)} số liệu" + (f"; {failed} chỗ không cập nhật được." if failed else ".")


def _where(item: Change | Left) -> str:
    cell = f" ({item.cell})" if item.cell else ""
    return f"{item.place}: {item.label}{cell}" if item.place else f"{item.label}{cell}"


def _changed(change: Change, lang: Language) -> str:
    by_hand = {"vi": "; sửa tay", "en": "; edited by hand"}[lang] if change.by_hand else ""
    return f"{_where(change)}: {_quoted(change.old)} → {_quoted(change.new)}{by_hand}"


def _left(item: Left, lang: Language) -> str:
    label = {"vi": "; số mới là ", "en": "; the new figure is "}[lang]
    new = label + _quoted(item.new) if item.new and item.new != item.old else ""
    text = _WHY[item.why][lang == "en"].format(old=_quoted(item.old), new=new, new_text=_quoted(item.new))
    return f"{_where(item)}: {text}."


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short if len(short) <= SHOWN else short[: SHOWN - 1] + '…'}”"
