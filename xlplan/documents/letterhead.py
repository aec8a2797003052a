"""Head and end of a plan: number, place and date, legal bases, signature, recipients.

Form after Nghị định 30/2020/NĐ-CP, Phụ lục I. Nothing is invented: what the workbook leaves blank becomes a
place to fill by hand.
"""

from __future__ import annotations

import re

from xlplan.documents.blocks import BLANK, Control, Run, Runs, controlled
from xlplan.documents.filler import Filler
from xlplan.documents.outline import closed
from xlplan.messages import finding
from xlplan.model import Record
from xlplan.vietnamese.dates import format_long, format_short, parse_date
from xlplan.vietnamese.text import capitalise, key, upper

NUMBER_BLANK = "\u00a0" * 8  # room for the number that is given at signing
_UNNUMBERED = frozenset(map(key, ("Hiến pháp", "Bộ luật", "Luật", "Pháp lệnh")))  # cited by name alone (II.6b)
_ELECTRONIC = "bản điện tử"


def number(filler: Filler) -> str:
    """The plan's number, at least two digits (II.3); empty in a draft."""
    found = _without_word(filler.submission.text("so_ke_hoach")).partition("/")[0].strip()
    return found.zfill(2) if found.isdecimal() else found


def symbol(filler: Filler) -> str:
    """The symbol after the number."""
    return filler.submission.text("ky_hieu") or "KH-UBND"


def place(filler: Filler) -> str:
    """The place name: the proper name, with its kind where the name is a number (II.4a)."""
    name = filler.submission.text("ten_don_vi") or BLANK
    return f"{capitalise(filler.submission.text('loai_don_vi'))} {name}" if name[:1].isdigit() else name


def date(filler: Filler) -> str:
    """The date line; what is not known stays blank (II.4b)."""
    texts = [filler.submission.text(code).strip() for code in ("ngay", "thang", "nam_ban_hanh")]
    try:
        return format_long(*(int(text) if text else None for text in texts))
    except ValueError:
        written = "/".join(text for text in texts if text)
        present = [filler.submission.fields.get(code) for code in ("ngay", "thang", "nam_ban_hanh")]
        problem = finding("I13", next(text.ref for text in present if text), written=written)
        if problem not in filler.findings:
            filler.findings.append(problem)
        return format_long(None, None, None)


def default_title(filler: Filler) -> str:
    """The subject line where the workbook has none."""
    programme = filler.submission.text("chuong_trinh") or "Chương trình giảm nghèo"
    when = filler.values.get("thoi_ky")
    return f"Thực hiện {programme} {when.text if when else ''}".strip()


def attached(filler: Filler) -> str:
    """The line under an annex's title; electronic documents leave number and date open (III.1c)."""
    body = f"Ủy ban nhân dân {filler.values.unit_name()}"
    if filler.submission.text("ban") == _ELECTRONIC:
        blank = format_long(None, None, None)
        return f"(Kèm theo Kế hoạch số {NUMBER_BLANK}/{symbol(filler)} {blank} của {body})"
    return f"(Kèm theo Kế hoạch số {number(filler) or NUMBER_BLANK}/{symbol(filler)} {date(filler)} của {body})"


def controls(filler: Filler) -> dict[str, Control]:
    """What is refreshed of the head, by the names that the template has for it."""
    fields = {"so_ky_hieu": "so_ke_hoach", "dia_danh_ngay": "ngay", "trich_yeu": "tieu_de", "kem_theo": "so_ke_hoach"}
    texts = {name: filler.submission.fields.get(field) for name, field in fields.items()}
    return {name: Control(name, text.ref if text else None) for name, text in texts.items()}


def signature(filler: Filler) -> tuple[str, ...]:
    """Authority and title of the signer in the decree's full form (II.7b); a blank title is a place to fill."""
    authority = filler.submission.text("quyen_ky") or "TM."
    title = upper(filler.submission.text("chuc_vu_ky")) or BLANK
    council = "TM. ỦY BAN NHÂN DÂN"
    lines = {
        "TM.": (council, title),
        "KT.": (council, "KT. CHỦ TỊCH", title if title != "CHỦ TỊCH" else ""),
        "Q.": (council, "Q. CHỦ TỊCH"),
    }.get(authority, (f"{authority} CHỦ TỊCH", title))
    return tuple(line for line in lines if line)


def recipients(filler: Filler) -> tuple[str, ...]:
    """``- … ;`` for each recipient, the archive line last with its full stop (II.9)."""
    lines, archive = [], "VT"
    for row in filler.records("noi_nhan"):
        names = filler.lines(row, "noi_nhan")
        name = "".join(run.text for runs in names[:1] for run in runs).rstrip(";.")
        if row.text("loai").lower() == "lưu":
            archive = name.removeprefix("Lưu:").strip() or archive
        elif name:
            how = "".join(run.text for runs in filler.lines(row, "cach_gui")[:1] for run in runs).strip("() ")
            lines.append(f"- {name} ({how});" if how else f"- {name};")
    return (*lines, f"- Lưu: {archive}.")


# ---- legal bases ------------------------------------------------------------------------------------------


def legal_bases(filler: Filler) -> tuple[Runs, ...]:
    """One paragraph a document; each ends with a semicolon, the last with a full stop (II.6)."""
    found = []
    for row in filler.records("can_cu"):
        subject = [run for runs in filler.lines(row, "trich_yeu") for run in runs]
        head = _citation(filler, row)
        runs = (*head, *((Run(" "),) if subject else ()), *subject)
        found.append(tuple(run for run in runs if run.text))
    return tuple(closed(unpunctuated(runs), "." if n == len(found) else ";") for n, runs in enumerate(found, start=1))


def _citation(filler: Filler, row: Record) -> Runs:
    """Opening words, kind, number, date and issuing body of a legal basis (II.6b); what is not known stays open."""
    opening = " ".join(part for part in (row.text("mo_dau") or "Căn cứ", row.text("loai")) if part)
    if key(row.text("loai")) in _UNNUMBERED:
        return (Run(opening),)
    runs: list[Run] = [Run(opening)]
    if cited := _number_and_date(filler, row):
        source = row.texts.get("so") or row.texts.get("ngay")
        figure = Run(cited, ref=source.ref if source else None)
        runs += [Run(" "), *controlled((figure,), filler.values.names.key(row, "so_ngay"))]
    if body := row.texts.get("co_quan"):
        runs.append(Run(f" của {filler.text(body.value, body.ref)}"))
    return tuple(runs)


def _number_and_date(filler: Filler, row: Record) -> str:
    """``số 38/QĐ-UBND ngày 06 tháng 3 năm 2024``."""
    parts = []
    if found := _without_word(row.text("so")):
        parts.append(f"số {found}")
    written = row.text("ngay")
    if day := parse_date(written) if written else None:
        parts.append(format_long(*day) if day.day else format_short(*day))
    elif written:
        parts.append(written)
        if any(letter.isdigit() for letter in written):
            filler.findings.append(finding("I13", row.texts["ngay"].ref, written=written))
    elif row.text("loai"):
        parts.append(f"ngày {BLANK}" if found else f"số {BLANK} ngày {BLANK}")  # to be filled in by hand
    return " ".join(part for part in parts if part)


def _without_word(written: str) -> str:
    """A number without the word that somebody typed before it (``Số 12/QĐ-UBND``)."""
    return re.sub(r"(?i)^\s*số\s*:?\s*", "", written).strip()


def unpunctuated(runs: Runs) -> Runs:
    """The runs without the punctuation mark that somebody typed at their end."""
    if not runs:
        return runs
    last = runs[-1]
    return (*runs[:-1], last._replace(text=last.text.rstrip().rstrip(";.,")))
