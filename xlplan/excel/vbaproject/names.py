"""Which names a project and its modules may bear. Source: [MS-VBAL] 3.3.5; the 31 letters are Office's own limit."""

from __future__ import annotations

import re
from collections.abc import Sequence

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}", re.ASCII)
_RESERVED = frozenset(
    """
    abs addressof and any array as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec cdecl
    cint circle clng clnglng clngptr close const csng cstr currency cvar cverr date debug decimal declare defbool
    defbyte defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj defsng defstr defvar dim do doevents
    double each else elseif empty end endif enum eqv erase event exit false fix for friend function get global gosub
    goto if imp implements in input inputb int integer is lbound len lenb let like lineinput lock long longlong longptr
    loop lset me mod new next not nothing null on open option optional or paramarray preserve print private pset public
    put raiseevent redim rem resume return rset scale seek select set sgn shared single spc static step stop string sub
    tab then to true type typeof ubound unlock until variant wend while with withevents write xor
    """.split()  # noqa: SIM905 - words in one string are easier to read than in 150 pairs of quotes
)
_LIBRARIES = frozenset(("vba", "excel", "stdole", "office", "msforms"))  # a module would hide what they define
_STREAMS = frozenset(("dir",))  # lies beside the modules' streams


def check_names(modules: Sequence[str], project: str) -> None:
    """Raise ValueError for a name that VBA cannot bear, and for two names that differ in case alone.

    The project's name counts among the modules': Office refuses a module of the same name.
    """
    seen: set[str] = set()
    for name in (project, *modules):
        key = name.lower()
        what = f"{'the project' if not seen else 'module'} {name!r}"
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{what}: a letter and up to 30 letters, digits or _, all ASCII, were expected")
        if key in _RESERVED | _LIBRARIES | _STREAMS:
            raise ValueError(f"{what}: the name is taken by VBA itself")
        if key in seen:
            raise ValueError(f"{what}: the project or another module has this name already")
        seen.add(key)
