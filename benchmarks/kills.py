"""Runs of `xlplan batch` that are killed at random moments, then continued: do the same files come of it?

python benchmarks/kills.py [RUNS] [SEED]

Each run works on 30 small workbooks with two workers. At a random moment SIGKILL goes to its whole process group, or
(every fourth time) to one of its workers alone; sometimes the continued run is killed too. At the end every output is
compared by content with those of an undisturbed run, and no temporary file may be left. Meanwhile a watcher opens
whatever appears under a final name: a package must be whole, every line must be JSON, a page must end. Bar: 100 runs
without a difference. Linux only.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from batch_processes import ended, kill, started, workers  # noqa: E402
from batches import commune, content  # noqa: E402

COUNT = 30
SEED = 20261128
FOLDERS = ("", "ke_hoach", "danh_dau", "phan_hoi")


class Watcher:
    """Looks at every output as soon as it is there, to the end; ``halves`` are those that were not whole."""

    def __init__(self, out: Path) -> None:
        self.out, self.looked, self.halves = out, 0, list[str]()
        self._seen: dict[Path, tuple[int, int]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(0.004):
            self._look()

    def _look(self) -> None:
        for folder in FOLDERS:
            for path in (self.out / folder).glob("*") if (self.out / folder).is_dir() else ():
                if path.name.startswith((".xlplan-", "so_theo_doi.sqlite")):
                    continue
                try:
                    status = path.stat()
                    if path.is_dir() or self._seen.get(path) == (status.st_ino, status.st_mtime_ns):
                        continue
                    data = path.read_bytes()
                except FileNotFoundError:  # set aside or replaced in between
                    continue
                self._seen[path] = status.st_ino, status.st_mtime_ns
                self.looked += 1
                if not whole(path, data):
                    self.halves.append(str(path))


def whole(path: Path, data: bytes) -> bool:
    """Whether a file is complete."""
    if path.suffix in (".docx", ".xlsx", ".xlsm"):
        try:
            with zipfile.ZipFile(BytesIO(data)) as package:
                return package.testzip() is None
        except zipfile.BadZipFile:
            return False
    if path.suffix == ".jsonl":
        try:
            return data.endswith(b"\n") and len([json.loads(line) for line in data.splitlines()]) == COUNT
        except ValueError:
            return False
    return data.rstrip().endswith(b"</html>") if path.suffix == ".html" else data.endswith(b"\r\n")


def disturbed(run: subprocess.Popen[str], rng: random.Random, longest: float, *, one: bool) -> str:
    """Kills a run, or one of its workers, at a random moment; what became of it."""
    time.sleep(rng.uniform(0.05, longest))
    if one and (among := workers(run)):
        victim = rng.choice(among)
        subprocess.run(["kill", "-9", str(victim)], check=False, capture_output=True)
        status, _, errors = ended(run, 120)
        assert status in (0, 1), errors
        assert "Traceback" not in errors, errors
        return "one worker killed"
    before = run.poll()
    kill(run, signal.SIGKILL)
    ended(run, 120)
    return "had ended before" if before is not None else "killed"


def main(runs: int = 100, seed: int = SEED) -> int:
    """Kills, continues, compares; the number of runs with a difference."""
    rng = random.Random(seed)
    fates: Counter[str] = Counter()
    bad, looked, begin = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "xa"
        for number in range(COUNT):
            commune(source / f"Xã số {number}.xlsx", f"Tân Phú {number}", start=number, wrong=number % 3)
        longest = 60.0
        for name in ("lần đầu", "nguyen"):  # the first fills the caches of the disk
            since = time.monotonic()
            assert ended(started(source, "-o", Path(folder) / name, "--jobs", "2"))[0] == 0
            longest = min(longest, time.monotonic() - since)
        wanted = content(Path(folder) / "nguyen")
        print(f"{COUNT} workbooks, {len(wanted)} outputs, an undisturbed run takes {longest:.1f} s")
        for number in range(runs):
            out = Path(folder) / f"ra {number}"
            with Watcher(out) as watcher:
                for _ in range(rng.choice((1, 1, 2, 3))):
                    run = started(source, "-o", out, "--jobs", "2")
                    fates[disturbed(run, rng, longest, one=number % 4 == 3)] += 1
                status, _, errors = ended(started(source, "-o", out, "--jobs", "2"), 120)
            found, left = content(out), [str(path) for path in out.rglob(".xlplan-*")]
            different = sorted({name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)})
            looked += watcher.looked
            if status or different or left or watcher.halves:
                bad += 1
                print(
                    f"run {number}: status {status}, different {different}, left {left}, half {watcher.halves} {errors}"
                )
    told = ", ".join(f"{what} {count}" for what, count in sorted(fates.items()))
    print(f"{runs} runs ({told}); {looked} outputs looked at while they ran; {bad} runs with a difference")
    print(f"{time.monotonic() - begin:.0f} s")
    return bad


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
