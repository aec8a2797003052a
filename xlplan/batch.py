"""Many workbooks in one run: which files, one row a file whatever happens to it, results in one folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from xlplan.files import OutputError, same_file, write_beside, write_bytes
from xlplan.messages import Language
from xlplan.pipeline import Options, Outcome, Problem, as_json, process
from xlplan.tuples import NamedTuple

SUFFIXES = (".xlsx", ".xlsm", ".xls")
PLANS = "ke_hoach"
FINDINGS = "ket_qua.jsonl"
SUMMARY = "tong_hop.xlsx"


class Item(NamedTuple):
    """What became of one file: ``trouble`` says why it could not be read, or its plan not be written."""

    file: str
    outcome: Outcome
    plan: Path | None = None
    trouble: Problem | None = None

    @property
    def errors(self) -> int:
        """Number of error-level findings."""
        return len(self.outcome.report.errors) if self.outcome.report else 0


class Summary(NamedTuple):
    """All items of a run, in the order of their files."""

    items: tuple[Item, ...]

    @property
    def read(self) -> int:
        """Files that could be read."""
        return sum(item.outcome.report is not None for item in self.items)

    @property
    def plans(self) -> int:
        """Plans that were written."""
        return sum(item.plan is not None for item in self.items)

    @property
    def with_errors(self) -> int:
        """Files with error-level findings."""
        return sum(item.errors > 0 for item in self.items)

    @property
    def failed(self) -> tuple[Item, ...]:
        """Items that could not be read or written."""
        return tuple(item for item in self.items if item.trouble is not None)


def discover(paths: list[Path], output: Path) -> list[Path]:
    """The workbooks among files and folders, in order, each once.

    Lock files (``~$…``), hidden files and a batch's own summary in the output folder are left out; a file
    that is named directly is taken whatever it is called.
    """
    own = (output / SUMMARY).resolve()
    found: dict[Path, Path] = {}
    for path in paths:
        for file in [path] if path.is_file() else sorted(_workbooks(path)):
            resolved = file.resolve()
            if resolved != own or path.is_file():
                found.setdefault(resolved, file)
    return list(found.values())


def _workbooks(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        hidden = file.name.startswith(("~$", "."))
        if file.suffix.lower() in SUFFIXES and not hidden and file.is_file():
            yield file


def run(
    files: list[Path],
    output: Path,
    *,
    only: str | None = None,
    lang: Language = "vi",
    tick: Callable[[Item], None] = lambda _: None,
) -> Summary:
    """Processes every file and writes plans, findings and the summary under ``output``.

    ``only`` is ``"check"`` (no plans), ``"plan"`` (no summary) or ``None``; ``tick`` is called after each
    file. One bad file never stops the others. Raises :class:`~xlplan.files.OutputError` where the findings or
    the summary cannot be written.
    """
    names = _plan_names(files)
    outputs = [output / FINDINGS, output / SUMMARY, *(output / PLANS / name for name in names.values())]
    for target in outputs:
        if target.exists() and any(same_file(target, file) for file in files):
            raise OutputError(target, "the output is an input", "same_file")
    options = Options(plan=only != "check", force=True, lang=lang)
    items = []
    for file in files:
        item = _one(file, output / PLANS / names[file], options)
        items.append(item)
        tick(item)
    lines = [json.dumps(as_json(item.outcome, lang), ensure_ascii=False) + "\n" for item in items]
    write_bytes(output / FINDINGS, "".join(lines).encode("utf-8", "backslashreplace"))
    summary = Summary(tuple(items))
    if only != "plan":
        from xlplan.summary import write_summary

        outcomes = [(item.outcome, item.plan) for item in items]
        write_beside(output / SUMMARY, lambda stream: write_summary(outcomes, stream, lang))
    return summary


def _one(file: Path, target: Path, options: Options) -> Item:
    """One file; whatever happens to it, the others go on."""
    outcome = process(file, options)
    if outcome.problem is not None:
        return Item(str(file), outcome, trouble=outcome.problem)
    if outcome.plan is None:
        return Item(str(file), outcome)
    try:
        write_bytes(target, outcome.plan)
    except OutputError as error:
        return Item(str(file), outcome, trouble=Problem("output", str(target), error.detail))
    return Item(str(file), outcome, plan=target)


def _plan_names(files: list[Path]) -> dict[Path, str]:
    """A Word file's name for each workbook; two of one name get a number."""
    taken: set[str] = set()
    names: dict[Path, str] = {}
    for file in files:
        name, n = f"{file.stem}.docx", 1
        while name.casefold() in taken:
            n += 1
            name = f"{file.stem}-{n}.docx"
        taken.add(name.casefold())
        names[file] = name
    return names
