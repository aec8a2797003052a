"""``python -m xlplan.catalogue`` compiles the TOML tables after a change; ``--readme``: README's table of codes too."""

from __future__ import annotations

import sys

from xlplan.catalogue import compile_data
from xlplan.catalogue.source import COMPILED

COMPILED.write_text(compile_data(), encoding="utf-8")
if "--readme" in sys.argv[1:]:
    from xlplan.catalogue.page import README, with_codes

    README.write_text(with_codes(README.read_text(encoding="utf-8")), encoding="utf-8")
