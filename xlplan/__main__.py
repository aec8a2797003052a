"""``python -m xlplan``."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; output is UTF-8 wherever it goes, so that Vietnamese survives redirection."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    from xlplan.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
