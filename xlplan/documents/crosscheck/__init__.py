"""A plan that somebody wrote by hand, held against the workbook: its sentences, targets, tables and structure."""
