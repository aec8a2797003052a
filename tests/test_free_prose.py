"""Plans written freely, without our outline: wrong figures are found, and true sentences are left in peace."""

from __future__ import annotations

import random
from io import BytesIO

import filled_plans as filled
import free_prose as prose
import pytest

from xlplan.checks.narrative.spelled import spelled
from xlplan.documents.crosscheck.run import crosscheck
from xlplan.documents.word.reading import opened
from xlplan.messages import message
from xlplan.model import Finding, Submission
from xlplan.packages.gate import Package


def findings(plan: prose.FreePlan, submission: Submission, other: prose.Others) -> list[Finding]:
    out = BytesIO()
    plan.document(other)[0].document.save(out)
    return list(crosscheck(opened(Package(out.getvalue())), submission).findings)


@pytest.mark.parametrize(("kind", "seed"), [("thon", 1), ("phuong", 2), ("nam", 3), ("thon", 4), ("phuong", 5)])
def test_true_sentences_give_no_error_and_wrong_figures_are_found(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    content = filled.starter(kind, rng)
    submission = filled.submission(content)
    plan = prose.free_plan(content, rng)
    before = findings(plan, submission, {})
    assert [message(item) for item in before if item.severity == "error"] == []
    known = {(item.code, item.ref, item.actual) for item in before}
    places = [place for form, place in plan.places() if form in ("count (rate)", "list", *prose.TABLES)]
    for place in rng.sample(places, 3):
        after = findings(plan, submission, {place: prose.slip(plan.at(place), rng)})
        assert {(item.code, item.ref, item.actual) for item in after} - known, plan.at(place)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("toàn xã có 1 545 hộ dân", "toàn xã có 1.545 hộ dân"),
        ("tổng số 1\u00a0545 hộ", "tổng số 1.545 hộ"),
        ("chiếm 71/1 088 hộ", "chiếm 71/1.088 hộ"),
        ("còn bảy mươi hai hộ nghèo", "còn 72 hộ nghèo"),
        ("có 72 (bảy mươi hai) hộ nghèo", "có 72 hộ nghèo"),
        ("năm mươi lăm hộ", "55 hộ"),
    ],
)
def test_figures_are_read_however_they_are_written(text: str, read: str) -> None:
    assert " ".join(spelled(text).split()) == read
    assert len(spelled(text)) == len(text)  # places stay places


@pytest.mark.parametrize(
    "text",
    [
        "thôn 1 545 hộ nghèo",
        "tổ dân phố số 3 120 hộ",
        "trong tháng 6 200 hộ nghèo vay vốn",
        "giai đoạn 1 120 hộ nghèo",
        "tháng mười hai hộ nghèo còn 45 hộ",
        "dự án hai hộ nghèo được hỗ trợ",
        "đến ngày 31/12 200 hộ nghèo",
        "cuối năm hộ nghèo còn 45 hộ",
        "trong năm hai hộ nghèo thoát nghèo",
        "mỗi năm ba hộ",
        "hai ba hộ khá giúp một hộ nghèo",
        "vài mươi hộ",
        "hộ thứ hai hộ nghèo",
        "năm hai nghìn không trăm hai mươi tư, xã có 5 hộ nghèo",
    ],
)
def test_what_is_no_figure_stays_as_it_is(text: str) -> None:
    assert spelled(text) == text
