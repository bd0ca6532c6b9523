"""Some hundreds of malformed and hostile files on the real way: upload, check job, the run's page.

Each ends as a checked run whose counts add up, or as one Chinese sentence; the job never fails, nobody waits
longer than ten seconds of one core, and the process that does the job does not grow.
"""

import hashlib
import re
import resource

import pytest
from django.urls import reverse

from core.models import Job
from exchange.models import ImportRun
from tests.exchange import hostile_others, hostile_sheets, hostile_zips
from tests.exchange.sheets import upload
from tests.factories.unions import EmployerFactory

CASES = {**hostile_zips.CASES, **hostile_sheets.CASES, **hostile_others.CASES}
SECONDS = 10
GROWTH = 64 * 1024 * 1024
SENTENCE = re.compile(r"[\u4e00-\u9fff].*。$", re.DOTALL)
TECHNICAL = re.compile(
    r"Traceback|Error|Exception|python|calamine|/tmp|None|xl/|\.xml|utf|\\x", re.IGNORECASE
)
# What must be read, as far as it goes, and what must be refused with these words.
READ = (
    "zip bomb: a million empty styled rows", "claims XFD1048576 and has three people", "zip: names in capitals",
    "sheet: rows and cells without places", "sheet: two header rows", "sheet: every row hidden", "book: macros",
    "book: 1904", "csv: UTF-16 without its mark", "csv: old line ends", "strings: rich text", "xls: an old book",
    "formula with a result", "sheet: a cell in the last row",
)  # fmt: skip
REFUSED = {
    "zip: encrypted flag": "打开密码", "xls: an encrypted package": "打开密码", "renamed docx": "Word",
    "xls: a Word document": "Word", "renamed html": "网页文件", "renamed mht": "网页文件", "ods: one flat file": "网页文件",
    "zip bomb: spaces in the sheet, claimed small": "展开后过大", "zip bomb: a picture": "展开后过大",
    "ods: a bomb, claimed small": "展开后过大", "sheet: a cell at the far corner": "范围异常",
    "zip bomb: nine million cells": "600 万个", "strings: one of 6,000 letters in every cell": "已停止读取",
    "renamed pdf": "文件类型不对", "renamed pptx": "文件类型不对", "renamed exe": "文件类型不对", "renamed png": "文件类型不对",
    "renamed zip": "文件类型不对", "csv: 0xff": "文件类型不对", "csv: an open quotation mark": "没有成对的英文引号",
    "csv: half a million rows of people": "超过 200000 行", "cut at 50%": "已损坏",
}  # fmt: skip


def resident() -> int:
    """Bytes of memory this process holds."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def processor_seconds() -> float:
    """What this process and the readers it waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@pytest.fixture
def office(officer, union, client):
    EmployerFactory(union=union)
    client.force_login(officer)
    return officer


def pytest_generate_tests(metafunc):
    """Every fourth file, and those whose end is told above, unless all are asked for."""
    if "name" in metafunc.fixturenames:
        every = metafunc.config.getoption("--hostile") == "all"
        names = [
            name for at, name in enumerate(CASES) if every or at % 4 == 0 or name in READ or name in REFUSED
        ]
        assert len(names) >= 100
        metafunc.parametrize("name", names)


@pytest.mark.django_db
def test_a_hostile_file_ends_in_rows_or_in_one_sentence(name, office, union, client):
    content = CASES[name]()
    memory, used = resident(), processor_seconds()
    run = upload(office, union, content, name="名单.xlsx")
    assert processor_seconds() - used < SECONDS
    assert resident() - memory < GROWTH
    job = Job.objects.get(key=run.job_key)
    assert (job.state, job.error) == (Job.State.DONE, "")
    page = client.get(reverse("exchange:run_detail", args=[run.pk]))
    assert page.status_code == 200
    if run.state == ImportRun.State.CHECKED:
        assert run.rows == run.new + run.changed + run.unchanged + run.skipped + run.failed
        assert run.rows == run.lines.count() > 0
        assert name not in REFUSED
    else:
        assert SENTENCE.search(run.error)
        assert not TECHNICAL.search(run.error)
        assert run.lines.count() == 0
        assert name not in READ
        assert REFUSED.get(name, "") in run.error


def test_there_are_hundreds_of_them_and_no_two_are_alike():
    light = [make for name, make in CASES.items() if "bomb" not in name]
    assert len({hashlib.sha256(make()).digest() for make in light}) == len(light) >= 200
    assert {*READ, *REFUSED} <= CASES.keys()
