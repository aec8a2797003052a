"""The way of the data shows in the imports: a module imports only from rooms above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "xlplan"
# From the top of the way to its end; rooms in one line do not know each other.
ROOMS = (
    ("patterns", "tuples", "lately"),
    ("vietnamese", "refs", "files", "resources"),
    ("catalogue", "formulas"),
    ("model",),
    ("messages",),
    ("rates", "budget", "yearly"),
    ("checks", "packages"),
    ("sheets", "repair"),
    ("documents",),
    ("pipeline",),
    ("results",),
    ("intake",),
    ("province",),
    ("batch",),
    ("excel",),
    ("cli",),
    ("__main__",),
)
PURE = (
    "patterns",
    "lately",
    "tuples",
    "vietnamese",
    "catalogue",
    "model",
    "messages",
    "rates",
    "budget",
    "yearly",
    "checks",
    "repair",
    "refs",
    "formulas",
)
PLACE = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "templates" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path, *, lazy: bool) -> set[str]:
    """Full names of what a module imports; with ``lazy`` also inside functions, never under TYPE_CHECKING."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    nodes = ast.walk(tree) if lazy else (n for top in tree.body for n in ([top] if _is_import(top) else []))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_rooms_above_it(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    for name in imported(path, lazy=True):
        parts = name.split(".")
        if parts[0] != "xlplan" or len(parts) < 2 or parts[1] in (room, "__version__"):
            continue
        assert PLACE[parts[1]] < PLACE[room], f"{room} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pure_rooms_need_only_the_standard_library(path: Path) -> None:
    if room_of(path) in PURE:
        for name in imported(path, lazy=True) - {"pandas"}:  # Submission.frame() alone hands out pandas
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or top == "xlplan", name


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_file_is_longer_than_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def loaded_after(*arguments: str) -> set[str]:
    """Top-level modules that a command line has loaded when it ends."""
    code = (
        "import sys; from xlplan.cli import run; status = run(sys.argv[1:]);"
        "print('LOADED', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


HEAVY = {"pandas", "numpy", "openpyxl", "xlsxwriter", "docx", "docxtpl", "jinja2", "lxml", "xlwings"}


def test_help_loads_no_heavy_library() -> None:
    assert not loaded_after("--help") & HEAVY


def test_check_loads_only_the_reader_of_packages() -> None:
    assert loaded_after("check", "workbooks/son_trung_2023.xlsx") & HEAVY == set()


def test_plan_loads_no_pandas_and_no_workbook_builder(tmp_path: Path) -> None:
    loaded = loaded_after("plan", "workbooks/long_an_2024.xlsx", "-o", str(tmp_path / "plan.docx"))
    assert not loaded & {"pandas", "numpy", "openpyxl", "xlsxwriter", "xlwings"}
