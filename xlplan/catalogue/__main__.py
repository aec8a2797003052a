"""``python -m xlplan.catalogue`` compiles the TOML tables after a change."""

from __future__ import annotations

from xlplan.catalogue import compile_data
from xlplan.catalogue.source import COMPILED

COMPILED.write_text(compile_data(), encoding="utf-8")
