"""The copies that ``xlplan check --mark`` and ``--clear`` write: one for each workbook, never over an input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.files import OutputError, same_file, write_bytes
from xlplan.pipeline import Outcome, Problem, clear, mark


def write_copies(
    outcomes: Sequence[Outcome], files: Sequence[Path], marks: Path | None, clears: Path | None, texts: Texts
) -> bool:
    """Writes the copies into the folder that is given; whether all were written. Speaks on the error stream.

    Two inputs of one name get a number, as in a batch.
    """
    folder = marks or clears
    assert folder is not None
    done = 0
    for outcome, file, target in zip(outcomes, files, _targets(files, folder), strict=True):
        if outcome.report is None and marks:
            continue  # the reason has been given
        if any(same_file(target, source) for source in files):
            complain(Problem("same_file", str(target)), texts)
            continue
        made = mark(outcome, file, texts.lang) if marks else clear(file)
        if isinstance(made, Problem):
            if outcome.report is not None:
                complain(made, texts)
            continue
        try:
            write_bytes(target, made)
        except OutputError as error:
            complain_of_output(error, texts)
            continue
        done += 1
        click.echo(_line(target, marks is not None, texts), err=True)
    if marks:
        text = texts(f"Đã đánh dấu {done}/{len(files)} tệp.", f"Marked {done} of {len(files)} files.")
    else:
        text = texts(f"Đã bỏ dấu {done}/{len(files)} tệp.", f"Cleared {done} of {len(files)} files.")
    click.echo(text, err=True)
    return done == len(files)


def _line(target: Path, marked: bool, texts: Texts) -> str:
    if marked:
        return texts(f"Đã ghi bản đánh dấu: {target}", f"Marked copy written: {target}")
    return texts(f"Đã ghi bản bỏ dấu: {target}", f"Cleared copy written: {target}")


def _targets(files: Sequence[Path], folder: Path) -> list[Path]:
    """Where each copy goes."""
    taken: set[str] = set()
    found = []
    for file in files:
        name, number = file.name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{file.stem}-{number}{file.suffix}"
        taken.add(name.casefold())
        found.append(folder / name)
    return found
