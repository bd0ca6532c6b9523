"""Kind ``certificates``: people's certificates are entered, corrected, brought back in a list, and taken back."""

import datetime as dt

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from accounts.models import AuditEntry
from exchange import services
from exchange.models import ImportRow
from tests.exchange.exports import ask, done
from tests.exchange.returning import Sheet, counts, send, written
from tests.exchange.sheets import applied, finish, member, messages_of, saved, upload
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate
from training.services import add_evidence, verify_certificate
from workers.models import Conflict

pytestmark = pytest.mark.django_db
NUMBER, OTHER = member(1)[7], member(2)[7]
TITLES = [
    *("序号", "姓名", "有效证件类别", "证件号码", "证书种类", "工种", "技能等级", "证书编号"),
    *("发证单位", "发证日期", "有效期至"),
]
PLACES = {"kind": 4, "trade": 5, "level": 6, "certificate": 7, "issuer": 8, "issued_on": 9, "valid_until": 10}
CERTIFICATE = "Y000033000001243000001"


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, document=NUMBER)


def row(worker, number=NUMBER, **facts) -> list:
    name = worker if isinstance(worker, str) else worker.name
    cells = ["1", name, "居民身份证", number, "职业技能等级证", "电 工", "三级", CERTIFICATE]
    cells += ["试验评价机构", "2024/05/01", ""]
    for attribute, text in facts.items():
        cells[PLACES[attribute]] = text
    return cells


def book(*rows) -> bytes:
    made = openpyxl.Workbook()
    for cells in (TITLES, *rows):
        made.active.append(cells)
    return saved(made)


def check(by, union, *rows, **options):
    return upload(by, union, book(*rows), kind="certificates", name="证书.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False)).outcomes()


def test_new_certificates_wait_for_the_town_and_go_again(worker, union, officer):
    run = check(
        officer, union, row(worker), row(worker, certificate="A-1", level="五级", valid_until="2030.1.1")
    )
    assert (run.new, run.failed) == (2, 0)
    assert messages_of(run, level="warning") == [(3, "证书编号", "certificate.odd")]
    run = applied(run, officer)
    first, second = Certificate.objects.order_by("-level")
    assert (first.worker, first.kind, first.trade, first.level) == (worker, "level", "电工", "L4")
    assert (first.number, first.issuer, first.issued_on) == (CERTIFICATE, "试验评价机构", dt.date(2024, 5, 1))
    assert (first.state, first.entered_by, first.valid_until) == ("entered", officer, None)
    assert (second.level, second.valid_until) == ("L2", dt.date(2030, 1, 1))
    assert undone(run, officer) == {"reverted": 2, "kept": 0, "impossible": 0}
    assert Certificate.objects.count() == 0


def test_a_known_one_is_changed_waits_anew_and_is_put_back_verified(worker, union, officer, clerk):
    known = CertificateFactory(worker=worker, number=CERTIFICATE, issuer="旧机构", decided_by=clerk)
    run = check(officer, union, row(worker))
    line = run.lines.get()
    kind = run.kind_class(by=officer, union=union, today=run.day)
    assert (run.changed, kind.describe(line.before, line.values)) == (
        1,
        [("发证机构", "旧机构", "试验评价机构")],
    )
    run = applied(run, officer)
    known.refresh_from_db()
    assert (known.issuer, known.state, known.decided_by, known.version) == (
        "试验评价机构",
        "entered",
        None,
        2,
    )
    entry = AuditEntry.objects.get(action="workers.import")
    assert (entry.object_id, entry.details["changes"]) == (known.pk, {"issuer": ["旧机构", "试验评价机构"]})
    assert check(officer, union, row(worker, level="高级工")).unchanged == 1
    assert undone(run, officer)["reverted"] == 1
    known.refresh_from_db()
    assert (known.issuer, known.state, known.decided_by, known.version) == ("旧机构", "verified", clerk, 3)
    assert AuditEntry.objects.filter(action="workers.import_undo", object_id=known.pk).count() == 1


def test_what_somebody_touched_since_is_kept(worker, union, officer, clerk):
    rows = [row(worker), row(worker, certificate="A-1"), row(worker, certificate="A-2")]
    run = applied(check(officer, union, *rows), officer)
    first, second, _ = Certificate.objects.order_by("pk")
    verify_certificate(certificate=first, version="1", by=clerk)
    add_evidence(certificate=second, file=ContentFile(b"%PDF-1"), by=officer)
    assert undone(run, officer) == {"reverted": 1, "kept": 2, "impossible": 0}
    assert list(Certificate.objects.order_by("pk")) == [first, second]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "特种作业操作证"}, ("证书种类", "kind.unknown_kind")),
        ({"kind": "专项能力证书"}, ("等级", "level.not_ability")),
        ({"level": ""}, ("等级", "level.blank")),
        ({"level": "学徒工"}, ("等级", "level.unknown_code")),
        ({"trade": ""}, ("职业（工种）", "trade.blank")),
        ({"certificate": ""}, ("证书编号", "certificate.blank")),
        ({"certificate": NUMBER}, ("证书编号", "certificate.identity")),
        ({"issuer": ""}, ("发证机构", "issuer.blank")),
        ({"issued_on": "2024/05"}, ("发证日期", "issued_on.month_only")),
        ({"issued_on": "2099/05/01"}, ("发证日期", "issued_on.future")),
        ({"issued_on": "1980/05/01"}, ("发证日期", "issued_on.born")),
        ({"valid_until": "2024/04/30"}, ("有效期至", "valid_until.before_issue")),
    ],
)
def test_bad_cells_are_named(worker, union, officer, facts, expected):
    run = check(officer, union, row(worker, **facts))
    assert (run.failed, [found[1:] for found in messages_of(run)]) == (1, [expected])


def test_whose_certificate_it_is_must_be_sure(worker, firm, union, other_union, officer):
    other = WorkerFactory(employer=firm, document=OTHER)
    CertificateFactory(worker=other, number=CERTIFICATE)
    revoked = CertificateFactory(worker=worker, number="B-1", state="revoked")
    elsewhere = WorkerFactory(employer=EmployerFactory(union=other_union), document=member(3)[7])
    run = check(
        officer,
        union,
        row(worker),
        row("试无", member(4)[7], certificate="C-1"),
        row("试错", NUMBER, certificate="C-2"),
        row(worker, certificate="B-1", issuer="新机构"),
        row(elsewhere, member(3)[7], certificate="C-3"),
        row(worker, certificate="C-4"),
        row(worker, certificate="C-4"),
    )
    assert [code for _, _, code in messages_of(run)] == [
        *(
            "certificate.other_person",
            "number.unknown_person",
            "name.differs",
            "certificate.revoked",
            "elsewhere",
        ),
        *("duplicate", "duplicate"),
    ]
    assert run.lines.filter(verdict="conflict").count() == 1
    applied(run, officer, mode="good")
    assert Conflict.objects.get().worker == elsewhere
    assert set(Certificate.objects.values_list("number", flat=True)) == {CERTIFICATE, "B-1"}
    assert revoked.issuer == Certificate.objects.get(number="B-1").issuer


@pytest.mark.parametrize(
    ("rule", "verdict", "until"), [("fill", "changed", dt.date(2030, 1, 1)), ("skip", "skipped", None)]
)
def test_the_match_rule_is_kept(worker, union, officer, rule, verdict, until):
    known = CertificateFactory(worker=worker, number=CERTIFICATE, issuer="旧机构")
    run = check(officer, union, row(worker, valid_until="2030/01/01"), rule=rule)
    assert run.lines.get().verdict == verdict
    if verdict == "changed":
        applied(run, officer)
    known.refresh_from_db()
    assert (known.issuer, known.valid_until) == ("旧机构", until)


def test_an_exported_list_comes_back_cell_by_cell(worker, union, officer):
    first = CertificateFactory(worker=worker, number="A-1", valid_until=dt.date(2030, 1, 1))
    second = CertificateFactory(worker=worker, number="A-2")
    columns = ["name", "kind", "trade", "level", "number", "issuer", "issued_on", "valid_until", "state"]
    sheet = Sheet(done(ask(officer, listing="certificates", columns=columns)))
    places = {sheet.sheet.cell(at, sheet.places["证书编号"]).value: at for at in (2, 3)}
    sheet.edit(places["A-1"], 发证机构="新机构", 有效期至="")
    run = send(sheet, officer, union, kind="certificates")
    assert (counts(run), messages_of(run)) == ((1, 1, 0), [])
    written(run, officer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.issuer, first.valid_until, first.state) == ("新机构", None, "entered")
    assert (second.state, second.version) == ("verified", 1)
    sheet.edit(places["A-1"], 发证机构="新机构二").edit(places["A-2"], 证书编号="A-3")
    again = send(sheet, officer, union, kind="certificates")
    assert {code for _, _, code in messages_of(again)} == {"issuer.conflict", "number.fixed"}
    assert again.lines.get(number=places["A-1"]).verdict == "conflict"
    assert again.lines.get(number=places["A-2"]).verdict == "problem"


def test_edited_cells_are_judged_together_with_the_others(worker, union, officer, other_officer, other_union):
    CertificateFactory(worker=worker, number="A-1")
    sheet = Sheet(done(ask(officer, listing="certificates")))
    sheet.edit(2, 有效期至="2020/01/01")
    run = send(sheet, officer, union, kind="certificates")
    assert messages_of(run) == [(2, "有效期至", "valid_until.before_issue")]
    foreign = send(sheet, other_officer, other_union, kind="certificates")
    assert [code for _, _, code in messages_of(foreign)] == ["row_key.unknown"]
    assert ImportRow.objects.filter(verdict="changed").count() == 0


def test_only_who_keeps_skill_records_may_upload(worker, union, group_member):
    with pytest.raises((PermissionDenied, ValidationError)):
        check(group_member, union, row(worker))
    assert Certificate.objects.count() == 0
