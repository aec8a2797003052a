"""The Word plan: written from the workbook, its figures refreshed, or a document held against the workbook.

What is made goes beside the document that it is made of, under a name of its own; a document is never written over.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from xlplan import pipeline
from xlplan.excel import desktop
from xlplan.excel.session import Refusal, Session
from xlplan.messages import message, reasons
from xlplan.model import Report
from xlplan.patterns import pattern
from xlplan.pipeline import Crosschecked, Options, Problem

if TYPE_CHECKING:
    from xlplan.documents.refreshing.document import Refreshed

_MOST_LINES = 8  # of a message; a taller one does not fit small screens
_OURS = pattern(r"_(?:cap_nhat|doi_chieu)(?: \(\d+\))?$")
_SUFFIXES = (".docx", ".docm")
_OFFERED = "*.docx; *.docm; *.doc"  # old files too: whoever has one is told what to do with it
_NOT_SURE_WHOSE = ("refresh_other", "refresh_unlisted")


# ---- Lập kế hoạch ------------------------------------------------------------------------------------------------


def write(session: Session) -> str:
    """Writes the plan beside the workbook and opens it; gives what to say. Raises :class:`Refusal`."""
    target = _usual(session.home())
    outcome = session.outcome(Options(plan=True))
    trouble = outcome.problem
    if trouble is not None and trouble.kind == "has_errors":
        question = (
            f"Sổ tính còn {trouble.errors} lỗi. Vẫn lập kế hoạch? Các lỗi sẽ được ghi thành bình luận đầu tiên của "
            "văn bản."
        )
        if not session.ask(question, "yes_no"):
            return ""
        outcome = session.outcome(Options(plan=True, force=True))
    if outcome.plan is None:
        raise session.refusal(outcome.problem)
    session.progress("đang ghi văn bản…")
    path = desktop.write_beside_others(target, outcome.plan)
    return f"Đã lập kế hoạch: {path}{_opened(session, path)}"


def _usual(home: Path) -> Path:
    """The plan of a workbook."""
    return home.with_suffix(".docx")


# ---- Cập nhật số liệu --------------------------------------------------------------------------------------------


def refresh(session: Session) -> str:
    """Writes the chosen plan with the workbook's present figures; gives what to say. Raises :class:`Refusal`."""
    plan = _chosen(session, "Chọn kế hoạch Word cần cập nhật số liệu")
    if plan is None:
        return ""
    done = _refreshed(session, plan)
    if done is None:
        return ""
    from xlplan.documents.refreshing.report import summary

    told = [summary(done), *session.caution()]
    if done.changes or done.commented:
        session.progress("đang ghi văn bản…")
        suffix = plan.suffix if plan.suffix.lower() in _SUFFIXES else _SUFFIXES[0]
        path = desktop.write_beside_others(_beside(plan, "cap_nhat", suffix), done.data)
        told.insert(1, f"Bản mới: {path}{_opened(session, path)}\nVăn bản đã chọn giữ nguyên.")
    else:
        told.insert(1, "Không ghi tệp mới.")
    return "\n".join([*told, *_what_was_done(done)])


def _refreshed(session: Session, plan: Path) -> Refreshed | None:
    """The refreshed plan; ``None`` where the user does not want a plan refreshed that may be another commune's."""
    copy = session.copy
    session.progress("đang cập nhật văn bản…")
    done = pipeline.refresh(plan, copy)
    if isinstance(done, Problem) and done.kind in _NOT_SURE_WHOSE:
        doubt = str(session.refusal(done)).rpartition(". ")[0]  # without the advice, which is for the command
        if session.silent:
            raise Refusal(f"{doubt}.")
        if not session.ask(f"{doubt}.\n\nVẫn cập nhật theo sổ tính đang mở?", "yes_no"):
            return None
        done = pipeline.refresh(plan, copy, force=True)
    if isinstance(done, Problem):
        raise session.refusal(done)
    return done


def _what_was_done(done: Refreshed) -> list[str]:
    """The command's lines, those first of what a person has to look at; as many as fit into a message."""
    from xlplan.documents.refreshing.report import lines

    found, changes = lines(done), len(done.changes)
    found = [*found[changes:], *found[:changes]]
    told = [f"– {line}" for line in found[:_MOST_LINES]]
    if more := len(found) - len(told):
        told.append(f"… và {more} dòng nữa. Để xem mọi chỗ đã đổi: trong Word, Review > Compare bản cũ với bản mới.")
    return ["", *told] if told else []


# ---- Đối chiếu văn bản -------------------------------------------------------------------------------------------


def crosscheck(session: Session) -> str:
    """Writes a copy of the chosen document with comments; gives what to say. Raises :class:`Refusal`."""
    plan = _chosen(session, "Chọn văn bản Word cần đối chiếu với sổ tính")
    if plan is None:
        return ""
    from xlplan.sheets.marks.words import summary

    copy = session.copy
    session.progress("đang đối chiếu văn bản…")
    found = pipeline.crosscheck(plan, copy, mark=True)
    report = found.outcome.report
    if report is None:
        raise session.refusal(found.outcome.problem)
    _refuse_another(plan, report)
    return "\n".join([summary(report, "vi"), *_shown(session, plan, found), *session.caution(), *_missing(report)])


def _shown(session: Session, plan: Path, found: Crosschecked) -> list[str]:
    """Writes the copy with comments and opens it; where there is none, the findings and why."""
    assert found.outcome.report is not None
    findings = found.outcome.report.findings
    if not findings:
        return []
    if found.marked is None:
        return [*_fitting([f"– {message(item)}" for item in findings]), str(session.refusal(found.problem))]
    session.progress("đang ghi bản có nhận xét…")
    path = desktop.write_beside_others(_beside(plan, "doi_chieu", _SUFFIXES[0]), found.marked)
    return [
        f"Bản có nhận xét: {path}{_opened(session, path)}",
        "Mỗi phát hiện là một nhận xét ở đúng chỗ. Hãy sửa văn bản gốc, hoặc sửa sổ tính nếu số trong sổ sai, rồi đối "
        "chiếu lại.",
    ]


def _refuse_another(plan: Path, report: Report) -> None:
    """One sentence for a document of another commune or year, of which nothing else was looked at."""
    if any(note.reason == "other_plan" for note in report.not_checked):
        raise Refusal(f"{plan.name}, {message(report.findings[0])}")


def _missing(report: Report) -> list[str]:
    """What could not be held against the workbook: each reason with the rules."""
    found = reasons(report.not_checked)
    return _fitting([f"Chưa đối chiếu được: {why} ({', '.join(codes)})." for why, codes in found.items()])


def _fitting(lines: list[str]) -> list[str]:
    """As many lines as fit into a message."""
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], f"… và {more} dòng nữa."] if more > 0 else lines


# ---- the document ------------------------------------------------------------------------------------------------


def _chosen(session: Session, title: str) -> Path | None:
    """The document that the user chooses, their plan of this workbook being offered; ``None`` for none."""
    usual = None
    with suppress(Refusal):  # the workbook was never saved, the document may be anywhere
        usual = _usual(session.home())
    plan = session.choose(usual, title=title, kind="Văn bản Word", patterns=_OFFERED)
    if plan is not None and desktop.is_open_in_word(plan):
        question = f"{plan.name} đang mở trong Word; chỉ phần đã lưu được đọc. Hãy lưu trong Word (Ctrl+S) rồi bấm OK."
        return plan if session.ask(question) else None
    return plan


def _beside(plan: Path, word: str, suffix: str) -> Path:
    """Where a result goes: ``ke_hoach_cap_nhat.docx``, also where the document is such a result itself."""
    return plan.with_name(f"{_OURS.sub('', plan.stem)}_{word}{suffix}")


def _opened(session: Session, path: Path) -> str:
    """Opens a document; what to say of that. Where dialogs are off nobody is there to look at it."""
    if session.silent or desktop.open_file(path):
        return ""
    return ". Không mở được tệp tự động; hãy mở bằng Word."
