"""The words of marks: notes, and what to do about a finding, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlplan.messages import SEVERITY_WORDS, Language, in_words, rule, statement
from xlplan.model import CellRef, Finding, Proposal, Report
from xlplan.packages.patch.notes import Note, Stretch
from xlplan.vietnamese.dates import format_period

CONFIDENCE: Mapping[Language, Mapping[str, str]] = {
    "vi": {"certain": "chắc chắn", "likely": "nhiều khả năng", "possible": "có thể"},
    "en": {"certain": "certain", "likely": "likely", "possible": "possible"},
}
EXPLAINED = {"vi": "ĐÃ GIẢI TRÌNH", "en": "EXPLAINED"}
PROPOSED = {"vi": "ĐỀ XUẤT: ghi ", "en": "PROPOSAL: "}
GONE = {"vi": "KHÔNG CÒN", "en": "GONE"}
_LONGEST_NOTE = 2_500  # letters; Excel holds more, nobody reads more


def pick(lang: Language, vi: str, en: str) -> str:
    """One of two texts."""
    return vi if lang == "vi" else en


def sentence(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def level_word(item: Finding, lang: Language) -> str:
    """The severity of a finding in words; a finding that was answered is called so."""
    return EXPLAINED[lang] if item.explanation else SEVERITY_WORDS[lang][item.severity]


def address_in(ref: CellRef, sheet: str) -> str:
    """``D9`` on its own sheet, ``D9 (sheet “Hiện trạng”)`` on another."""
    return ref.address if ref.sheet == sheet else f"{ref.address} (sheet “{ref.sheet}”)".lstrip()


def proposed(proposal: Proposal, sheet: str, lang: Language) -> str:
    """``ô D9 ghi 9 (nhiều khả năng): vì …``."""
    where, value = address_in(proposal.ref, sheet), in_words(proposal.value, lang)
    sure, why = CONFIDENCE[lang][proposal.confidence], proposal.reason.strip().rstrip(".")
    text = pick(lang, f"ô {where} ghi {value} ({sure})", f"cell {where} = {value} ({sure})")
    return f"{text}: {why}." if why else f"{text}."


def what_to_do(item: Finding, lang: Language) -> str:
    """The advice of the message, then the proposal or the cells that come into question."""
    lines = [sentence(statement(item, lang)[1])]
    if item.proposal:
        lead = pick(lang, "Đề xuất: ", "Proposal: ")
        lines.append(lead + proposed(item.proposal, item.ref.sheet, lang))
    candidates = [c for c in item.candidates if c != item.proposal]
    if candidates:
        lines.append(pick(lang, "Các ô có thể sai:", "Cells that may be wrong:"))
        lines += [f"– {proposed(candidate, item.ref.sheet, lang)}" for candidate in candidates]
    return "\n".join(line for line in lines if line)


def note(findings: Sequence[Finding], proposals: Sequence[tuple[Finding, Proposal]], lang: Language) -> Note:
    """The note of one cell: each finding that it shows, then what it should hold for findings of other cells."""
    blocks = [_finding(item, lang) for item in findings]
    blocks += [_proposal(item, proposal, lang) for item, proposal in proposals]
    found: list[Stretch] = []
    length = 0
    for number, block in enumerate(blocks):
        length += sum(len(stretch.text) for stretch in block)
        if length > _LONGEST_NOTE and found:
            rest = len(blocks) - number
            more = pick(lang, f"… và {rest} điều nữa, xem sheet “Kiểm tra”.", f"… and {rest} more, see “Kiểm tra”.")
            return (*found, Stretch(f"\n\n{more}"))
        found += [Stretch("\n\n")] * bool(found) + list(block)
    return tuple(found)


def _finding(item: Finding, lang: Language) -> Note:
    head = f"{level_word(item, lang)} {item.code} – {rule(item.code, lang).name}"
    text = "\n".join(filter(None, (sentence(statement(item, lang)[0]), what_to_do(item, lang))))
    if item.explanation:
        text += pick(lang, f"\nGiải trình: {item.explanation}", f"\nExplanation: {item.explanation}")
    return Stretch(f"{head}\n", bold=True), Stretch(text[:_LONGEST_NOTE])


def _proposal(item: Finding, proposal: Proposal, lang: Language) -> Note:
    value = in_words(proposal.value, lang)
    where = address_in(item.ref, proposal.ref.sheet) or f"“{item.ref.sheet}”"
    sure, why = CONFIDENCE[lang][proposal.confidence], proposal.reason.strip().rstrip(".")
    head = f"{PROPOSED[lang]}{value} ({sure})"
    text = f"{sentence(why)}. " if why else ""
    text += pick(lang, f"Để sửa {item.code} ở ô {where}.", f"To correct {item.code} at {where}.")
    return Stretch(f"{head}\n", bold=True), Stretch(text)


def summary(report: Report, lang: Language) -> str:
    """``xã Sơn Trung, 2023: 1 lỗi, 2 chỗ cần xem (1 đã giải trình), 3 ghi chú``."""
    count = {s: sum(f.severity == s for f in report.findings) for s in ("error", "warning", "info")}
    answered = sum(f.severity == "warning" and bool(f.explanation) for f in report.findings)
    period = report.submission.period
    about = ", ".join(filter(None, (report.submission.unit_name, format_period(*period) if period else "")))
    aside = pick(lang, f" ({answered} đã giải trình)", f" ({answered} explained)") if answered else ""
    counts = pick(
        lang,
        f"{count['error']} lỗi, {count['warning']} chỗ cần xem{aside}, {count['info']} ghi chú",
        f"{count['error']} errors, {count['warning']} warnings{aside}, {count['info']} notes",
    )
    if not report.findings:
        counts = pick(lang, "không thấy sai sót", "nothing wrong was found")
    if unchecked := len({item.code for item in report.not_checked}):
        counts += pick(lang, f"; {unchecked} quy tắc chưa kiểm tra được", f"; {unchecked} rules were not checked")
    return sentence(f"{about}: {counts}." if about else f"{counts}.")
