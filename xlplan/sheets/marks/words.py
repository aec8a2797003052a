"""The words of marks: notes, and what to do about a finding, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.messages import SEVERITY_WORDS, Language, card, remedy, rule, statement
from xlplan.model import NO_FIGURES, Finding, Proposal, Report
from xlplan.packages.patch.notes import Note, Stretch
from xlplan.vietnamese.dates import format_period

EXPLAINED = {"vi": "ĐÃ GIẢI TRÌNH", "en": "EXPLAINED"}
PROPOSED = {"vi": "ĐỀ XUẤT SỬA Ô NÀY", "en": "PROPOSED FOR THIS CELL"}
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


def what_to_do(item: Finding, lang: Language, *, again: bool = False) -> str:
    """The advice of the message and the repair card, which is short where it was given before (``again``)."""
    lines = (sentence(statement(item, lang)[1]), card(item, lang, again=again))
    return "\n".join(line for line in lines if line)


def note(findings: Sequence[Finding], proposals: Sequence[tuple[Finding, Proposal]], lang: Language) -> Note:
    """The note of one cell: what it should hold, then each finding that it shows."""
    alike: dict[str, list[tuple[Finding, Proposal]]] = {}
    for item, proposal in sorted(proposals, key=lambda pair: pair[1].confidence):  # certain, likely, possible
        alike.setdefault(proposal.value, []).append((item, proposal))
    here = [proposal.ref for _, proposal in proposals]
    blocks = [_proposals(group, lang) for group in alike.values()]
    blocks += [_finding(item, lang, told=item.proposal is not None and item.proposal.ref in here) for item in findings]
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


def _finding(item: Finding, lang: Language, *, told: bool) -> Note:
    """A finding with its advice, and its card unless the note has told what the card says."""
    head = f"{level_word(item, lang)} {item.code} – {rule(item.code, lang).name}"
    found, advice = statement(item, lang)
    text = "\n".join(filter(None, (sentence(found), sentence(advice) if told else what_to_do(item, lang))))
    if item.explanation:
        text += pick(lang, f"\nGiải trình: {item.explanation}", f"\nExplanation: {item.explanation}")
    return Stretch(f"{head}\n", bold=True), Stretch(text[:_LONGEST_NOTE])


def _proposals(group: Sequence[tuple[Finding, Proposal]], lang: Language) -> Note:
    """What a cell should hold, and the findings elsewhere that follow from it."""
    proposal = group[0][1]
    text = sentence(remedy(proposal, lang))
    elsewhere = dict.fromkeys(
        f"{item.code} ({item.ref.seen_from(proposal.ref.sheet) if item.ref.row else item.ref.sheet})"
        for item, _ in group
        if item.ref != proposal.ref
    )
    if elsewhere:
        text += pick(lang, "\nSai lệch có liên quan: ", "\nFindings that it concerns: ") + "; ".join(elsewhere) + "."
    return Stretch(f"{PROPOSED[lang]}\n", bold=True), Stretch(text)


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
    without = {item.code for item in report.not_checked if item.reason == NO_FIGURES}
    if unchecked := len({item.code for item in report.not_checked} - without):
        counts += pick(lang, f"; {unchecked} quy tắc chưa kiểm tra được", f"; {unchecked} rules were not checked")
    return sentence(f"{about}: {counts}." if about else f"{counts}.")
