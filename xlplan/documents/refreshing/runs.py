"""The text of a content control: read, and written anew with the formatting that its words have."""

from __future__ import annotations

import re
from copy import deepcopy
from difflib import SequenceMatcher

from lxml import etree

from xlplan.documents.wordxml import Element, w

_BREAKS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad"}
_TEXTS = frozenset({w("t"), *_BREAKS})
_TRACKED = frozenset({w("ins"), w("del"), w("moveFrom"), w("moveTo")})
_FOREIGN = frozenset({w("fldChar"), w("fldSimple"), w("drawing"), w("pict"), w("object"), w("footnoteReference")})
_WORDS = re.compile(r"\s+|[^\s]+")
_PIECES = re.compile("([\t\n])")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def text_of(control: Element) -> str:
    """What a control shows; nothing while Word shows its own prompt in it, nor what was moved away."""
    if _prompt(control) is not None:
        return ""
    gone = {run for moved in control.iter(w("moveFrom")) for run in moved.iter(w("r"))}
    return "".join(_text(run) for run in _runs(control) if run not in gone)


def is_tracked(control: Element) -> bool:
    """Whether somebody's tracked change touches the control: the text in it is not decided yet.

    A tracked change of formatting alone (``w:rPrChange``) leaves the text decided.
    """
    around = (parent.tag for parent in control.iterancestors())
    return any(tag in _TRACKED for tag in around) or next(control.iter(*_TRACKED), None) is not None


def is_foreign(control: Element) -> bool:
    """Whether the control holds what no figure holds: several paragraphs, a field, a picture."""
    if sum(1 for _ in control.iter(w("p"))) > 1 or any(e.tag in _FOREIGN for e in control.iter()):
        return True
    return next(control.iterdescendants(w("sdt")), None) is not None


def put(control: Element, text: str) -> None:
    """Write a text into a control: words that stay keep their formatting, new ones take that of those they replace."""
    prompt = _prompt(control)
    runs = [run for run in _runs(control) if any(child.tag in _TEXTS for child in run)] or _runs(control)[:1]
    if prompt is not None:
        parent = prompt.getparent()
        assert parent is not None
        parent.remove(prompt)
        for run in runs[1:]:
            _remove(run)
        runs = runs[:1]
        for run in runs:
            _replace(run, "")
            if (style := run.find(f"{w('rPr')}/{w('rStyle')}")) is not None:  # the prompt's grey
                _remove(style)
    if not runs:
        runs = [_new_run(control)]
    for run, part in zip(runs, _parts([_text(run) for run in runs], text), strict=True):
        if part != _text(run):
            _replace(run, part)
        if not part and len(runs) > 1 and all(child.tag == w("rPr") for child in run):
            _remove(run)


def _prompt(control: Element) -> Element | None:
    return control.find(f"{w('sdtPr')}/{w('showingPlcHdr')}")


def _runs(control: Element) -> list[Element]:
    content = control.find(w("sdtContent"))
    return [] if content is None else list(content.iter(w("r")))


def _text(run: Element) -> str:
    return "".join(_BREAKS.get(str(child.tag), child.text or "") for child in run if child.tag in _TEXTS)


def _parts(old: list[str], new: str) -> list[str]:
    """The new text divided over the runs that held the old one."""
    if len(old) == 1:
        return [new]
    owner = [i for i, text in enumerate(old) for _ in text]
    before, after = _WORDS.findall("".join(old)), _WORDS.findall(new)
    starts = [0]
    for word in before:
        starts.append(starts[-1] + len(word))
    parts = [""] * len(old)
    for how, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            for place in range(starts[i1], starts[i2]):
                parts[owner[place]] += "".join(old)[place]
        elif j1 < j2:
            place = starts[i1] if how == "replace" else max(0, starts[i1] - 1)
            parts[owner[place] if owner else 0] += "".join(after[j1:j2])
    return parts


def _replace(run: Element, text: str) -> None:
    """Other text in a run, at the place of its old one; its properties and all else in it stay."""
    children = [child for child in run if child.tag in _TEXTS]
    properties = run.find(w("rPr"))
    at = run.index(children[0]) if children else (0 if properties is None else 1)
    for child in children:
        _remove(child)
    made = []
    for piece in _PIECES.split(text):
        if piece in ("\t", "\n"):
            made.append(run.makeelement(w("tab" if piece == "\t" else "br")))
        elif piece:
            element = run.makeelement(w("t"), {_SPACE: "preserve"})
            element.text = piece
            made.append(element)
    run[at:at] = made


def _new_run(control: Element) -> Element:
    """A run in an empty control, as Word would format what is typed there."""
    content = control.find(w("sdtContent"))
    if content is None:
        content = etree.SubElement(control, w("sdtContent"))
    paragraph = content.find(f".//{w('p')}")
    run = etree.SubElement(content if paragraph is None else paragraph, w("r"))
    own = control.find(f"{w('sdtPr')}/{w('rPr')}")
    if own is not None:
        run.append(deepcopy(own))
    return run


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
