"""Findings in the official's own file: coloured cells, notes, and the sheet `Kiểm tra` with room for answers."""
