"""A list written into a file: the rows and columns of the page, once, for its owner, for a while."""

import csv
import datetime as dt
import io
import os
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from core import jobs
from core.errors import RuleError
from core.jobs import Claim
from core.listing import listings
from core.models import Job
from exchange import exporting, writing
from exchange.invariants import INVARIANTS
from exchange.models import Export
from tests.exchange.exports import REASON, ask, done, path_of, sheet_rows
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Employment, Proposal, Worker
from workers.search import seal

pytestmark = pytest.mark.django_db
ALL_COLUMNS = [column.key for column in listings()["workers"].columns]


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="甲厂有限公司")


@pytest.fixture
def roll(firm):
    workers = [WorkerFactory(employer=firm, household_place=place) for place in ("乐清市", "=1+1", "＠某地")]
    Employment.objects.filter(worker=workers[0]).update(staff_number="007", team="-一班", form="1")
    return workers


def files() -> list[Path]:
    return [path for path in Path(default_storage.path("exports")).rglob("*") if path.is_file()]


def page_rows(user, query="", columns=()) -> list[list]:
    """The rows of the page as its columns show them."""
    listing = listings()["workers"]
    chosen, names = listing.chosen(columns), listing.names()
    rows = listing.enriched(listing.filtered(user, QueryDict(query)), chosen)
    return [[column.value(row, names) for column in chosen] for row in rows]


def plain(rows: list[list]) -> list[list]:
    """As a workbook gives them back: empty texts are empty cells, days are midnights."""
    return [
        [dt.datetime.combine(cell, dt.time()) if isinstance(cell, dt.date) else cell or None for cell in row]
        for row in rows
    ]


def test_a_workbook_holds_the_rows_of_the_page_cell_by_cell(officer, roll):
    export = done(ask(officer, columns=ALL_COLUMNS))
    head, *rows = sheet_rows(export)
    assert head == [column.title for column in listings()["workers"].chosen(ALL_COLUMNS)]
    assert rows == plain(page_rows(officer, columns=ALL_COLUMNS))
    assert len(rows) == 3
    assert (export.rows, export.size) == (3, path_of(export).stat().st_size)


def test_plain_rows_say_what_the_models_say(officer, roll, union):
    Worker.objects.filter(pk=roll[0].pk).update(sex="9", employer=None)
    Proposal.objects.create(
        worker=roll[1],
        union=union,
        source="application",
        change="1",
        on=timezone.localdate(),
        created_by=officer,
    )
    listing = listings()["workers"]
    rows = listing.filtered(officer, QueryDict("standing=all"))
    chosen = listing.chosen(ALL_COLUMNS)
    assert all(column.reads for column in chosen)
    found = [list(line) for line in listing.lines(rows, chosen, chunk=2)]
    assert found == page_rows(officer, "standing=all", ALL_COLUMNS)
    assert "申请中" in str(found)


def test_filter_columns_and_their_order_are_those_asked_for(officer, firm, roll):
    women = WorkerFactory(employer=firm, sex="2")
    export = done(ask(officer, "sex=2&after=1&page=3&nonsense=1", ["employer", "name"]))
    assert sheet_rows(export) == [["工作单位", "姓名"], ["甲厂有限公司", women.name]]
    assert export.query == "sex=2"
    assert export.filters == [["性别", "女"]]


def test_a_search_is_kept_sealed_and_the_log_knows_only_that_there_was_one(officer, roll):
    token = seal(roll[0].name)
    export = done(ask(officer, f"find={token}", ["name"]))
    assert sheet_rows(export) == [["姓名"], [roll[0].name]]
    assert roll[0].name not in str(Export.objects.filter(pk=export.pk).values().get())
    assert roll[0].name not in str(list(AuditEntry.objects.values()))


def test_texts_that_look_like_formulas_stay_texts_in_a_workbook(officer, roll):
    export = done(ask(officer, columns=["household_place", "team"]))
    sheet = openpyxl.load_workbook(path_of(export)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {"=1+1", "＠某地", "-一班"} <= {cell.value for cell in cells}


def test_a_csv_file_guards_formulas_and_says_it_is_utf8(officer, roll):
    export = done(ask(officer, columns=["name", "household_place", "member_since"], file_format="csv"))
    content = path_of(export).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows, blank, about = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == ["姓名", "户籍所在地", "入会日期"]
    assert [row[1] for row in rows] == ["'＠某地", "'=1+1", "乐清市"]
    assert {row[2] for row in rows} == {"2021-06-01"}
    assert blank == []
    assert "行数：3" in about[0]


def test_the_file_says_who_took_what_and_when(officer, roll, union):
    about = dict(sheet_rows(done(ask(officer, "education=60")), 1)[1:])
    assert about["行数"] == "3"
    assert about["条件：学历"] == "普通高级中学教育"
    assert (about["数据范围"], about["用途"], about["导出人"]) == (union.name, REASON, str(officer))
    assert about["导出时间"][:10] == f"{timezone.localdate():%Y-%m-%d}"


def test_numbers_are_masked_as_on_the_page(officer, roll):
    document = roll[-1].documents.get()
    assert sheet_rows(done(ask(officer, columns=["number"])))[1] == ["•" * 16 + document.number[-2:]]
    assert sheet_rows(done(ask(officer, columns=["phone"])))[1] == ["•" * 7 + roll[-1].phone_tail]
    assert (
        sheet_rows(done(ask(officer, columns=["number", "birth_date"])))[1][0]
        == "•" * 16 + document.number[-2:]
    )


def test_rows_outside_the_users_reach_are_never_written(officer, roll, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    export = done(ask(officer, "standing=all", ["name", "union"]))
    assert stranger.union.name not in str(sheet_rows(export))
    with pytest.raises(RuleError):
        ask(officer, f"union={other_union.pk}")


def test_reach_is_asked_again_when_the_file_is_written(officer, roll):
    export = ask(officer)
    officer.posts.update(end=timezone.localdate())
    job = jobs.run_inline(Job.objects.get(pk=export.job_id))
    assert job.state == Job.State.FAILED
    export.refresh_from_db()
    assert (export.file, files()) == ("", [])


def test_who_may_not_export_is_refused(group_member, roll):
    with pytest.raises(PermissionDenied):
        ask(group_member)


def test_nothing_to_export_a_purpose_of_two_letters_and_too_many_rows_are_refused(officer, roll, settings):
    with pytest.raises(RuleError) as refused:
        ask(officer, "sex=2")
    assert refused.value.code == "nothing"
    with pytest.raises(RuleError):
        ask(officer, reason="看看")
    settings.EXPORT_MAX_ROWS = 2
    with pytest.raises(RuleError) as refused:
        ask(officer)
    assert "2 行的上限" in refused.value.messages[0]
    assert Export.objects.count() == 0


def test_a_job_that_runs_twice_leaves_one_file_and_one_line_in_the_log(officer, roll):
    export = ask(officer)
    done(export)
    Job.objects.filter(pk=export.job_id).update(state="queued", finished_at=None)
    first = path_of(export).read_bytes()
    done(export)
    assert [path.read_bytes() for path in files()] == [first]
    [entry] = AuditEntry.objects.filter(action="exchange.export")
    assert (entry.category, entry.details["rows"], entry.details["list"]) == ("access", 3, "会员名册")


def test_an_attempt_that_dies_leaves_no_file_to_the_next(officer, roll):
    export = ask(officer)
    job = Job.objects.get(pk=export.job_id)
    folder = Path(default_storage.path("exports"), f"{timezone.localtime(export.created_at):%Y/%m}")
    folder.mkdir(parents=True)
    (folder / f".{job.pk}-0.xlsx.part").write_bytes(b"half")
    (folder / f"{job.pk}-0.xlsx").write_bytes(b"whole, but never committed")
    done(export)
    assert files() == [path_of(export)]


def test_an_attempt_that_lost_its_job_keeps_nothing(officer, roll):
    export = ask(officer)
    Job.objects.filter(pk=export.job_id).update(state="running", fence=2)
    late = Claim(job=Job.objects.get(pk=export.job_id), fence=1)
    with pytest.raises(jobs.LostClaimError):
        writing.write(late)
    export.refresh_from_db()
    assert (files(), export.file) == ([], "")


def test_only_the_owner_takes_the_file_and_each_download_is_logged(officer, clerk, roll):
    export = done(ask(officer, "sex=1"))
    with pytest.raises(PermissionDenied):
        exporting.record_download(export=export, by=clerk, ip=None)
    exporting.record_download(export=export, by=officer, ip="10.0.0.1")
    export.refresh_from_db()
    entry = AuditEntry.objects.get(action="exchange.export_download")
    assert (export.downloads, entry.ip, entry.details["filters"]) == (1, "10.0.0.1", [["性别", "男"]])


def test_files_go_after_their_days_and_leftovers_after_one(officer, roll, settings):
    export = done(ask(officer))
    later = timezone.now() + dt.timedelta(days=settings.EXPORT_DAYS, minutes=1)
    stray = Path(default_storage.path("exports"), "99-1.xlsx")
    stray.write_bytes(b"of a dead job")
    assert exporting.delete_expired(now=timezone.now()) == {"expired": 0, "leftover": 0}
    assert exporting.delete_expired(now=later) == {"expired": 1, "leftover": 1}
    export.refresh_from_db()
    assert (files(), export.file, export.rows) == ([], "", 3)
    with pytest.raises(RuleError):
        exporting.record_download(export=export, by=officer, ip=None)


@pytest.mark.parametrize("columns", [["name"], ALL_COLUMNS])
def test_queries_do_not_grow_with_the_rows(officer, firm, columns):
    def count():
        with CaptureQueriesContext(connection) as found:
            page_rows(officer, columns=columns)
        return len(found)

    WorkerFactory(employer=firm)
    count()  # reads the user's posts, once
    one = count()
    WorkerFactory.create_batch(2, employer=firm)
    assert Worker.objects.count() == 3
    assert count() == one


def test_the_invariants_miss_files_and_find_strays(officer, roll):
    checks = dict(INVARIANTS)
    export = done(ask(officer))
    names = ("exported files are there", "no exported file is left over", "a finished export has a file")
    assert [checks[name]() for name in names] == [[], [], []]
    stray = Path(default_storage.path("exports"), "99-1.xlsx")
    stray.write_bytes(b"of a dead job")
    assert checks["no exported file is left over"]() == []
    long_ago = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(stray, (long_ago, long_ago))
    assert checks["no exported file is left over"]() == ["exports/99-1.xlsx belongs to no export"]
    path_of(export).unlink()
    assert checks["exported files are there"]() == [
        f"Export {export.pk}: its file is missing or of another size"
    ]
    Export.objects.update(file="", written_at=None)
    assert checks["a finished export has a file"]() == [
        f"Export {export.pk}: its job is done and nothing was written"
    ]
