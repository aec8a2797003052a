"""The standard workbook that a careful person would have made in Excel: content, sheets, chart, protection."""
