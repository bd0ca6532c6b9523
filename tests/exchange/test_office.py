"""LibreOffice opens what we hand out, and what it saves imports like the original."""

import datetime as dt
import io

import openpyxl
import pytest
from django.utils import timezone

from competitions.services import revoke_award
from competitions.services.recheck_notices import remind as remind_of_rechecks
from competitions.services.result_notices import tell_unions
from core import jobs
from core.exchange import EXAMPLE, kinds
from core.listing import PAPERS, listings
from core.models import Job
from exchange.blank_forms import blank_form
from exchange.tables import WRITERS, Table
from tests.exchange.exports import ask, done, path_of
from tests.exchange.office import AS_TEXT, CSV, converted, csv_rows, workbook_rows
from tests.exchange.sheets import member, member_book, saved, union_book, upload
from tests.exchange.test_unions_import import firm_row
from tests.factories.activities import ActivityFactory
from tests.factories.bases import BaseFactory, KeyPostHolderFactory
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.contests import (
    AwardFactory,
    ContestFactory,
    EntrantFactory,
    EventFactory,
    PromiseFactory,
    ResultFactory,
    closed,
)
from tests.factories.honours import CollectiveHonourFactory, HonourFactory, StudioFactory, TeamFactory
from tests.factories.innovations import ContributorFactory, PromotionFactory
from tests.factories.inspections import HazardFactory, InspectionFactory
from tests.factories.nominations import NominationFactory, SelectionFactory
from tests.factories.plans import DemandLineFactory, PlanLineFactory
from tests.factories.providers import AgreementFactory, QualificationFactory
from tests.factories.safety import SafetyProfileFactory
from tests.factories.subsidies import ClaimFactory, RateFactory
from tests.factories.talent import ApprenticeshipFactory, CandidateFactory, LeaderFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter
from tests.training.teaching import learning, published
from training.services.learning import report_learning
from training.services.titles import enter_title
from training.tasks import queue_permit_notices
from workers.models import Conflict, DuplicatePair, Proposal, Worker
from workers.services.bulk_edits import draft_bulk_edit

pytestmark = pytest.mark.django_db
TRICKY = [
    "=1+1",
    "+86",
    "-",
    "@x",
    "007",
    "330382199001010015",
    "一行\n两行",
    '说"好"，好',
    " 空 ",
    "𠮷䶮",
    "1e5",
    "2026/03/01",
    "TRUE",
]


@pytest.fixture
def records(town, union, officer, clerk):
    """Something for every list: people, firms with and without a union, business and cases that wait, a term that
    ends, a bulk edit and an import."""
    firm = EmployerFactory(union=union)
    places = ("=1+1", "乐清市")
    people = [WorkerFactory(employer=firm, household_place=place, skill_level="L4") for place in places]
    EmployerFactory(union=town, covered=False)
    day = timezone.localdate()
    Proposal.objects.create(
        worker=people[0], union=union, source="application", change="1", on=day, created_by=officer
    )
    Conflict.objects.create(worker=people[0], holder=union, claimant=town, created_by=clerk)
    DuplicatePair.objects.create(low=people[0], high=people[1], same_name=True)
    TermFactory(union=union, end=day)
    draft_bulk_edit(workers=Worker.objects.all(), field="education", value="21", selection="=全部", by=clerk)
    upload(clerk, None, union_book([firm_row()]), kind="unions", name="=1+1.xlsx")
    learn(people[0], union, officer)
    HazardFactory(inspection=InspectionFactory(union=union), what="=1+1")
    won = EntrantFactory(
        entry__event=EventFactory(contest=ContestFactory(union=union), title="=1+1"), entry__state="admitted"
    )
    AwardFactory(entry=won.entry)
    taken = EntrantFactory(
        entry__event=EventFactory(contest=ContestFactory(union=union), title="=1+1"), entry__state="admitted"
    )
    revoke_award(award=AwardFactory(entry=taken.entry), reason="=1+1", by=clerk)
    PromiseFactory(entrant=won, gain="pay", level="", detail="=1+1")
    HonourFactory(worker=people[0], title="=1+1", recheck_on=day)
    remind_of_rechecks(day)
    CollectiveHonourFactory(team=TeamFactory(union=union, name="=1+1"), title="=1+1")
    StudioFactory(leader=people[0], field="=1+1")
    entrant = EntrantFactory(
        entry__event__contest=ContestFactory(union=union, title="=1+1"),
        entry__union=town,
        entry__state="admitted",
    )
    tell_unions(closed(ResultFactory(entry=entrant.entry).event))
    ActivityFactory(union=union, title="=1+1")
    selection = SelectionFactory(union=town, title="=1+1")
    NominationFactory(selection=selection, union=union, worker=people[0], reason="=1+1")
    method = ContributorFactory(
        innovation__union=union, innovation__title="=1+1", worker=people[0]
    ).innovation
    PromotionFactory(innovation=method, union=town, effect="=1+1")


def learn(worker, union, officer) -> None:
    """Something for every list of training: a certificate below what was declared, a class, a card that is due soon
    and was reminded of, and somebody new in a firm of high risk."""
    CertificateFactory(worker=worker, level="L3", issuer="=1+1")
    CertificateFactory(worker=worker, level="L4", valid_until=None, trade="=1+1")
    RateFactory(level="L4")
    ClaimFactory(certificate=CertificateFactory(worker=worker, trade="=1+1"), state="paid", voucher="=1+1")
    enter_title(
        worker=worker, by=officer, name="=1+1", rank="2", series="工程技术", register_number="", issuer="=1+1",
        issued_on=dt.date(2024, 5, 1),
    )  # fmt: skip
    ClassFactory(union=union)
    EnrolmentFactory(training_class=ClassFactory(union=union), worker=worker)
    ApprenticeshipFactory(apprentice=worker, trade="=1+1")
    ClassFactory(union=union, trade="=1+1", level="L5")
    LeaderFactory(worker=worker, team="=1+1", end=dt.date(2099, 1, 1))
    KeyPostHolderFactory(key_post__union=union, key_post__title="=1+1", worker=worker)
    BaseFactory(union=union, name="=1+1")
    CandidateFactory(worker=worker, batch="=1+1")
    DemandLineFactory(demand_return__union=union, demand_return__survey__union=union, note="=1+1")
    PlanLineFactory(plan__union=union, title="=1+1")
    agreement = AgreementFactory(union=union, title="=1+1")
    QualificationFactory(provider=agreement.partner, issuer="=1+1")
    today = timezone.localdate()
    enter(worker, officer, issued_on=today.replace(year=today.year - 3, day=1) + dt.timedelta(days=40))
    SafetyProfileFactory(employer=worker.employer)
    new = WorkerFactory(employer=worker.employer)
    new.employments.update(start=today)
    report_learning(worker=worker, title="=1+1", kind="LAW", completed_on=today, by=officer)
    learning(published(union, officer, title="=1+1"), worker, officer)
    queue_permit_notices()
    assert jobs.run_inline(Job.objects.latest("pk")).error == ""


def tables():
    """The lists whose files are tables."""
    return {name: listing for name, listing in listings().items() if listing.layout != PAPERS}


def handed_out(by, folder) -> dict[str, bytes]:
    """Every workbook we hand out: the forms of all kinds, every list as a file, every writer with tricky texts."""
    files = {f"form_{name}.xlsx": blank_form(kind) for name, kind in kinds().items()}
    queries = {"workers_as_at": f"as_at={timezone.localdate()}", "matters": "kind=applications"}
    for name, listing in tables().items():
        keys = [column.key for column in listing.columns]
        export = done(ask(by, queries.get(name, ""), keys, listing=name))
        files[f"list_{name}.xlsx"] = path_of(export).read_bytes()
    columns = listings()["workers"].columns[: len(TRICKY)]
    for ending, write in WRITERS.items():
        path = folder / f"table.{ending}"
        lines = iter([TRICKY, TRICKY[::-1]])
        write(path, Table("表", columns, lines, [("名称", "=表")], "试甲 2026-03-01 08:00 导出"))
        files[f"table_{ending}.{ending}"] = path.read_bytes()
    return files


def test_everything_we_hand_out_opens_with_the_values_we_wrote(clerk, records, tmp_path):
    files = handed_out(clerk, tmp_path)
    books = {name: content for name, content in files.items() if name.endswith(".xlsx")}
    texts = {name: content for name, content in files.items() if name.endswith(".csv")}
    assert len(books) + len(texts) == len(kinds()) + len(tables()) + len(WRITERS)
    found = converted(books, CSV, tmp_path / "books")
    for name, content in books.items():
        for sheet, rows in workbook_rows(content).items():
            assert csv_rows(found[f"{name.removesuffix('.xlsx')}-{sheet}"]) == rows, (name, sheet)
    found = converted(texts, "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path / "texts", AS_TEXT)
    for name, content in texts.items():
        assert csv_rows(found[name.removesuffix(".csv")]) == csv_rows(content), name


def filled_form(kind) -> bytes:
    """The empty form of a kind with its example as two real rows."""
    book = openpyxl.load_workbook(io.BytesIO(blank_form(kind)))
    sheet = book.worksheets[0]
    [at] = [cell.row for cell in sheet["A"] if cell.value == EXAMPLE]
    for place in (1, 2):
        for column, cell in enumerate(list(sheet[at])[1:], start=2):
            if cell.value is not None:
                sheet.cell(at + place, column, cell.value).number_format = "@"
        sheet.cell(at + place, 1, str(place))
    return saved(book)


def imported(by, union, kind: str, content: bytes, name: str) -> tuple:
    """What an import finds: counts, and every row's number, verdict, cells and problems."""
    run = upload(by, union, content, kind=kind, name=name)
    rows = [(line.number, line.verdict, line.raw, line.problems) for line in run.lines.order_by("number")]
    return run.state, run.error, run.counts, run.header["positions"], rows


def test_what_libreoffice_saves_imports_like_the_original(officer, clerk, union, tmp_path):
    EmployerFactory(union=union, name="甲厂有限公司")
    rows = [member(place) for place in range(1, 6)]
    rows[1][8], rows[2][3], rows[3][7] = "高中毕业", "1990年1月5日", ""
    originals = {name: (kind.name, filled_form(kind)) for name, kind in kinds().items()}
    originals["members"] = ("workers", member_book(rows, filled_by="甲厂有限公司"))
    originals["firms"] = ("unions", union_book([firm_row()], example=True))
    files = {f"{name}.xlsx": content for name, (_, content) in originals.items()}
    again = {to: converted(files, to, tmp_path / to) for to in ("xlsx", "xls", "ods")}
    for name, (kind, content) in originals.items():
        by, where = (clerk, None) if kind in ("unions", "learning") else (officer, union)
        expected = imported(by, where, kind, content, "原.xlsx")
        assert expected[-1], name
        for to, found in again.items():
            assert imported(by, where, kind, found[name], f"存.{to}") == expected, (name, to)
