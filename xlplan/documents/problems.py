"""What can be wrong with a Word template, as one exception that the doors know."""

from __future__ import annotations


class TemplateProblem(Exception):  # noqa: N818 - the name that officials' doors know
    """What is wrong with a Word template.

    ``kind`` is a kind of :class:`PackageError` (no Word file at all), or ``unknown`` (no such placeholder),
    ``syntax``, ``forbidden`` (reaches into Python), ``tag`` (``{{`` where ``{{r`` or ``{{p`` belongs),
    ``style`` (a style is missing), ``macros``, ``limit`` (it repeats or
    writes without end), ``split``, ``unclosed``, ``broken`` (commands that cut through a table or paragraph),
    ``bodyless`` (it does not print what the plan says) or ``failed``. ``placeholder`` is the name meant, ``paragraph``
    the text of the template's paragraph, ``detail`` technical English; ``others`` are more of the same kind, found
    with it.
    """

    others: tuple[TemplateProblem, ...] = ()

    def __init__(self, kind: str, placeholder: str = "", paragraph: str = "", detail: str = "") -> None:
        super().__init__(kind, placeholder, paragraph, detail)  # all, so that it survives a worker process
        self.kind = kind
        self.placeholder = placeholder
        self.paragraph = paragraph
        self.detail = detail

    def __str__(self) -> str:
        where = f" in paragraph {self.paragraph!r}" if self.paragraph else ""
        return f"{self.kind}{where}: {self.placeholder or self.detail}"
