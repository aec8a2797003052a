"""The workbook's own door: functions in cells, buttons on the ribbon, the files that carry them, their installation."""
