"""`xlplan batch` as a process group of its own, whose workers do what a file's name says: hang, die, fill the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOOK = """
import os, resource, signal, sys, time
from pathlib import Path
if os.environ.get("NO_WORKERS") and "spawn_main" in str(sys.orig_argv):
    os._exit(7)

import xlplan.batch.tasks as tasks

def full():
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))  # no plan has so few bytes

if os.environ.get("DISK_IS_FULL"):
    full()
whole = tasks.process

def process(path, *more):
    name = Path(path).name
    if name.startswith("treo"):
        time.sleep(600)
    if name.startswith("chết"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("một lần") and not Path(path + ".roi").exists():
        Path(path + ".roi").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("đầy"):
        full()
    if name.startswith("chậm"):
        time.sleep(0.25)
    return whole(path, *more)

tasks.process = process
"""


def environment(hook: Path | None) -> dict[str, str]:
    """The environment of a run; ``hook`` is a folder for the module that Python itself loads first."""
    paths = [str(ROOT)]
    if hook is not None:
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
        paths.insert(0, str(hook))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def started(*arguments: str | Path, hook: Path | None = None, **variables: str) -> subprocess.Popen[str]:
    """Begins a run."""
    return subprocess.Popen(
        [sys.executable, "-m", "xlplan", "batch", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**environment(hook), **variables},
        start_new_session=True,
    )


def ended(run: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str, str]:
    """Waits for a run: exit status, output, errors. Whatever happens, nothing of it goes on."""
    try:
        out, err = run.communicate(timeout=seconds)
    finally:
        kill(run, signal.SIGKILL)
    return run.returncode, out, err


def finished(*arguments: str | Path, hook: Path | None = None, **variables: str) -> tuple[int, str, str]:
    """A run from its start to its end."""
    return ended(started(*arguments, hook=hook, **variables))


def kill(run: subprocess.Popen[str], number: signal.Signals) -> None:
    """Sends a signal to the run and its workers."""
    try:
        os.killpg(run.pid, number)
    except ProcessLookupError:
        return


def workers(run: subprocess.Popen[str]) -> list[int]:
    """The worker processes of a run; Python's own helper among its processes is none."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                spawned = b"spawn_main" in (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if spawned and int(fields[2]) == run.pid:
                found.append(int(entry.name))
    return found


def until(there: Callable[[], object], seconds: float = 30) -> None:
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come to this in time"
        time.sleep(0.01)
