"""The workbook as sheets: building the standard workbook, reading any layout, marking and consolidating."""
