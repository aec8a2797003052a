"""Builds the communes' workbooks beside this script from the readable data in ``source/``.

python workbooks/build.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from xlplan.files import write_beside  # noqa: E402  (the checkout's own package)
from xlplan.sheets.standard.builder import build  # noqa: E402
from xlplan.sheets.standard.content import load_content  # noqa: E402


def build_all(folder: Path) -> list[Path]:
    """Builds every commune's workbook into ``folder`` and returns the files."""
    built = []
    for source in sorted((HERE / "source").glob("*.toml")):
        content = load_content(source)
        target = folder / f"{source.stem}.xlsx"
        write_beside(target, lambda stream, content=content: build(content, stream))
        built.append(target)
    return built


if __name__ == "__main__":
    for path in build_all(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path)
