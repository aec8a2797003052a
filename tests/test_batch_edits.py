"""Whatever people and runs do to a folder in turn: no word that somebody wrote is lost, and at last all is up to date.

One thing is left out: a plan that was written a moment before its run was killed is nobody's yet, and not protected
until the run was continued.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.batch.engines import Engine, Results
from xlplan.batch.ledger import Ledger
from xlplan.batch.outputs import Outputs
from xlplan.batch.run import Progress, Wanted, run
from xlplan.batch.tasks import Settings, Task, may_write
from xlplan.files import write_bytes
from xlplan.results import Result

NAMES = ("a", "b", "c")
STEP = st.one_of(
    st.tuples(st.sampled_from(("workbook", "edit", "delete", "foreign")), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(("run", "anew", "stop 0", "stop 1", "killed 1", "killed 2")), st.just("")),
)


class Stopped(BaseException):
    """Stands for SIGKILL: nothing of the run goes on."""


def plan_of(source: Path) -> bytes:
    return b"plan of " + source.read_bytes()


def engine(after: int, error: type[BaseException]) -> Engine:
    """Writes plans without reading workbooks; ends by an error after so many, a killed one with the next."""

    def work(tasks: Iterable[Task], asked: Settings) -> Results:
        for number, task in enumerate(tasks):
            (name,) = may_write(task, asked)
            if number == after and error is KeyboardInterrupt:
                raise error
            write_bytes(Path(asked.output) / name, plan_of(Path(task.path)))
            if number == after:
                raise error(name)
            entry = {"file": task.shown, "status": "clean", "unit": f"xã {task.name}", "period": "", "findings": []}
            yield task, Result(task.shown, task.digest, "", entry, plan=name)

    return work


def perform(source: Path, out: Path, what: str) -> tuple[bool, str]:
    """One run; whether it came to its end, and the plan that was written and not noted."""
    kind, _, count = what.partition(" ")
    errors = {"stop": KeyboardInterrupt, "killed": Stopped}
    work = engine(int(count), errors[kind]) if count else engine(99, Stopped)
    ended = []
    try:
        wanted = Wanted("plan", resume=kind != "anew")
        run([source], out, work, wanted, progress=Progress(), close=lambda end: ended.append(not end.broken_off))
    except Stopped as stopped:
        return False, str(stopped)
    return ended == [True], ""


@settings(max_examples=30, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=14))
def test_nothing_that_a_person_wrote_is_ever_lost(steps: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "xa", Path(folder) / "ra"
        source.mkdir()
        for name in NAMES:
            (source / f"{name}.xlsx").write_bytes(name.encode())
        people: set[bytes] = set()
        unnoted = ""
        for number, (what, name) in enumerate(steps):
            words = f"{what} {number}".encode()
            plan = out / "ke_hoach" / f"{name}.docx"
            if what == "workbook":
                (source / f"{name}.xlsx").write_bytes(words)
            elif what == "delete" and plan.exists():
                people.discard(plan.read_bytes())
                plan.unlink()
            elif what == "edit" and plan.exists() and not unnoted.endswith(plan.name):
                people.discard(plan.read_bytes())
                plan.write_bytes(words)
                people.add(words)
            elif what == "foreign" and not out.exists():
                plan.parent.mkdir(parents=True)
                plan.write_bytes(words)
                people.add(words)
            elif not name:
                ended, unnoted = perform(source, out, what)
                _check(source, out, people, ended=ended)
        _check(source, out, people, ended=perform(source, out, "run")[0])


def test_what_a_killed_second_run_wrote_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    source.mkdir()
    for number, what in enumerate(("run", "killed 0", "run")):
        if number < 2:
            (source / "a.xlsx").write_bytes(what.encode())
        perform(source, out, what)
    assert [path.read_bytes() for path in out.rglob("*.docx")] == [b"plan of killed 0"]


def _check(source: Path, out: Path, people: set[bytes], *, ended: bool) -> None:
    there = {path: path.read_bytes() for path in out.rglob("*.docx")}
    assert people <= set(there.values())
    for name in NAMES if ended else ():
        plan = there[out / "ke_hoach" / f"{name}.docx"]
        assert plan == plan_of(source / f"{name}.xlsx") or plan in people
    assert not ended or not list(out.rglob("*.tmp"))


def test_what_a_killed_run_wrote_is_not_taken_for_an_edit_though_the_next_run_is_killed_too(tmp_path: Path) -> None:
    name, out = "ket_qua.jsonl", tmp_path
    with Ledger(out) as ledger:  # a first run ends as it should
        outputs = Outputs(ledger)
        outputs.claim([name])
        write_bytes(out / name, b"one")
        ledger.leave(outputs.settle([name], [name]))
    with Ledger(out) as ledger:  # the second is killed when it has written
        Outputs(ledger).claim([name])
        write_bytes(out / name, b"two")
    with Ledger(out) as ledger:  # the third before it has
        Outputs(ledger).claim([name])
    with Ledger(out) as ledger:
        outputs = Outputs(ledger)
        outputs.claim([name])
        write_bytes(out / name, b"two")
        ledger.leave(outputs.settle([name], [name]))
    assert [path.name for path in out.glob("ket_qua*")] == [name]
    assert (out / name).read_bytes() == b"two"
