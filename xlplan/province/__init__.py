"""The province workbook `tong_hop.xlsx`: what a run over many communes gave, for the officials of a province.

:func:`xlplan.province.workbook.write_workbook` is its door. pandas shapes, XlsxWriter writes, long tables are streamed.
"""
