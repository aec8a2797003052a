"""Communes that send a workbook each, runs over them inside the test's own process, and what they leave behind."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import build

from xlplan.batch.engines import Results
from xlplan.batch.run import Ended, Progress, Wanted, run
from xlplan.batch.tasks import Settings, Task, perform
from xlplan.cli.closing import close
from xlplan.cli.language import Texts
from xlplan.results import Result, Submitted, loaded

TEXT = """
Thông tin
| Tên đơn vị | {name} |
| Loại đơn vị | xã |
| Mã đơn vị hành chính | {code} |
| Kỳ kế hoạch | {year} |

Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm {before} | Hộ nghèo cuối năm {year} |
| 1 | Đông | 150 | {start} | {end} |
| 2 | Tây | 128 | 6 | 4 |
| | Tổng cộng | 278 | {total} | {last} |

Nội dung
| Cấp | Nội dung |
| I | MỤC TIÊU |
| - | Toàn {unit} có {{{{ho_ngheo_dau_ky}}}} hộ nghèo. |
"""


def commune(
    path: Path, name: str = "Bình An", *, start: int = 9, end: int = 7, wrong: int = 0, year: int = 2024, code: str = ""
) -> Path:
    """A small workbook whose figures agree, or whose total of poor households is ``wrong`` by so many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"name": name, "code": code, "year": year, "before": year - 1, "unit": "xã"}
    return build.workbook(path, TEXT.format(**about, start=start, end=end, total=start + 6 + wrong, last=end + 4))


def at_once(tasks: Iterable[Task], settings: Settings) -> Results:
    """An engine that does one task after another where it is called."""
    for task in tasks:
        yield task, loaded(perform(task, settings))


class Run(NamedTuple):
    """What a run came to; ``done`` are the workbooks that this run worked on, by their names."""

    status: int
    ended: Ended
    results: tuple[Result, ...]
    done: tuple[str, ...]

    @property
    def submitted(self) -> dict[str, Submitted]:
        """The lines about files, by the file's own name, and about communes that sent none by theirs."""
        return {Path(line.file).name or line.unit: line for line in self.ended.gathered.submitted}

    def of(self, name: str) -> Result:
        """The result of the file of this name."""
        (found,) = [result for result in self.results if Path(result.file).name == name]
        return found


def batch(paths: Path | Sequence[Path], output: Path, engine: Any = at_once, **wanted: Any) -> Run:
    """A run as the command line makes it, in this process; says what the command would say."""
    found: list[Any] = []
    done: list[str] = []
    asked = Wanted(**wanted)

    def end(ended: Ended) -> None:
        found[:] = [close(ended, output, Texts(asked.lang)), ended, tuple(ended.gathered.results)]

    progress = Progress(done=lambda result: done.append(Path(result.file).name))
    given = [paths] if isinstance(paths, Path) else list(paths)
    run(given, output, engine, asked, progress=progress, close=end)
    return Run(*found, tuple(done))


def files(output: Path) -> dict[str, int]:
    """All outputs with their time of change, the ledger aside."""
    return {
        str(path.relative_to(output)): path.stat().st_mtime_ns
        for path in sorted(output.rglob("*"))
        if path.is_file() and not path.name.startswith("so_theo_doi.sqlite")
    }


def entries(output: Path) -> list[dict[str, Any]]:
    """The lines of `ket_qua.jsonl`."""
    return [json.loads(line) for line in (output / "ket_qua.jsonl").read_text(encoding="utf-8").splitlines()]


def content(output: Path) -> dict[str, str]:
    """What the outputs say, by their names: Office files by their parts, the page without the time it was made."""
    return {name: _content(output / name) for name in files(output)}


def _content(path: Path) -> str:
    if path.suffix in (".docx", ".xlsx", ".xlsm"):
        with zipfile.ZipFile(path) as package:
            parts = [(name, hashlib.sha256(package.read(name)).hexdigest()) for name in package.namelist()]
        return repr(sorted(parts))
    data = path.read_bytes()
    if path.suffix == ".html":
        data = re.sub(rb"\d\d:\d\d|\d\d/\d\d/\d{4}", b"", data)
    return hashlib.sha256(data).hexdigest()
