"""The same tasks on a Dask cluster: the same outputs, a lost worker's task is done by another, a slow one is left.

distributed is no dependency of xlplan; without it these are skipped, unless XLPLAN_REQUIRE_DASK=1.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

import pytest
from batch_processes import ended, finished, kill, started, until, workers
from batches import batch, commune, content

from xlplan.batch import tasks
from xlplan.batch.engines import EngineError
from xlplan.results import loaded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and process groups")


@pytest.fixture(scope="module", autouse=True)
def dask_is_here() -> None:
    if importlib.util.find_spec("distributed") is None:
        if os.environ.get("XLPLAN_REQUIRE_DASK") == "1":
            pytest.fail("distributed is not installed")
        pytest.skip("distributed is not installed")


def test_two_workers_of_dask_write_what_the_local_engine_writes_lost_ones_and_slow_ones_included(
    tmp_path: Path,
) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(6):
        commune(source / f"{number}.xlsx", f"Số {number}", wrong=number % 3)
    for name in ("một lần", "chết", "treo"):  # kills its worker once, always; never ends
        commune(source / f"{name}.xlsx", name)
    (source / "hỏng.xlsx").write_bytes(b"PK\x03\x04 hong")
    asked = ("-o", out, "--engine", "dask", "--jobs", "2", "--timeout", "8")
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}  # Dask itself tries four times, a second each
    status, said, errors = finished(source, *asked, hook=tmp_path / "hook", **once)
    assert (source / "một lần.xlsx.roi").exists()
    assert (status, "Traceback" in errors, "distributed" in errors) == (1, False, False)
    assert "Đã đọc 7/10 tệp, lập 7 kế hoạch" in said
    assert "treo.xlsx: chưa xong sau 8 giây nên đã dừng" in errors
    assert "chết.xlsx: tiến trình xử lý tệp này bị dừng đột ngột" in errors
    assert batch(source, out).done == ("chết.xlsx", "treo.xlsx")
    batch(source, tmp_path / "khac")
    assert content(out) == content(tmp_path / "khac")


def test_ctrl_c_ends_a_run_on_dask_with_counts_and_the_next_run_goes_on(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(12):
        commune(source / f"chậm {number}.xlsx", f"Số {number}", wrong=number % 3)
    run = started(source, "-o", out, "--engine", "dask", "--jobs", "2", hook=tmp_path / "hook")
    until(lambda: len(list((out / "ke_hoach").glob("*.docx"))) >= 3)
    kill(run, signal.SIGINT)
    status, said, errors = ended(run)
    assert (status, "Traceback" in errors, "distributed" in errors, "warn" in errors) == (1, False, False, False)
    done = int(said.partition("Đã dừng theo yêu cầu: xong ")[2].partition("/12 tệp. Chạy lại lệnh này")[0])
    assert 0 <= done < 12
    assert not workers(run) and not list(out.rglob("*.tmp"))
    again = batch(source, out)
    assert (again.status, len(again.done), again.ended.aside) == (0, 12 - done, ())
    batch(source, tmp_path / "khac")
    assert content(out) == content(tmp_path / "khac")


def test_ctrl_c_while_the_cluster_starts_closes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlplan.batch import cluster

    closed = []

    class Starting:
        def __init__(self, **_: object) -> None:
            os.kill(os.getpid(), signal.SIGINT)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            os.kill(os.getpid(), signal.SIGINT)  # again, by somebody who cannot wait
            time.sleep(0.02)
            closed.append(True)

    monkeypatch.setattr(cluster, "LocalCluster", Starting)
    made = batch(commune(tmp_path / "a.xlsx"), tmp_path / "ra", cluster.dask(None, 1, 5))
    assert (made.status, made.ended.broken_off, closed) == (1, True, [True])


def test_a_task_that_has_taken_too_long_writes_nothing_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xlplan.batch import cluster

    go_on, whole = threading.Event(), tasks.process

    def slow(*arguments: Any) -> Any:
        go_on.wait()
        return whole(*arguments)

    monkeypatch.setattr(tasks, "process", slow)
    source, out = commune(tmp_path / "a.xlsx", wrong=1), tmp_path / "ra"
    task, before = tasks.Task(str(source), "a.xlsx", "a", ""), set(threading.enumerate())
    assert cluster._one(task, tasks.Settings(str(out)), 0.05) is None
    (late,) = set(threading.enumerate()) - before
    go_on.set()
    late.join()
    assert not out.exists() or not list(out.rglob("*.*"))
    assert loaded(cluster._one(task, tasks.Settings(str(out)), 5) or "").plan == "ke_hoach/a.docx"
    assert {path.parent.name for path in out.rglob("*.*")} == {"ke_hoach", "danh_dau", "phan_hoi"}


@pytest.mark.parametrize("error", [OSError("refused"), ValueError("unknown scheme")])
def test_a_cluster_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from xlplan.batch import cluster

    def refused(*_: object, **__: object) -> None:  # a real client that finds nobody leaves open sockets behind
        raise error

    monkeypatch.setattr(cluster, "Client", refused)
    with pytest.raises(EngineError) as told:
        batch(commune(tmp_path / "a.xlsx"), tmp_path / "ra", cluster.dask("tcp://x:1", 1, 5))
    assert told.value.problem[:3] == ("no_cluster", "tcp://x:1", str(error))
