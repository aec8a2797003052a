"""``python -m xlplan.excel.build`` makes the generated VBA modules again, after a change of functions or texts."""

from __future__ import annotations

from xlplan.excel.build.generate import VBA, generated

for name, text in generated().items():
    (VBA / name).write_text(text, encoding="ascii", newline="\n")
