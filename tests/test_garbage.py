"""A workbook that is done leaves nothing that only a garbage collection frees: a run would spend a sixth there."""

from __future__ import annotations

import gc
from pathlib import Path

import batches
import pytest

from xlplan.batch.tasks import Settings, Task, perform
from xlplan.results import loaded

WORKBOOKS = sorted((Path(__file__).parent.parent / "workbooks").glob("*_20*.xls[xm]"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(str(tmp_path_factory.mktemp("ra")))


@pytest.fixture(params=[*WORKBOOKS, "right", "wrong"], ids=lambda given: Path(given).name)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if isinstance(request.param, Path):
        return request.param
    return batches.commune(tmp_path / f"{request.param}.xlsx", wrong=int(request.param == "wrong"))


def test_a_workbook_leaves_no_circle(path: Path, settings: Settings) -> None:
    task = Task(str(path), path.name, path.name, "")
    perform(task, settings)  # what is loaded and kept with the first
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        done = loaded(perform(task, settings))
        gc.collect()
        left = [type(item).__qualname__ for item in gc.garbage if type(item).__module__.startswith("xlplan")]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert done.plan and (done.marked or path.stem != "wrong")
    assert left == []
