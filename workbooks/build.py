"""Builds the workbooks beside this script: the communes' from the readable data in ``source/``, and blank ones.

Three carry the add-in's buttons and functions as well: the standard workbook and two communes' (.xlsm).

python workbooks/build.py [FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from xlplan import catalogue  # noqa: E402  (the checkout's own package)
from xlplan.excel.build import STANDARD, standard_bytes, workbook_bytes  # noqa: E402
from xlplan.files import write_beside, write_bytes  # noqa: E402
from xlplan.resources import outlines  # noqa: E402
from xlplan.sheets.standard.builder import build  # noqa: E402
from xlplan.sheets.standard.content import Content, load_content  # noqa: E402
from xlplan.sheets.standard.starter import Start, blank_content  # noqa: E402

BLANK = "mau"
YEAR = 2026
WITH_MACROS = ("son_trung_2023", "long_an_2024")


def contents() -> Iterator[tuple[str, Content]]:
    """Names of the files, relative to the folder, and what they hold."""
    for source in sorted((HERE / "source").glob("*.toml")):
        yield f"{source.stem}.xlsx", load_content(source)
    for kind in catalogue.kinds().values():
        yield f"{BLANK}/{kind.key}.xlsx", blank_content(Start(kind, YEAR, today=date(YEAR, 1, 1)), outlines())


def macro_workbooks() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the workbooks with macros."""
    yield STANDARD, standard_bytes()
    for name in WITH_MACROS:
        yield f"{name}.xlsm", workbook_bytes(load_content(HERE / "source" / f"{name}.toml"))


def build_all(folder: Path) -> list[Path]:
    """Builds every workbook into ``folder`` and returns the files."""
    (folder / BLANK).mkdir(exist_ok=True)
    built = []
    for name, content in contents():
        write_beside(folder / name, lambda stream, content=content: build(content, stream))
        built.append(folder / name)
    for name, data in macro_workbooks():
        write_bytes(folder / name, data)
        built.append(folder / name)
    return built


if __name__ == "__main__":
    for path in build_all(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path)
