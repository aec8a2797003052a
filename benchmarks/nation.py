"""A country in one run, against the road that people write today (``benchmarks/naive``), and against the floor.

python benchmarks/nation.py one [FOLDER [ROUNDS]]          read + check + plan of one workbook
python benchmarks/nation.py many [FOLDER [SIZE ...]]       xlplan batch over so many workbooks, with 1 and 2 workers

FOLDER holds workbooks of ``benchmarks/communes.py`` (made there if it is empty: 120, or as many as the largest SIZE).
The roads take turns in one run, so that whatever else the computer does falls on both; ratios are medians of each
workbook's own ratio. The floor is what nobody can do without: inflate and parse the parts of the workbook, join the
plan's XML, pack it, write the file. The naive road with so many workers is measured on a sample before and after.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import communes  # noqa: E402
import naive  # noqa: E402
from lxml import etree  # noqa: E402

from xlplan.packages.patch.archive import assembled, members  # noqa: E402
from xlplan.pipeline import Options, process  # noqa: E402

SEED = 2026
WARM, EACH = 40, 40  # workbooks that one process does first, and those of a round
SAMPLE = 24  # workbooks on which the naive road is measured
ONE_BAR, FLOOR_BAR, MANY_BAR, GROWTH_BAR, MEMORY_BAR, AGAIN_BAR = 25, 3, 12, 1.15, 300, 0.1


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


# -- one workbook ------------------------------------------------------------------------------------------------------


def floor(path: Path, plan: bytes, target: Path) -> None:
    """Inflate, parse, join, pack, write."""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(book.read(name))
    with zipfile.ZipFile(BytesIO(plan)) as word:
        text = word.read("word/document.xml").decode()
    pieces = text.split("<w:p>")
    changed = {"word/document.xml": "<w:p>".join(pieces).encode()}
    target.write_bytes(assembled(members(plan), changed, {}, level=1))


def one(folder: Path, rounds: int) -> int:
    """The table for one workbook, each met once as in a run; 0 where both bars are reached."""
    files = made(folder, WARM + rounds * EACH)
    options = Options(plan=True, force=True)
    for file in files[:WARM]:
        process(file, options)
    naive.process(files[0])
    gc.collect()
    gc.freeze()
    rows: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "plan.docx"
        for file in files[WARM:]:
            theirs = timed(lambda f=file: target.write_bytes(naive.process(f).plan))
            gc.disable()  # as a worker of a batch has it, which collects now and then
            ours = timed(lambda f=file: target.write_bytes(process(f, options).plan or b""))
            gc.enable()
            plan = target.read_bytes()
            rows.append((theirs, ours, timed(lambda f=file, p=plan: floor(f, p, target))))
    theirs, ours, least = (statistics.median(column) for column in zip(*rows, strict=True))
    ratio = statistics.median(row[0] / row[1] for row in rows)
    above = statistics.median(row[1] / row[2] for row in rows)
    print(f"{len(rows)} workbooks, each once")
    print(f"medians in ms: naive {theirs:.1f}, xlplan {ours:.1f}, floor {least:.1f}")
    print(f"xlplan: 1/{ratio:.1f} of the naive road (bar 1/{ONE_BAR}), {above:.1f} times the floor (bar {FLOOR_BAR})")
    return int(ratio < ONE_BAR or above > FLOOR_BAR)


# -- many --------------------------------------------------------------------------------------------------------------


def many(folder: Path, sizes: Sequence[int]) -> int:
    """The curve; 0 where every bar is reached."""
    files = made(folder, max(sizes))
    heads = ("workbooks", "workers", "seconds", "ms each", "naive ms", "ratio", "MB", "again s")
    print("".join(f"{head:>10}" for head in heads))
    failed = False
    first: dict[int, float] = {}
    for size in sizes:
        for jobs in (1, 2):
            before = naive_each(files[:SAMPLE], jobs)
            seconds, again, memory = batch(files[:size], jobs)
            each, theirs = seconds / size * 1000, (before + naive_each(files[:SAMPLE], jobs)) / 2
            figures = (seconds, each, theirs, theirs / each, memory, again)
            print(f"{size:>10}{jobs:>10}" + "".join(f"{figure:>10.1f}" for figure in figures), flush=True)
            growth = each / first.setdefault(jobs, each)
            failed |= memory > MEMORY_BAR or again > AGAIN_BAR * seconds or growth > GROWTH_BAR
            failed |= size == max(sizes) and theirs / each < MANY_BAR
    print(f"bars: ratio {MANY_BAR} at the largest size; ms each at most {GROWTH_BAR} of the smallest size's;")
    print(f"      {MEMORY_BAR} MB; a second run {AGAIN_BAR} of the first")
    return int(failed)


def naive_each(files: Sequence[Path], jobs: int) -> float:
    """Milliseconds a workbook of the naive road with so many workers, after a workbook to warm each up."""
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        pool.map(_naive, files[: 2 * jobs], chunksize=1)
        return timed(lambda: pool.map(_naive, files, chunksize=1)) / len(files)


def _naive(path: Path) -> int:
    return len(naive.process(path).plan)


def batch(files: Sequence[Path], jobs: int) -> tuple[float, float, float]:
    """Seconds of a first and of a second run, and the largest memory of any of its processes in MB."""
    with tempfile.TemporaryDirectory() as place:
        inputs = Path(place) / "xa"
        inputs.mkdir()
        for file in files:
            (inputs / file.name).symlink_to(file)
        command = [sys.executable, "-m", "xlplan", "batch", str(inputs), "-o", f"{place}/ra", "--jobs", str(jobs)]
        with Memory() as memory:
            first = timed(lambda: run(command)) / 1000
        plans = len(list((Path(place) / "ra" / "ke_hoach").iterdir()))
        assert plans == len(files), f"{plans} plans of {len(files)} workbooks"
        return first, timed(lambda: run(command)) / 1000, memory.most


def run(command: Sequence[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])


class Memory:
    """The largest resident memory of any process below this one, in MB, as Linux counts it."""

    def __enter__(self) -> Memory:
        self.most, self._on = 0.0, True
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._on = False
        self._thread.join()

    def _watch(self) -> None:
        while self._on:
            for process_id in _below(os.getpid()):
                try:
                    status = Path(f"/proc/{process_id}/status").read_text()
                except OSError:
                    continue
                held = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
                self.most = max(self.most, *(int(kilobytes) / 1024 for kilobytes in held), 0.0)
            time.sleep(0.2)


def _below(process_id: int) -> list[int]:
    try:
        found = [
            int(child)
            for task in Path(f"/proc/{process_id}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return found + [further for child in found for further in _below(child)]


def made(folder: Path, count: int) -> list[Path]:
    """So many workbooks in a folder, made where they are lacking."""
    if len(list(folder.glob("*.xlsx"))) < count:
        folder.mkdir(parents=True, exist_ok=True)
        communes.write(folder, count, SEED, os.cpu_count() or 1)
    return sorted(folder.glob("*.xlsx"))[:count]


def main(arguments: Sequence[str]) -> int:
    """``one`` or ``many``."""
    which, *rest = arguments or ["one"]
    folder = Path(rest[0]).resolve() if rest else Path(tempfile.mkdtemp())
    try:
        if which == "one":
            return one(folder, int(rest[1]) if len(rest) > 1 else 3)
        return many(folder, [int(size) for size in rest[1:]] or [100, 1000, 3321])
    finally:
        if not rest:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
