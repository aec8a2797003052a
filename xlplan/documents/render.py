"""Writes a finished plan through the Word template, its figures in content controls.

The template belongs to the officials: nothing in it is trusted, and what is wrong with it is named with its
paragraph. The plan's own text never meets a parser of tags.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from xlplan import resources
from xlplan.documents import by_docxtpl, fast
from xlplan.documents.attaching import attach
from xlplan.documents.blocks import Plan
from xlplan.documents.context import Details, context_of
from xlplan.documents.controls import NAMESPACE, Controls, Listing
from xlplan.documents.finishing import MisplacedError
from xlplan.documents.opening import Opened, opened, packed
from xlplan.documents.problems import TemplateProblem
from xlplan.documents.specimen import BODY, specimen
from xlplan.documents.stubs import Stubs
from xlplan.documents.wordxml import MissingStyleError
from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import repack

__all__ = ["TemplateProblem", "check", "render"]

CREATED = datetime(2020, 3, 5, tzinfo=UTC)  # the decree's own date: files do not change because time passes


def render(plan: Plan, template: Path | None = None, *, created: datetime | None = None) -> bytes:
    """The plan as the bytes of a .docx file; the same input gives the same bytes. Raises TemplateProblem."""
    source = opened(template) if template else _own_template()
    moment = created or CREATED
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    details = Details(plan.title or plan.kind, plan.remarks, moment, plan.unit, plan.period)
    try:
        if fast.possible(source, details):
            controls, stubs = Controls(), Stubs()
            context = context_of(plan, source.styles, source.widths, controls, stubs)
            done = fast.written(source, context, controls, stubs, details)
            stubs.done()
            if done is not None:
                return done
        controls = Controls()
        context = context_of(plan, source.styles, source.widths, controls)
        data, present = by_docxtpl.written(source, context, controls, details)
    except MissingStyleError as error:
        raise TemplateProblem("style", error.args[0], detail="the template lacks this style") from error
    except MisplacedError as error:
        raise TemplateProblem("tag", *error.args) from error
    data = packed(data, {})
    if not present:
        return data
    package = Package(data)
    place = attach(package.names(), package.read, package.main_part("word")[0], NAMESPACE)
    listing = Listing(plan.unit, plan.period, tuple(present))
    return repack(data, place.changed, {place.item: listing.xml(), **place.added})


@cache
def _own_template() -> Opened:
    """The template that comes with us, which nobody changes while we run."""
    return opened(resources.plan_template())


def check(template: Path) -> None:
    """Render a specimen that uses all that a template is given. Raises TemplateProblem.

    Any part may be left out but the body: a plan without it is none, and nobody would mean that.
    """
    package = Package(render(specimen(), template))
    if BODY.encode() not in package.read(package.main_part("word")[0]):
        raise TemplateProblem("bodyless", "{{p viet(d) }}", detail="the template prints no body")
