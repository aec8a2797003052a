"""A run goes on where an earlier one stopped, does nothing twice, and never overwrites what a person wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from batches import at_once, batch, commune, content, entries, files

import xlplan.batch.kept
from xlplan import resources
from xlplan.batch.engines import Results
from xlplan.batch.ledger import Ledger
from xlplan.batch.tasks import Settings, Task, failed, perform
from xlplan.files import OutputError
from xlplan.pipeline import Problem
from xlplan.results import loaded


@pytest.fixture
def source(tmp_path: Path) -> Path:
    commune(tmp_path / "xa" / "a.xlsx", "An Bình")
    commune(tmp_path / "xa" / "b.xlsx", "Long Sơn", wrong=1)
    commune(tmp_path / "xa" / "c.xlsx", "Phú Hữu")
    return tmp_path / "xa"


def breaking(kind: str, name: str) -> Callable[[Iterable[Task], Settings], Results]:
    """An engine in which one workbook comes to grief before it is read."""

    def engine(tasks: Iterable[Task], settings: Settings) -> Results:
        for task in tasks:
            lost = Path(task.path).name == name
            yield (
                task,
                failed(task, Problem(kind, task.shown, "9"), settings.lang)
                if lost
                else loaded(perform(task, settings)),
            )

    return engine


def stopping(after: int) -> Callable[[Iterable[Task], Settings], Results]:
    """An engine in which Ctrl-C comes after so many workbooks."""

    def engine(tasks: Iterable[Task], settings: Settings) -> Results:
        for number, each in enumerate(at_once(tasks, settings)):
            if number == after:
                raise KeyboardInterrupt
            yield each

    return engine


def test_a_second_run_touches_nothing(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = batch(source, tmp_path / "ra")
    before, said = files(tmp_path / "ra"), capsys.readouterr().out
    second = batch(source, tmp_path / "ra")
    assert (len(first.done), second.done) == (3, ())
    assert files(tmp_path / "ra") == before
    assert capsys.readouterr().out == said
    assert (second.ended.before, second.ended.now, second.ended.total) == (3, 0, 3)


def test_only_a_changed_or_new_workbook_is_done_again(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    before = files(tmp_path / "ra")
    commune(source / "c.xlsx", "Phú Hữu", start=11)
    commune(source / "d.xlsx", "Tân Phú")
    assert batch(source, tmp_path / "ra").done == ("c.xlsx", "d.xlsx")
    after = files(tmp_path / "ra")
    same = [name for name in before if before[name] == after[name]]
    assert same == ["danh_dau/b.xlsx", "ke_hoach/a.docx", "ke_hoach/b.docx", "phan_hoi/a.txt", "phan_hoi/b.txt"]
    assert content(tmp_path / "ra") == content_of_an_undisturbed_run(source, tmp_path)


def content_of_an_undisturbed_run(source: Path, tmp_path: Path, **wanted: Any) -> dict[str, str]:
    batch(source, tmp_path / "khac", **wanted)
    return content(tmp_path / "khac")


def test_a_workbook_whose_name_or_place_alone_changed_is_done_under_its_new_name(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    (source / "sau").mkdir()
    (source / "c.xlsx").rename(source / "sau" / "a.xlsx")
    assert sorted(Path(name).name for name in batch(source, tmp_path / "ra").done) == ["a.xlsx", "a.xlsx"]
    names = {name for name in files(tmp_path / "ra") if name.startswith("ke_hoach")}
    assert names == {"ke_hoach/xa - a.docx", "ke_hoach/sau - a.docx", "ke_hoach/b.docx", "ke_hoach/c.docx"}


@pytest.mark.parametrize("lost", ["ke_hoach/b.docx", "danh_dau/b.xlsx", "phan_hoi/b.txt"])
def test_a_missing_output_is_made_again(source: Path, tmp_path: Path, lost: str) -> None:
    batch(source, tmp_path / "ra")
    before = content(tmp_path / "ra")
    (tmp_path / "ra" / lost).unlink()
    assert batch(source, tmp_path / "ra").done == ("b.xlsx",)
    assert content(tmp_path / "ra") == before


@pytest.mark.parametrize("lost", ["ket_qua.jsonl", "tong_hop.xlsx", "tong_hop.html"])
def test_a_missing_summary_is_made_again_without_the_workbooks(source: Path, tmp_path: Path, lost: str) -> None:
    batch(source, tmp_path / "ra")
    before = content(tmp_path / "ra")
    (tmp_path / "ra" / lost).unlink()
    assert batch(source, tmp_path / "ra").done == ()
    assert content(tmp_path / "ra") == before


def test_a_workbook_that_is_taken_away_leaves_the_summary_but_its_plan_stays(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    (source / "b.xlsx").unlink()
    assert batch(source, tmp_path / "ra").done == ()
    assert [Path(row["file"]).name for row in entries(tmp_path / "ra")] == ["a.xlsx", "c.xlsx"]
    assert (tmp_path / "ra" / "ke_hoach" / "b.docx").exists()


def test_the_summary_tells_the_latest_reason(source: Path, tmp_path: Path) -> None:
    for kind in ("timeout", "killed", "timeout"):
        batch(source, tmp_path / "ra", breaking(kind, "b.xlsx"), only="check")
        page = (tmp_path / "ra" / "tong_hop.html").read_text(encoding="utf-8")
        assert ("bị dừng đột ngột" in page) == (kind == "killed")


def test_another_program_template_language_or_catalogue_does_all_again(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again() -> int:
        return len(batch(source, tmp_path / "ra", only="plan").done)

    assert [again(), again()] == [3, 0]
    with monkeypatch.context() as other:
        other.setattr(xlplan.batch.kept, "__version__", "99.0")
        assert [again(), again()] == [3, 0]
    assert again() == 3
    template = tmp_path / "mau.docx"
    shutil.copy(resources.plan_template(), template)
    with template.open("ab") as stream:
        stream.write(b"\0")
    with monkeypatch.context() as other:
        other.setattr(resources, "plan_template", lambda: template)
        assert [again(), again()] == [3, 0]
    assert again() == 3
    own = tmp_path / "du_lieu"
    own.mkdir()
    (own / "don_vi.toml").write_text("", encoding="utf-8")
    with monkeypatch.context() as other:
        other.setenv("XLPLAN_DATA", str(own))
        assert [again(), again()] == [3, 0]
        (own / "don_vi.toml").write_text("# khac", encoding="utf-8")
        assert [again(), again()] == [3, 0]
    assert len(batch(source, tmp_path / "ra", only="plan", lang="en").done) == 3


@pytest.mark.parametrize("kind", ["timeout", "killed", "crashed", "output", "missing", "unreadable"])
def test_what_went_wrong_by_chance_is_tried_again(source: Path, tmp_path: Path, kind: str) -> None:
    first = batch(source, tmp_path / "ra", breaking(kind, "b.xlsx"), only="plan")
    assert first.status == 1
    assert first.of("b.xlsx").trouble is not None
    second = batch(source, tmp_path / "ra", only="plan")
    assert (second.status, second.done) == (0, ("b.xlsx",))
    assert content(tmp_path / "ra") == content_of_an_undisturbed_run(source, tmp_path, only="plan")


def test_what_is_wrong_with_a_file_is_not_tried_again(source: Path, tmp_path: Path) -> None:
    (source / "d.xlsx").write_bytes(b"PK\x03\x04 hong")
    assert batch(source, tmp_path / "ra").status == 1
    again = batch(source, tmp_path / "ra")
    assert (again.status, again.done) == (1, ())
    commune(source / "d.xlsx")
    assert batch(source, tmp_path / "ra").done == ("d.xlsx",)


def test_without_resume_all_is_done_again(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    before = content(tmp_path / "ra")
    assert len(batch(source, tmp_path / "ra", resume=False).done) == 3
    assert content(tmp_path / "ra") == before


def test_a_run_that_is_broken_off_says_how_far_it_came_and_goes_on(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = batch(source, tmp_path / "ra", stopping(2))
    assert (first.status, first.ended.broken_off, first.ended.now) == (1, True, 2)
    assert "Đã dừng theo yêu cầu: xong 2/3 tệp. Chạy lại lệnh này để làm tiếp." in capsys.readouterr().out
    assert not (tmp_path / "ra" / "tong_hop.xlsx").exists()
    second = batch(source, tmp_path / "ra")
    assert (second.status, second.done) == (0, ("c.xlsx",))
    assert content(tmp_path / "ra") == content_of_an_undisturbed_run(source, tmp_path)


def test_ctrl_c_while_last_year_is_read_ends_as_cleanly(source: Path, tmp_path: Path) -> None:
    first = batch(source, tmp_path / "ra", stopping(1), previous=source)
    assert (first.status, first.ended.broken_off, first.ended.now) == (1, True, 0)
    assert len(batch(source, tmp_path / "ra", previous=source).done) == 2 + 3


# ---- what people wrote --------------------------------------------------------------------------------------------


def edit(path: Path) -> bytes:
    data = path.read_bytes() + b" "
    path.write_bytes(data)
    return data


def test_an_edited_plan_is_left_alone_while_nothing_else_changed(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    mine = edit(tmp_path / "ra" / "ke_hoach" / "b.docx")
    assert batch(source, tmp_path / "ra").done == ()
    assert (tmp_path / "ra" / "ke_hoach" / "b.docx").read_bytes() == mine


def test_an_edited_output_is_set_aside_before_a_new_one_is_written(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    kept = {}
    for number in range(1, 4):
        commune(source / "b.xlsx", "Long Sơn", wrong=number)
        assert "b.xlsx" in batch(source, out).done
        again = "" if number == 1 else f" {number}"
        for name in ("ke_hoach/b.docx", "danh_dau/b.xlsx", "phan_hoi/b.txt", "tong_hop.xlsx"):
            path = out / name
            kept[path.with_name(f"{path.stem} (đã sửa tay{again}){path.suffix}")] = edit(path)
    commune(source / "b.xlsx", "Long Sơn", wrong=7)
    batch(source, out)
    assert {path: path.read_bytes() for path in kept} == kept
    assert batch(source, out).done == ()
    assert {name: found for name, found in content(out).items() if "đã sửa tay" not in name} == (
        content_of_an_undisturbed_run(source, tmp_path)
    )


def test_an_edited_plan_survives_without_resume_and_after_a_check_alone(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    mine = edit(tmp_path / "ra" / "ke_hoach" / "a.docx")
    batch(source, tmp_path / "ra", only="check")
    batch(source, tmp_path / "ra", resume=False)
    assert (tmp_path / "ra" / "ke_hoach" / "a (đã sửa tay).docx").read_bytes() == mine


def test_a_plan_that_lay_there_before_the_first_run_is_set_aside(source: Path, tmp_path: Path) -> None:
    plan = tmp_path / "ra" / "ke_hoach" / "a.docx"
    plan.parent.mkdir(parents=True)
    plan.write_bytes(b"viet nhieu ngay")
    batch(source, tmp_path / "ra")
    assert plan.with_name("a (bản trước).docx").read_bytes() == b"viet nhieu ngay"


@pytest.mark.parametrize("kept", [0, 100, 5000])
def test_a_damaged_ledger_costs_work_and_nothing_else(source: Path, tmp_path: Path, kept: int) -> None:
    batch(source, tmp_path / "ra")
    mine = edit(tmp_path / "ra" / "ke_hoach" / "a.docx")
    ledger = tmp_path / "ra" / "so_theo_doi.sqlite"
    data = ledger.read_bytes()
    ledger.write_bytes(data[:kept] + b"\x55" * (len(data) - kept))
    assert len(batch(source, tmp_path / "ra").done) == 3
    assert (tmp_path / "ra" / "ke_hoach" / "a (bản trước).docx").read_bytes() == mine
    assert batch(source, tmp_path / "ra").done == ()


def test_outputs_that_no_longer_belong_to_a_workbook_go(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    batch(source, out)
    assert (out / "danh_dau" / "b.xlsx").exists()
    (source / "b.xlsx").write_bytes(b"")
    batch(source, out)
    assert not (out / "danh_dau" / "b.xlsx").exists()
    assert not (out / "ke_hoach" / "b.docx").exists()
    assert content(out) == content_of_an_undisturbed_run(source, tmp_path)


def test_two_folders_in_turn_into_one_output_folder_never_mix(tmp_path: Path) -> None:
    one, other, out = tmp_path / "mot", tmp_path / "hai", tmp_path / "ra"
    commune(one / "a.xlsx", "An Bình")
    commune(other / "a.xlsx", "Long Sơn", start=12)
    batch(one, out)
    first = content(out)
    mine = edit(out / "ke_hoach" / "a.docx")
    batch(other, out)
    assert (out / "ke_hoach" / "a (đã sửa tay).docx").read_bytes() == mine
    assert batch(one, out).done == ("a.xlsx",)  # its plan was the other folder's in between
    (out / "ke_hoach" / "a (đã sửa tay).docx").unlink()
    assert content(out) == first


def test_what_is_edited_after_ctrl_c_is_not_lost(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    batch(source, out)
    commune(source / "b.xlsx", "Long Sơn", start=10)
    assert batch(source, out, stopping(0)).ended.broken_off
    mine = edit(out / "ke_hoach" / "b.docx")
    batch(source, out)
    assert (out / "ke_hoach" / "b (đã sửa tay).docx").read_bytes() == mine
    assert content(out)["ke_hoach/b.docx"] == content_of_an_undisturbed_run(source, tmp_path)["ke_hoach/b.docx"]


def test_a_workbook_that_is_called_like_what_is_set_aside_takes_nothings_place(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    batch(source, out)
    mine = edit(out / "ke_hoach" / "b.docx")
    commune(source / "b.xlsx", "Long Sơn", start=10)
    commune(source / "b (đã sửa tay).xlsx", "Sơn Hà")
    assert batch(source, out).of("b (đã sửa tay).xlsx").plan == "ke_hoach/b (đã sửa tay).docx"
    assert (out / "ke_hoach" / "b (đã sửa tay 2).docx").read_bytes() == mine


@pytest.mark.parametrize("edited", ["before", "after"])
@pytest.mark.parametrize("name", ["ke_hoach/b.docx", "tong_hop.xlsx"])
def test_an_output_that_is_open_in_office_is_a_row_and_its_edits_are_not_lost(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, edited: str
) -> None:
    out = tmp_path / "ra"
    batch(source, out)
    mine = edit(out / name) if edited == "before" else b""
    commune(source / "b.xlsx", "Long Sơn", start=10)
    with monkeypatch.context() as patch:
        for what in ("rename", "replace", "unlink"):
            patch.setattr(Path, what, refused(getattr(Path, what), out / name))
        assert batch(source, out).status == 1
    mine = mine or edit(out / name)
    assert batch(source, out).status == 0
    path = out / name
    assert path.with_name(f"{path.stem} (đã sửa tay){path.suffix}").read_bytes() == mine


def refused(own: Callable[..., Any], name: Path) -> Callable[..., Any]:
    """What Windows says of a file that a program has open."""

    def refusing(*paths: Any, **options: Any) -> Any:
        if name in paths:
            raise PermissionError(13, "in use")
        return own(*paths, **options)

    return refusing


def test_an_input_that_lies_where_an_output_belongs_is_not_moved(tmp_path: Path) -> None:
    file = commune(tmp_path / "ra" / "danh_dau" / "a.xlsx", wrong=3)
    before = file.read_bytes()
    (result,) = batch(file, tmp_path / "ra").results
    assert file.read_bytes() == before
    assert result.trouble is not None and result.trouble.kind == "same_file"
    assert result.plan and result.findings


# ---- what cannot be written ---------------------------------------------------------------------------------------


def test_a_file_where_a_folder_should_be_is_a_row_each(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ra").mkdir()
    (tmp_path / "ra" / "ke_hoach").write_text("tep", encoding="utf-8")
    made = batch(source, tmp_path / "ra")
    assert made.status == 1
    assert [result.trouble.kind for result in made.results if result.trouble] == ["output"] * 3
    assert "ke_hoach/a.docx: không ghi được kết quả" in capsys.readouterr().err
    assert (tmp_path / "ra" / "phan_hoi" / "a.txt").exists()
    assert len(entries(tmp_path / "ra")) == 3
    (tmp_path / "ra" / "ke_hoach").unlink()
    assert (batch(source, tmp_path / "ra").status, len(files(tmp_path / "ra"))) == (0, 3 + 1 + 3 + 3)


def test_a_summary_that_cannot_be_written_leaves_the_others(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ra" / "tong_hop.xlsx" / "x").mkdir(parents=True)
    for name in ("tong_hop (bản trước).xlsx", *(f"tong_hop (bản trước {n}).xlsx" for n in range(2, 1000))):
        (tmp_path / "ra" / name).touch()  # so that it cannot even be set aside
    made = batch(source, tmp_path / "ra", only="check")
    streams = capsys.readouterr()
    assert made.status == 1
    assert "tong_hop.xlsx: không ghi được kết quả" in streams.err
    assert "Đã đọc 3/3 tệp" in streams.out and "tong_hop.html: tổng hợp" in streams.out
    assert (tmp_path / "ra" / "tong_hop.html").exists()
    assert not list((tmp_path / "ra").rglob("*.tmp"))


@pytest.mark.parametrize("place", ["tep/ra", "tep"])
def test_an_output_folder_that_cannot_be_made_is_one_line(source: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "tep").write_text("", encoding="utf-8")
    with pytest.raises(OutputError):
        batch(source, tmp_path / place)


def test_a_ledger_that_can_no_longer_be_read_is_an_output_that_failed(source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "ra")
    with Ledger(tmp_path / "ra") as ledger:
        ledger._book.execute("drop table done")  # what a share that went away looks like
        for asked in (lambda: ledger.rows("commune"), lambda: list(ledger.results("commune", ["a"]))):
            with pytest.raises(OutputError):
                asked()


def test_a_second_run_at_once_is_told_so(source: Path, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ra"), pytest.raises(OutputError) as told:
        batch(source, tmp_path / "ra")
    assert told.value.kind == "batch_running"


def test_what_a_killed_run_left_half_written_goes(source: Path, tmp_path: Path) -> None:
    for folder in ("", "ke_hoach", "danh_dau", "phan_hoi"):
        (tmp_path / "ra" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "ra" / folder / ".xlplan-abc.tmp").write_bytes(b"nua")
    batch(source, tmp_path / "ra")
    assert not list((tmp_path / "ra").rglob("*.tmp"))
