"""Time and memory of the province workbook for N communes of 25 villages that are made up as they are asked for.

python benchmarks/province.py [N] [OUT.xlsx]

Prints the processor's seconds of writing, what of them making up the communes took (where a run reads its ledger), the
size of the workbook and the peak of resident memory. Bar: 300 MB.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from xlplan.province.workbook import write_workbook  # noqa: E402
from xlplan.results import Gathered, Result, Submitted, VillageRow  # noqa: E402
from xlplan.vietnamese.numbers import rate  # noqa: E402

VILLAGES, PROVINCES, DISTRICTS = 25, 34, 20
SYLLABLES = ("An", "Bình", "Hòa", "Long", "Phú", "Sơn", "Tân", "Thạnh", "Trung", "Đông", "Mỹ", "Lộc", "Vĩnh", "Hưng")
CODES = ("A02", "A04", "A14", "B06", "F03", "I12", "N02")
GROUPS = ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")


class Country:
    """Communes that are the same each time they are gone through; none is kept."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __iter__(self) -> Iterator[Result]:
        for i in range(self.number):
            yield commune(i)


def commune(i: int) -> Result:
    """A commune with its villages; every fifth has errors, every hundredth cannot be read."""
    chance = random.Random(i)
    name = f"{chance.choice(SYLLABLES)} {chance.choice(SYLLABLES)}"
    file, unit = f"nop/{i:05} {name}.xlsx", f"xã {name}"
    if i % 100 == 99:
        return Result(file, "", "", entry(file, "", [], "unreadable"))
    villages = [village(chance, j) for j in range(VILLAGES)]
    counts = {code: sum(row.values[code] for row in villages) for code in villages[0].values}
    rates = {
        f"ty_le_{code}": f"{rate(number, counts['tong_so_ho']):f}" for code, number in counts.items() if "_k" in code
    }
    found = [finding(chance, j) for j in range(chance.randrange(8))] if i % 5 == 0 else []
    return Result(
        file,
        "",
        "",
        entry(file, unit, found, "findings" if found else "clean"),
        code=f"{i:05}",
        district=f"huyện {SYLLABLES[i % DISTRICTS % 14]} {i % DISTRICTS}",
        province=f"tỉnh {SYLLABLES[i % PROVINCES % 14]} {i % PROVINCES}",
        period=(2024, 2024),
        counts=counts,
        rates=rates,
        villages=tuple(villages),
        table_sheet="Biểu chỉ tiêu",
        plan=f"ke_hoach/{i:05} {name}.docx",
        marked=f"danh_dau/{i:05} {name}.xlsx" if found else "",
        reply=f"phan_hoi/{i:05} {name}.txt",
    )


def village(chance: random.Random, j: int) -> VillageRow:
    """One village whose figures agree with each other."""
    values = {"tong_so_ho": chance.randrange(60, 400)}
    for group in GROUPS:
        start = chance.randrange(0, 30)
        cut = chance.randrange(0, start + 1)
        values |= {f"{group}_dau_ky": start, f"giam_{group}": cut, f"{group}_cuoi_ky": start - cut}
    return VillageRow(f"Thôn {chance.choice(SYLLABLES)} {j + 1}", values, f"B{7 + j}")


def finding(chance: random.Random, j: int) -> dict[str, object]:
    """A finding of usual length."""
    cell = f"D{7 + j}"
    text = f"Biểu chỉ tiêu, ô {cell} (Hộ nghèo đầu kỳ): đang ghi 63; các thôn cộng lại được 64. Kiểm tra lại từng thôn."
    return {
        "code": chance.choice(CODES),
        "severity": chance.choice(("error", "warning", "info")),
        "sheet": "Biểu chỉ tiêu",
        "cell": cell,
        "message": text,
        "actual": "63",
        "expected": "64",
        "proposal": None,
    }


def entry(file: str, unit: str, findings: list[dict[str, object]], status: str) -> dict[str, object]:
    """The line of the contract's JSON."""
    return {"file": file, "status": status, "unit": unit, "findings": findings}


def main(number: int = 3321, out: str = "") -> int:
    """Write once; 1 where the memory is above the bar."""
    country = Country(number)
    started = time.process_time()
    for _ in range(2):  # as often as the workbook goes through them
        for _ in country:
            pass
    making = time.process_time() - started
    missing = tuple(Submitted(f"xã Chưa Nộp {i}", "missing", remark="Chưa có sổ tính.") for i in range(number // 20))
    with Path(out).open("wb") if out else tempfile.TemporaryFile() as stream:
        started = time.process_time()
        write_workbook(Gathered(country, missing, listed=True), stream)
        seconds = time.process_time() - started
        size = stream.tell()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{number} communes, {number * VILLAGES} villages: {seconds:.2f} s, of which {making:.2f} s made the communes; "
        f"{size / 1e6:.1f} MB, peak memory {peak:.0f} MB"
    )
    return int(peak > 300)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *sys.argv[2:3]))
