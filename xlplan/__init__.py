"""xlplan: rates, checks and the Word plan from a commune's poverty-reduction workbook."""

__version__ = "0.1.0"
