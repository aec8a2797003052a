"""What a district or province gets of a run over many workbooks: the workbook and the page of its communes."""
