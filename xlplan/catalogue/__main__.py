"""``python -m xlplan.catalogue`` compiles the TOML tables after a change."""

from __future__ import annotations

from xlplan.catalogue import COMPILED, compile_data

COMPILED.write_text(compile_data(), encoding="utf-8")
