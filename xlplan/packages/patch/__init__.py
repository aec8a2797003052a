"""Changes a few places of an Office package and leaves every other byte as it was.

An official's workbook holds what no library writes back whole: macros, sparklines, 2010-style formats, threaded
comments. So nothing is loaded and saved: parts are spliced at known byte offsets (``markup``), the rest of the package
is copied as it is packed (``archive``), and a record of every splice travels in the package so that it can be taken
out again (``record``).
"""
