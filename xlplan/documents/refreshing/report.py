"""What a refresh did, line by line, for every door."""

from __future__ import annotations

from xlplan.documents.refreshing.document import Change, Left, Refreshed, Why
from xlplan.messages import Language

SHOWN = 80  # letters of a sentence that a line quotes
_LEAD = 20  # letters before the first difference that it quotes too

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
    "deleted": (
        "ô chứa số này không còn trong văn bản; không đưa lại. Nếu số vẫn đứng trong câu thì sửa tay{new}",
        "its control is gone from the document and does not come back. If the text still says it, correct it by hand"
        "{new}",
    ),
    "new": (
        "sổ tính có {new_text}, văn bản chưa có chỗ. Thêm bằng tay, hoặc lập lại kế hoạch",
        "the workbook has {new_text}, for which the document has no place. Add it by hand or make the plan again",
    ),
}


_RENAMED: dict[Language, str] = {
    "vi": "{cell}: tên trong sổ tính nay là “{new}”, trong văn bản là “{old}”; số liệu đã được cập nhật theo ô. Sửa "
    "tay tên trong văn bản.",
    "en": "{cell}: the workbook now has “{new}”, the document “{old}”; the figures were refreshed by their cells. "
    "Correct the name in the document by hand.",
}
_COMMENTS: dict[Language, str] = {
    "vi": " Nhận xét của xlplan trong văn bản đã được viết lại theo sổ tính.",
    "en": " The comments of xlplan in the document tell what holds now.",
}


def lines(done: Refreshed, lang: Language = "vi") -> list[str]:
    """A line for each figure that changed, for each village that was renamed and for each figure that was left."""
    return [
        *(_changed(change, lang) for change in done.changes),
        *(_RENAMED[lang].format(**each._asdict()) for each in done.renamed),
        *(_left(item, lang) for item in done.left),
    ]


def summary(done: Refreshed, lang: Language = "vi") -> str:
    """How many figures changed, and how many could not be refreshed."""
    from xlplan.documents.refreshing.document import FAILURES

    failed = sum(item.why in FAILURES for item in done.left)
    comments = _COMMENTS[lang] if done.commented else ""
    if lang == "en":
        return f"{len(done.changes)} figures refreshed, {failed} could not be.{comments}"
    if not done.changes and not failed:
        return f"Số liệu trong văn bản đã khớp với sổ tính.{comments}"
    missed = f"; {failed} chỗ không cập nhật được." if failed else "."
    return f"Đã cập nhật {len(done.changes)} số liệu{missed}{comments}"


def _where(item: Change | Left) -> str:
    cell = f" ({item.cell})" if item.cell else ""
    return f"{item.place}: {item.label}{cell}" if item.place else f"{item.label}{cell}"


def _changed(change: Change, lang: Language) -> str:
    by_hand = {"vi": " (văn bản đã bị sửa tay)", "en": " (had been edited by hand)"}[lang] if change.by_hand else ""
    same = _alike(change.old, change.new)
    return f"{_where(change)}: {_quoted(change.old, same)} → {_quoted(change.new, same)}{by_hand}"


def _left(item: Left, lang: Language) -> str:
    label = {"vi": "; số mới là ", "en": "; the new figure is "}[lang]
    new = label + _quoted(item.new) if item.new and item.new != item.old else ""
    text = _WHY[item.why][lang == "en"].format(old=_quoted(item.old), new=new, new_text=_quoted(item.new))
    return f"{_where(item)}: {text}."


def _alike(old: str, new: str) -> int:
    """How many letters to leave out of two long sentences that begin alike, so that a line shows where they differ."""
    first, second = (" ".join(text.split()) for text in (old, new))
    if max(len(first), len(second)) <= SHOWN:
        return 0
    same = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 0)
    return first.find(" ", max(0, same - _LEAD), same) + 1 if same > SHOWN // 2 else 0


def _quoted(text: str, skipped: int = 0) -> str:
    whole = " ".join(text.split())
    short = f"…{whole[skipped:]}" if skipped else whole
    return f"“{short if len(short) <= SHOWN else short[: SHOWN - 1] + '…'}”"
