"""Many workbooks in one run.

``run`` gathers what :mod:`xlplan.intake` finds, gives each workbook to an engine (``engines``, or ``cluster`` on Dask)
that performs one task after another (``tasks``), and keeps every result in a ledger in the output folder, so that a
run which is broken off goes on where it stopped. Whatever happens to one workbook, the others go on.
"""
