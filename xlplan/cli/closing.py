"""What a batch says at its end: what was written where, and which communes need what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from xlplan.batch.run import Ended
from xlplan.batch.tasks import MARKED, PLANS, REPLIES
from xlplan.batch.together import FINDINGS, SUMMARY
from xlplan.cli.language import Texts
from xlplan.cli.missing import grouped, paragraphs
from xlplan.cli.show import complain, complain_of_output
from xlplan.intake.communes import named
from xlplan.intake.received import not_filled_in, to_fill_in
from xlplan.pipeline import Problem
from xlplan.province.gathering import Exports
from xlplan.province.words import STANDINGS
from xlplan.results import Result, Review, Submitted
from xlplan.vietnamese.numbers import format_count

_NAMED = 20  # files and communes that the closing names; the province workbook has all
_LONGEST = 400  # letters of a line's part that comes from a file
_FEW = 5  # communes without a workbook of last year that are named


def close(ended: Ended, output: Path, texts: Texts) -> int:
    """Says it; the exit status."""
    found = ended.found
    for path in (*found.missing, *found.unreadable):
        complain(Problem("missing" if path in found.missing else "unreadable", plain(path)), texts)
    if not found.files:
        click.echo(texts("Không có sổ tính Excel nào để xử lý.", "There is no Excel workbook to work on."), err=True)
        return 1 if found.missing or found.unreadable else 2
    for path in found.empty:
        said = texts("không có sổ tính Excel nào trong thư mục này.", "there is no Excel workbook in this folder.")
        click.echo(f"{plain(path)}: {said}", err=True)
    counted = _Counted(ended, texts)
    rest = (SUMMARY if SUMMARY in ended.written else FINDINGS) if ended.written else ""
    _name(counted.failed, texts("Chưa xong", "Not done"), rest, texts, err=True)
    for trouble in ended.troubles:
        complain_of_output(trouble, texts)
    kept = texts("Bản cũ giữ dưới tên khác", "Earlier files kept under another name")
    _name([plain(name) for name in ended.aside], kept, "", texts)
    if ended.broken_off:
        click.echo(_broken_off(ended, output, texts))
        return 1
    _name(counted.with_errors, texts("Cần sửa", "To be corrected"), rest, texts)
    passed_over = texts("Không phải sổ tính Excel, đã bỏ qua", "No Excel workbooks, passed over")
    _name([plain(path) for path in found.others], passed_over, "", texts)
    _name(counted.not_filled_in, texts("Chưa điền đủ", "Not filled in"), rest, texts)
    _say_submitted(ended, rest, texts)
    for line in (*counted.asides(), *counted.closing(output)):
        click.echo(line)
    return int(bool(found.missing or found.unreadable or counted.failed or ended.troubles))


def plain(text: str) -> str:
    """A text from a file or its name as part of a line: nothing in it moves the cursor or breaks the line."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _name(lines: Sequence[str], head: str, rest: str, texts: Texts, *, err: bool = False) -> None:
    """The first of the lines under their heading; the output ``rest`` has all."""
    if not lines:
        return
    click.echo(f"{head} ({_number(len(lines), texts)}):", err=err)
    for line in lines[:_NAMED]:
        click.echo(f"  {line}", err=err)
    if (left := len(lines) - _NAMED) > 0:
        number = _number(left, texts)
        see = texts(f"; xem {rest}", f"; see {rest}") if rest else ""
        click.echo(texts(f"  … và {number} dòng nữa{see}", f"  … and {number} more{see}"), err=err)


def _number(count: int, texts: Texts) -> str:
    return texts(format_count(count), f"{count:,}")


def _broken_off(ended: Ended, output: Path, texts: Texts) -> str:
    done, total = format_count(ended.before + ended.now), format_count(ended.total)
    return texts(
        f"Đã dừng theo yêu cầu: xong {done}/{total} tệp. Chạy lại lệnh này để làm tiếp. Kết quả ở: {output}",
        f"Stopped as asked: {done} of {total} files are done. Run the same command to go on. Results in: {output}",
    )


def _say_submitted(ended: Ended, rest: str, texts: Texts) -> None:
    """How the communes of the list stand, the most urgent first, and which files do not count."""
    submitted, words = ended.gathered.submitted, STANDINGS[texts.lang]
    urgency = list(words)
    counts = Counter(item.standing for item in submitted)
    shown = [item for item in submitted if item.standing not in ("received", "wrong_template")]
    missing, others = grouped(shown)
    book = SUMMARY if SUMMARY in ended.written else ""
    for group in missing:
        click.echo(f"{words['missing']} ({_number(len(group), texts)}): {plain(group[0].remark)}")
        for paragraph in paragraphs([_plain(item) for item in group], book, texts):
            click.echo(paragraph)
    lines = [_submitted(item) for item in sorted(others, key=lambda item: urgency.index(item.standing))]
    _name(lines, texts("Nộp báo cáo", "Submissions"), rest, texts)
    if ended.gathered.listed:
        said = ", ".join(f"{words[each].lower()} {format_count(counts[each])}" for each in urgency if counts[each])
        click.echo(texts(f"So với danh sách phải nộp: {said}.", f"Against the list: {said}."))


def _plain(item: Submitted) -> Submitted:
    unit, code, district, province = map(plain, (item.unit, item.code, item.district, item.province))
    return item._replace(unit=unit, code=code, district=district, province=province)


def _submitted(item: Submitted) -> str:
    """A line of the list: which commune, which file, what is wrong."""
    unit, file = plain(item.unit), plain(item.file)
    about = f"{unit} ({file})" if unit and file else unit or file
    return f"{about}: {plain(item.remark)}"


class _Counted:
    """What the results of a run come to."""

    def __init__(self, ended: Ended, texts: Texts) -> None:
        self.ended, self.texts = ended, texts
        self.read = self.plans = self.marked = self.replies = self.doubtful = self.with_previous = 0
        self.without_figures = 0
        self.failed: list[str] = []
        self.with_errors: list[str] = []
        self.not_filled_in: list[str] = []
        self.without_previous: list[str] = []
        exports, doubtful = Exports(), dict[int, Result]()
        for position, result in enumerate(ended.gathered.results):
            superseded = result.file in ended.gathered.superseded
            if exports.add(position, result, superseded=superseded):
                doubtful[position] = result._replace(reviews=tuple(map(_without_rows, result.reviews)), villages=())
            else:
                self._count(result)
        found = exports.found()
        for position, result in doubtful.items():
            if position in found and (result.trouble is None or result.trouble.kind == "no_outline"):
                self.read += 1  # no plan is to be made of an export, and nothing in it to be corrected
                self.marked += bool(result.marked)
                self.replies += bool(result.reply)
            else:
                self._count(result)

    def _count(self, result: Result) -> None:
        self.plans += bool(result.plan)
        self.marked += bool(result.marked)
        self.replies += bool(result.reply)
        if result.trouble is not None:
            self.failed.append(plain(result.trouble_text(self.texts.lang)))
        if result.status == "unreadable":
            return
        self.read += 1
        self.with_previous += bool(result.previous)
        if result.file in self.ended.gathered.superseded:
            return
        self.without_figures += "no_figures" in not_filled_in(result)
        if lacking := to_fill_in(result, self.texts.lang):
            self.not_filled_in.append(f"{plain(result.file)}: {' '.join(lacking)}")
        if not result.previous:
            self.without_previous.append(_called(result))
        if errors := result.count("error"):
            self.with_errors.append(self._error_line(result, errors))
        elif "no_figures" not in not_filled_in(result):
            self.doubtful += bool(result.count("warning"))

    def _error_line(self, result: Result, errors: int) -> str:
        texts, who = self.texts, _called(result)
        if result.reply:
            files = [result.reply, *([result.marked] if result.marked else [])]
            vi = f"{who}: {errors} lỗi; gửi lại {' kèm '.join(files)}"
            return texts(vi, f"{who}: {errors} errors; send {' with '.join(files)}")
        return texts(
            f"{who}: {errors} lỗi" + (f"; xem bình luận đầu trong {result.plan}" if result.plan else ""),
            f"{who}: {errors} errors" + (f"; see the first comment in {result.plan}" if result.plan else ""),
        )

    def asides(self) -> list[str]:
        """Copies that were passed over, and what came of last year's workbooks."""
        texts, lines = self.texts, []
        if copies := len(self.ended.copies):
            lines.append(
                texts(
                    f"Bỏ qua {format_count(copies)} tệp trùng nội dung với tệp khác.",
                    f"Passed over {copies:,} files of the same content as others.",
                )
            )
        if self.ended.previous == 0:
            lines.append(texts("Thư mục năm trước không có sổ tính nào.", "No workbook lies in last year's folder."))
        elif self.ended.previous:
            lines.append(self._about_previous())
        return lines

    def _about_previous(self) -> str:
        without = self.without_previous
        named = ", ".join(without[:_FEW]) + (", …" if len(without) > _FEW else ".")
        read, found = format_count(self.read), format_count(self.with_previous)
        return self.texts(
            f"Đối chiếu với sổ năm trước: {found}/{read} tệp"
            + (f"; chưa có sổ năm trước của {named}" if without else "."),
            f"Held against last year's workbooks: {found} of {read} files"
            + (f"; none is there for {named}" if without else "."),
        )

    def closing(self, output: Path) -> list[str]:
        """The last lines: the counts, and what lies where."""
        number, texts = format_count, self.texts
        total, plans, read = number(self.ended.total), number(self.plans), number(self.read)
        errors, failed = number(len(self.with_errors)), number(len(self.failed))
        marked, replies, doubtful = number(self.marked), number(self.replies), number(self.doubtful)
        counts = texts(
            f"Đã đọc {read}/{total} tệp, lập {plans} kế hoạch; {errors} tệp có lỗi số liệu, {failed} tệp không xử lý "
            f"được.",
            f"Read {read} of {total} files, wrote {plans} plans; {errors} files have errors in their figures, "
            f"{failed} could not be handled.",
        )
        if self.doubtful:
            counts += texts(f" {doubtful} tệp khác có chỗ cần xem.", f" {doubtful} more have something to look at.")
        if self.without_figures:
            blank = number(self.without_figures)
            counts += texts(f" {blank} tệp chưa có số liệu.", f" {blank} hold no figures.")
        lines = [counts, texts(f"Kết quả ở: {output}", f"Results in: {output}")]
        if self.plans:
            lines.append(texts(f"  {PLANS}/: {plans} kế hoạch Word", f"  {PLANS}/: {plans} Word plans"))
        if self.marked:
            lines.append(texts(f"  {MARKED}/: {marked} bản đánh dấu", f"  {MARKED}/: {marked} marked copies"))
        if self.replies:
            lines.append(texts(f"  {REPLIES}/: {replies} tin nhắn gửi xã", f"  {REPLIES}/: {replies} messages"))
        gone = {trouble.path.name for trouble in self.ended.troubles}
        summaries = [name for name in self.ended.written if name != FINDINGS and name not in gone]
        if summaries:
            joined = ", ".join(summaries)
            lines.append(texts(f"  {joined}: tổng hợp, mở bằng Excel hoặc trình duyệt", f"  {joined}: the summary"))
        return lines


def _without_rows(review: Review) -> Review:
    return review._replace(rows=())


def _called(result: Result) -> str:
    return plain(named(result.unit) or result.file)
