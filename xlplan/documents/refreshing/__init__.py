"""A plan that people have edited gets the workbook's present figures; everything else in it stays as it is."""

from xlplan.documents.refreshing.document import FAILURES, Change, Left, NotRefreshableError, Refreshed, refresh

__all__ = ["FAILURES", "Change", "Left", "NotRefreshableError", "Refreshed", "refresh"]
