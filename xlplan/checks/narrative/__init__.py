"""What sentences claim about figures, and the rules that hold the claims against a workbook (C01, C03, C10-C12, C16).

Loaded only for texts in which somebody typed a figure; see :mod:`xlplan.checks.said`.
"""
