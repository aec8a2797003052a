"""Builds the workbooks beside this script: the communes' from the readable data in ``source/``, and blank ones.

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
from xlplan.files import write_beside  # noqa: E402
from xlplan.resources import outlines  # noqa: E402
from xlplan.sheets.standard.builder import build  # noqa: E402
from xlplan.sheets.standard.content import Content, load_content  # noqa: E402
from xlplan.sheets.standard.starter import Start, blank_content  # noqa: E402

BLANK = "mau"
YEAR = 2026


def contents() -> Iterator[tuple[str, Content]]:
    """Names of the files, relative to the folder, and what they hold."""
    for source in sorted((HERE / "source").glob("*.toml")):
        yield f"{source.stem}.xlsx", load_content(source)
    for kind in catalogue.kinds().values():
        yield f"{BLANK}/{kind.key}.xlsx", blank_content(Start(kind, YEAR, today=date(YEAR, 1, 1)), outlines())


def build_all(folder: Path) -> list[Path]:
    """Builds every workbook into ``folder`` and returns the files."""
    (folder / BLANK).mkdir(exist_ok=True)
    built = []
    for name, content in contents():
        write_beside(folder / name, lambda stream, content=content: build(content, stream))
        built.append(folder / name)
    return built


if __name__ == "__main__":
    for path in build_all(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path)
