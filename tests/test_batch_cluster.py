"""The same tasks on a Dask cluster: the same outputs, a lost worker's task is done by another, a slow one is left.

distributed is no dependency of xlplan; without it these are skipped, unless XLPLAN_REQUIRE_DASK=1.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from batch_processes import finished
from batches import batch, commune, content

from xlplan.batch.engines import EngineError

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
    asked = ("-o", out, "--engine", "dask", "--jobs", "2", "--timeout", "6")
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}  # Dask itself tries four times, a second each
    status, said, errors = finished(source, *asked, hook=tmp_path / "hook", **once)
    assert (source / "một lần.xlsx.roi").exists()
    assert (status, "Traceback" in errors, "distributed" in errors) == (1, False, False)
    assert "Đã đọc 7/10 tệp, lập 7 kế hoạch" in said
    assert "treo.xlsx: chưa xong sau 6 giây nên đã dừng" in errors
    assert "chết.xlsx: tiến trình xử lý tệp này bị dừng đột ngột" in errors
    assert batch(source, out).done == ("chết.xlsx", "treo.xlsx")
    batch(source, tmp_path / "khac")
    assert content(out) == content(tmp_path / "khac")


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
