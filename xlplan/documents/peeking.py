"""Whether a template only prints the runs and tables that it is given, or looks into them.

Where it looks (``{% if "hộ nghèo" in d.chu %}``, ``{{ can_cu | length }}``), short stand-ins would give it other
answers. It is read off the syntax: what is not known to be harmless counts as looking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes

# What :func:`xlplan.documents.context.context_of` gives: names and fields without runs, lists and fields with them
_TEXTS = frozenset(
    ("co_quan_chu_quan", "co_quan", "so_ky_hieu", "dia_danh_ngay", "ten_loai", "trich_yeu", "ke_trich_yeu")
) | {"noi_nhan", "quyen_han", "ho_ten"}
_LISTS = frozenset(("can_cu", "noi_dung", "phu_luc"))
_OF_LOOPS = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0")
_FIELDS = frozenset(("kieu", "so", "nhan", "ten", "kem_theo", "ngang", *_OF_LOOPS))
_WITH_RUNS = frozenset(("chu", "bang", "noi_dung"))


def only_prints(tree: nodes.Template) -> bool:
    """Whether what a template does is the same for any runs and tables that it is given."""
    return _Reader(tree).statements(tree.body)


class _Reader:
    """``made`` are the values that the template itself gives to a name, ``None`` for one that may be anything."""

    def __init__(self, tree: nodes.Template) -> None:
        from jinja2 import nodes

        self.macros: set[str] = set()
        self.made: dict[str, list[nodes.Node | None]] = {}
        for macro in tree.find_all(nodes.Macro):
            self.macros.add(macro.name)
            for name in macro.args:
                self.made.setdefault(name.name, []).append(None)
        for loop in tree.find_all(nodes.For):
            self._give(loop.target, loop.iter)
        for assigned in tree.find_all(nodes.Assign):
            self._give(assigned.target, assigned.node)
        self._asked: set[str] = set()

    def _give(self, target: nodes.Node, value: nodes.Node) -> None:
        from jinja2 import nodes

        for name in [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name):
            self.made.setdefault(name.name, []).append(value)

    def statements(self, body: list[nodes.Node]) -> bool:
        """Whether statements only print."""
        return all(self._statement(node) for node in body)

    def _statement(self, node: nodes.Node) -> bool:
        from jinja2 import nodes

        if isinstance(node, nodes.Output):
            return all(self._hands_on(part) for part in node.nodes)
        if isinstance(node, nodes.If):
            return self._hands_on(node.test) and self.statements([*node.body, *node.elif_, *node.else_])
        if isinstance(node, nodes.For):
            inside = self.statements([*node.body, *node.else_])
            return inside and self._loops(node.iter, node.target) and (node.test is None or self._hands_on(node.test))
        if isinstance(node, nodes.Macro):
            return all(map(self._hands_on, node.defaults)) and self.statements(node.body)
        if isinstance(node, nodes.Assign):
            return self._holds_none(node.node) or (isinstance(node.target, nodes.Name) and self._hands_on(node.node))
        return False

    def _loops(self, items: nodes.Node, target: nodes.Node | None = None) -> bool:
        """Whether something is a list: what loops over a text takes its letters."""
        from jinja2 import nodes

        if self._holds_none(items):
            return True
        if target is not None and not isinstance(target, nodes.Name):
            return False
        if isinstance(items, nodes.Filter) and items.name == "_turns" and items.node is not None:
            items = items.node
        if isinstance(items, nodes.Name):
            return items.name in _LISTS and not self._is_made(items.name)
        return isinstance(items, nodes.Getattr) and items.attr == "noi_dung" and self._hands_on(items.node)

    def _hands_on(self, node: nodes.Node) -> bool:
        """Whether an expression prints a value, hands it on or asks if there is any, whatever it is."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name) or self._holds_none(node):
            return True
        if isinstance(node, nodes.Getattr):
            return node.attr in _FIELDS | _WITH_RUNS and self._hands_on(node.node)
        if isinstance(node, nodes.And | nodes.Or | nodes.Not | nodes.CondExpr):
            return all(self._hands_on(part) for part in node.iter_child_nodes())
        if isinstance(node, nodes.Filter):
            each = node.name == "_each" and node.node is not None and self._loops(node.node)
            return each and all(self._is_macro(argument) for argument in node.args)
        if isinstance(node, nodes.Call):
            given = [*node.args, *(keyword.value for keyword in node.kwargs)]
            known = node.dyn_args is None and node.dyn_kwargs is None and self._is_macro(node.node)
            return known and all(self._hands_on(value) for value in given)
        return False

    def _is_macro(self, node: nodes.Node) -> bool:
        from jinja2 import nodes

        return isinstance(node, nodes.Name) and node.name in self.macros and node.name not in self.made

    def _is_made(self, name: str) -> bool:
        return name in self.made or name in self.macros

    def _holds_none(self, node: nodes.Node) -> bool:
        """Whether no runs or tables are in an expression."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            return self._is_text(node.name)
        if isinstance(node, nodes.Getattr):
            return self._holds_none(node.node) or (node.attr in _FIELDS and self._hands_on(node.node))
        return isinstance(node, nodes.Expr | nodes.Helper) and all(map(self._holds_none, node.iter_child_nodes()))

    def _is_text(self, name: str) -> bool:
        if name in self.macros or (name not in _TEXTS and name not in self.made):
            return False
        if name in self._asked:  # {% set x = x ~ "…" %}
            return True
        self._asked.add(name)
        try:
            return all(value is not None and self._holds_none(value) for value in self.made.get(name, ()))
        finally:
            self._asked.discard(name)
