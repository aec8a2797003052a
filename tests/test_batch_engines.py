"""Real worker processes: one that hangs or dies, Ctrl-C, two runs at once, a disk that is full, a killed run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from batch_processes import ended, finished, kill, started, until, workers
from batches import batch, commune, content, entries, files

from xlplan.batch.engines import deaf_to_ctrl_c

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, process groups and /proc")


def plans(out: Path) -> int:
    return len(list((out / "ke_hoach").glob("*.docx")))


def test_a_worker_that_hangs_or_dies_is_a_row_and_the_others_go_on(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for name in ("a", "b", "c", "chết", "d", "e", "treo", "x"):
        commune(source / f"{name}.xlsx", name)
    status, said, errors = finished(source, "-o", out, "--timeout", "4", "--jobs", "2", hook=tmp_path / "hook")
    assert status == 1
    assert "chết.xlsx: tiến trình xử lý tệp này bị dừng đột ngột (mã -9)" in errors
    assert "treo.xlsx: chưa xong sau 4 giây nên đã dừng" in errors
    assert "Traceback" not in errors
    assert "Đã đọc 6/8 tệp, lập 6 kế hoạch; 0 tệp có lỗi số liệu, 2 tệp không xử lý được." in said
    assert plans(out) == 6
    assert [row["status"] for row in entries(out)].count("unreadable") == 2
    again = batch(source, out)
    assert (again.status, again.done) == (0, ("chết.xlsx", "treo.xlsx"))
    batch(source, tmp_path / "khac")
    assert content(out) == content(tmp_path / "khac")  # several processes or none: the same


def test_ctrl_c_ends_with_counts_and_the_next_run_goes_on(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(16):
        commune(source / f"chậm {number}.xlsx", f"Số {number}")
    run = started(source, "-o", out, "--jobs", "2", hook=tmp_path / "hook")
    until(lambda: plans(out) >= 3)
    kill(run, signal.SIGINT)
    status, said, errors = ended(run)
    assert (status, "Traceback" in errors, "KeyboardInterrupt" in errors) == (1, False, False)
    assert "Đã dừng theo yêu cầu: xong " in said and "/16 tệp. Chạy lại lệnh này để làm tiếp." in said
    done = int(said.partition("xong ")[2].partition("/")[0])
    assert 0 < done < 16
    assert not list(out.rglob("*.tmp"))
    again = batch(source, out)
    assert (again.status, len(again.done)) == (0, 16 - done)


def test_ctrl_c_while_the_workers_start_is_as_quiet(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(6):
        commune(source / f"{number}.xlsx", f"Số {number}")
    run = started(source, "-o", out, "--jobs", "2")
    until(lambda: len(workers(run)) >= 2)
    kill(run, signal.SIGINT)
    status, said, errors = ended(run)
    assert (status, errors) == (1, "")
    assert "Đã dừng theo yêu cầu" in said


def test_ctrl_c_that_another_thread_hears_does_not_break_what_is_being_started() -> None:
    end, started_whole = threading.Event(), []
    other = threading.Thread(target=end.wait)  # numpy begins such threads, and they do not block the signal
    other.start()

    def start() -> None:
        with deaf_to_ctrl_c():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.02)
            started_whole.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            start()
    finally:
        end.set()
        other.join()
    assert started_whole
    with deaf_to_ctrl_c():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_two_runs_at_once_into_one_folder(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(24):  # more than a second run needs to be told
        commune(source / f"chậm {number}.xlsx", f"Số {number}")
    first = started(source, "-o", out, "--jobs", "1", hook=tmp_path / "hook")
    until(lambda: plans(out) >= 1)
    status, said, errors = finished(source, "-o", out)
    assert (status, said) == (1, "")
    assert (
        errors == f"{out}: một lần chạy khác đang ghi vào thư mục này. Chờ xong rồi chạy lại, hoặc chọn thư mục khác.\n"
    )
    kill(first, signal.SIGINT)
    assert ended(first)[0] == 1
    assert (batch(source, out).status, plans(out)) == (0, 24)


def test_a_full_disk_is_a_row_each_and_no_half_file(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for name in ("đầy 1", "đầy 2"):
        commune(source / f"{name}.xlsx", name)
    status, said, errors = finished(source, "-o", out, "--jobs", "1", hook=tmp_path / "hook")
    assert (status, "Traceback" in errors) == (1, False)
    assert "ke_hoach/đầy 1.docx: không ghi được kết quả" in errors
    assert "ke_hoach/đầy 2.docx: không ghi được kết quả" in errors
    assert "2 tệp không xử lý được" in said
    assert plans(out) == 0
    assert not list(out.rglob("*.tmp"))
    assert (batch(source, out).status, plans(out)) == (0, 2)


def test_a_ledger_that_cannot_be_written_ends_the_run_in_one_line(tmp_path: Path) -> None:
    source, out = commune(tmp_path / "xa" / "a.xlsx").parent, tmp_path / "ra"
    batch(source, out)
    commune(source / "b.xlsx")

    status, _, errors = ended(started(source, "-o", out, hook=tmp_path / "hook", DISK_IS_FULL="1"))
    assert (status, len(errors.splitlines())) == (1, 1)
    assert "so_theo_doi.sqlite: không ghi được kết quả" in errors
    assert batch(source, out).status == 0


def test_a_computer_on_which_no_worker_can_start_is_one_line(tmp_path: Path) -> None:
    source, out = commune(tmp_path / "xa" / "a.xlsx").parent, tmp_path / "ra"
    status, said, errors = finished(source, "-o", out, hook=tmp_path / "hook", NO_WORKERS="1")
    assert (status, said, len(errors.splitlines())) == (2, "", 1)
    assert "Không mở được tiến trình xử lý nào trên máy này (mã 7)" in errors
    assert batch(source, out).status == 0


def test_workers_do_not_outlive_a_killed_run(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(12):
        commune(source / f"chậm {number}.xlsx", f"Số {number}")
    run = started(source, "-o", out, "--jobs", "2", hook=tmp_path / "hook")
    until(lambda: plans(out) >= 2)
    os.kill(run.pid, signal.SIGKILL)  # the run alone, as a system short of memory does it
    until(lambda: not workers(run), seconds=5)
    assert ended(run)[0] == -signal.SIGKILL
    assert (batch(source, out).status, plans(out)) == (0, 12)
    assert not list(out.rglob("*.tmp"))
    batch(source, tmp_path / "khac")
    assert content(out) == content(tmp_path / "khac")


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_files(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    for number in range(9):
        commune(source / f"{number}.xlsx", f"Số {number}", wrong=number % 3)
    for number in (1, 4, 7):
        run = started(source, "-o", out, "--jobs", "2")
        until(lambda: run.poll() is not None or plans(out) >= number)  # noqa: B023 - it is called at once
        kill(run, signal.SIGKILL)
        ended(run)
    batch(source, out)
    batch(source, tmp_path / "khac")
    assert content(out) == content(tmp_path / "khac")
    assert sorted(files(out)) == sorted(files(tmp_path / "khac"))
