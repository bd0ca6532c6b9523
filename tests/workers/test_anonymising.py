"""After the retention the person goes and past totals stay."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.fields import EncryptedTextField
from core.models import DataGroup
from core.reporting import Period, indicators
from exchange.models import ImportRow
from tests.access.scene import signed_in
from tests.exchange.sheets import NUMBER, applied, member, member_book, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.reports.conftest import publish
from workers import queries, services
from workers.invariants import INVARIANTS
from workers.models import (
    BulkEdit,
    BulkEditRow,
    Change,
    Conflict,
    DuplicatePair,
    Employment,
    Membership,
    Proposal,
    Transfer,
    Worker,
)
from workers.privacy import anonymisable, months_before
from workers.search import search
from workers.services.anonymising import anonymise, due

LEFT_ON = dt.date(2024, 6, 1)
NAME, PHONE, NUMBER_OF, PLACE, TEAM, STAFF, NOTE = (
    "试蘅芷", "16012349876", "330382199001017890", "试籍贯岛", "试夜班", "GH0077", "试说明甲",
)  # fmt: skip
TRACES = (NAME, "shihengzhi", PHONE, PHONE[-4:], NUMBER_OF, NUMBER_OF[-4:], PLACE, TEAM, STAFF, NOTE)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, employees=30)


@pytest.fixture
def retention(db):
    DataGroup.objects.filter(code="roll").update(retention_months=12)


def left(worker: Worker, on: dt.date = LEFT_ON) -> Worker:
    """The person's memberships and jobs end on a day."""
    worker.memberships.filter(end=None).update(end=on, end_change=Change.WITHDRAW, end_reason="5")
    worker.employments.filter(end=None).update(end=on)
    Worker.objects.filter(pk=worker.pk).update(standing="left", member_since=None, employer=None)
    worker.refresh_from_db()
    return worker


@pytest.fixture
def gone(firm, clerk, other_union):
    """Somebody who left long ago, with everything about them that the roll can hold."""
    worker = WorkerFactory(
        employer=firm, name=NAME, pinyin="shihengzhi", initials="shz", phone_number=PHONE, document=NUMBER_OF,
        household_place=PLACE, native_place=PLACE, birth_date=dt.date(1990, 1, 1),
    )  # fmt: skip
    worker.employments.update(team=TEAM, staff_number=STAFF, occupation=TEAM)
    closed = {"decided_by": clerk, "decided_at": timezone.now()}
    Proposal.objects.create(
        worker=worker, union=worker.union, source="office", on=LEFT_ON, note=NOTE, state="done",
        decision_note=NOTE, created_by=clerk, **closed,
    )  # fmt: skip
    Transfer.objects.create(
        worker=worker, origin=worker.union, destination=other_union, on=LEFT_ON, note=NOTE, closing_note=NOTE,
        state="refused", requested_by=clerk, closed_by=clerk, closed_at=timezone.now(),
    )  # fmt: skip
    Conflict.objects.create(
        worker=worker, holder=worker.union, claimant=other_union, claimed={"name": NAME}, note=NOTE,
        created_by=clerk, decision="kept", **closed,
    )  # fmt: skip
    other = WorkerFactory(employer=firm)
    DuplicatePair.objects.create(
        low=worker, high=other, same_name=True, state="distinct", note=NOTE, **closed
    )
    edit = BulkEdit.objects.create(field="native_place", value="", selection="选定", created_by=clerk)
    BulkEditRow.objects.create(edit=edit, worker=worker, before=PLACE, version=1)
    return left(worker)


def texts_of(model) -> str:
    """Every text, JSON and sealed value in a table."""
    kinds = (models.CharField, models.TextField, models.JSONField, EncryptedTextField)
    fields = [field.name for field in model._meta.concrete_fields if isinstance(field, kinds)]
    return "\n".join(str(getattr(row, name)) for row in model._default_manager.all() for name in fields)


def roll_models():
    return list(Worker._meta.apps.get_app_config("workers").get_models())


def figures() -> dict:
    names = ("2024-05", "2024-Q2", "2024", "2026-10")
    return {
        (name, code): (found.numerator, found.denominator)
        for name in names
        for code, indicator in indicators().items()
        for found in (indicator.measure(None, Period.parse(name)),)
    }


def test_the_person_goes_and_every_past_figure_stays(retention, gone, clerk):
    WorkerFactory(employer=gone.employments.get().employer)
    incomplete = left(WorkerFactory(employer=gone.employments.get().employer, ethnicity="", name="试缺项"))
    before, frozen = figures(), publish(clerk)
    assert before["2024-Q2", "A3"][0] >= 1
    assert anonymise(worker_ids=[gone.pk, incomplete.pk], by=clerk) == 2
    gone.refresh_from_db()
    incomplete.refresh_from_db()
    assert (gone.was_complete, incomplete.was_complete) == (True, False)
    assert figures() == before
    rebuilt = publish(clerk)
    rows = [
        {row["code"]: (row["numerator"], row["denominator"]) for row in report.data["figures"]}
        for report in (frozen, rebuilt)
    ]
    assert rows[0] == rows[1]
    assert [text for title, check in INVARIANTS for text in check()] == []


def test_nothing_personal_remains_in_any_table_of_the_roll(retention, gone, clerk):
    seen = {text for model in roll_models() for text in TRACES if text in texts_of(model)}
    assert seen == set(TRACES)  # the search below would find them
    anonymise(worker_ids=[gone.pk], by=clerk)
    assert {
        model.__name__: [text for text in TRACES if text in texts_of(model)] for model in roll_models()
    } == {model.__name__: [] for model in roll_models()}
    gone.refresh_from_db()
    assert (gone.name, gone.birth_date, gone.anonymised_on) == (
        "已匿名", dt.date(1990, 1, 1), timezone.localdate(),
    )  # fmt: skip
    assert (gone.sex, gone.education, gone.standing) == ("1", "60", "left")
    assert gone.memberships.get().end == LEFT_ON
    entry = AuditEntry.objects.get(action="workers.anonymise")
    assert (entry.object_id, entry.union_id, entry.actor, entry.details) == (
        gone.pk,
        gone.union_id,
        clerk,
        {},
    )


def test_of_the_birth_date_the_year_stays(retention, firm, clerk):
    worker = left(WorkerFactory(employer=firm, birth_date=dt.date(1985, 7, 23)))
    anonymise(worker_ids=[worker.pk], by=clerk)
    worker.refresh_from_db()
    assert worker.birth_date == dt.date(1985, 1, 1)


def test_records_merged_into_the_person_go_with_it(retention, gone, firm, clerk):
    sign = WorkerFactory(employer=firm, name="试并入", member=False)
    Employment.objects.filter(worker=sign).delete()
    sign.documents.update(worker=gone, is_current=False, replaced_on=LEFT_ON)
    Worker.objects.filter(pk=sign.pk).update(merged_into=gone, standing="left", employer=None)
    assert anonymise(worker_ids=[gone.pk], by=clerk) == 1
    sign.refresh_from_db()
    assert (sign.name, sign.phone, sign.anonymised_on) == ("已匿名", None, timezone.localdate())


def test_import_rows_and_files_of_the_person_are_emptied(
    retention, officer, clerk, union, django_capture_on_commit_callbacks
):
    EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    wrong = member(3, c7=member(1)[NUMBER], c2="男" if member(1)[2] == "女" else "女")
    run = applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    upload(officer, union, member_book([wrong]))
    run.refresh_from_db()
    name = run.file.name
    person = left(Worker.objects.get(documents__number_tail=member(1)[NUMBER][-4:]))
    with django_capture_on_commit_callbacks(execute=True):
        assert anonymise(worker_ids=[person.pk], by=clerk) == 1
    rows = ImportRow.objects.filter(run=run).order_by("number")
    assert [(row.values == {}, member(1)[1] in row.raw) for row in rows] == [(True, False), (False, False)]
    assert member(2)[1] in rows[1].raw
    everything = texts_of(ImportRow)
    assert [text for text in (member(1)[NUMBER], member(1)[10], member(3)[10]) if text in everything] == []
    run.refresh_from_db()
    assert (run.rows, run.new, run.applied, run.file.name) == (2, 2, 2, "")
    assert not default_storage.exists(name)
    page = signed_in(officer).get(run.get_absolute_url())
    assert page.status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda worker, by: Worker.objects.filter(pk=worker.pk).update(standing="none"),
        lambda worker, by: worker.employments.update(end=timezone.localdate()),
        lambda worker, by: worker.memberships.update(end=timezone.localdate()),
        lambda worker, by: Proposal.objects.filter(worker=worker).update(
            state="open", decided_by=None, decided_at=None
        ),
        lambda worker, by: Transfer.objects.filter(worker=worker).update(state="pending", closed_at=None),
        lambda worker, by: Conflict.objects.filter(worker=worker).update(
            decision="", decided_by=None, decided_at=None
        ),
        lambda worker, by: DataGroup.objects.filter(code="roll").update(retention_months=None),
        lambda worker, by: Membership.objects.create(
            worker=worker, union=worker.union, start=dt.date(2025, 1, 1), start_change=Change.JOIN
        ),
    ],
)
def test_whose_time_has_not_come_is_left_alone(retention, gone, clerk, change):
    assert list(due(clerk, timezone.localdate())) == [gone]
    change(gone, clerk)
    assert list(due(clerk, timezone.localdate())) == []
    assert anonymise(worker_ids=[gone.pk], by=clerk) == 0
    gone.refresh_from_db()
    assert (gone.name, gone.version) == (NAME, 1)


def test_the_period_runs_from_the_last_end(gone):
    assert list(anonymisable(dt.date(2025, 5, 31), 12)) == []
    assert list(anonymisable(dt.date(2025, 6, 1), 12)) == [gone]
    assert list(anonymisable(dt.date(2099, 6, 1), None)) == []
    assert months_before(dt.date(2026, 3, 31), 1) == dt.date(2026, 2, 28)
    assert months_before(dt.date(2026, 1, 15), 25) == dt.date(2023, 12, 15)


def test_an_anonymised_record_is_shown_but_neither_listed_nor_changed(retention, gone, clerk, officer):
    services.edit_worker(worker=gone, version="1", by=officer, native_place="别处")
    anonymise(worker_ids=[gone.pk], by=clerk)
    gone.refresh_from_db()
    browser = signed_in(officer)
    page = browser.get(gone.get_absolute_url()).content.decode()
    assert "此人的记录已于" in page
    assert [text for text in (*TRACES, "别处") if text in page] == []
    assert browser.get(reverse("workers:worker_edit", args=[gone.pk])).status_code == 404
    assert browser.get(reverse("workers:person_file", args=[gone.pk])).status_code == 404
    assert gone not in queries.roll_of(officer)
    assert list(search(queries.roll_of(clerk), "已匿名")) == []
    with pytest.raises(PermissionDenied):
        services.edit_worker(worker=gone, version=str(gone.version), by=clerk, native_place="别处")
    with pytest.raises(PermissionDenied):
        services.change_membership(worker=gone, change="1", on=dt.date(2025, 1, 1), by=clerk)
    assert anonymise(worker_ids=[gone.pk], by=clerk) == 0


def test_a_number_that_was_forgotten_may_come_again(retention, gone, clerk, officer, union):
    anonymise(worker_ids=[gone.pk], by=clerk)
    again = services.register_worker(
        name="试再来", doc_type="111", number=NUMBER_OF, union=union, by=officer, phone=""
    )
    assert again.pk != gone.pk


@pytest.mark.parametrize("actor", ["officer", "federation_officer", "group_member", "auditor"])
def test_only_town_staff_anonymise(request, retention, gone, actor):
    by = request.getfixturevalue(actor)
    with pytest.raises(PermissionDenied):
        anonymise(worker_ids=[gone.pk], by=by)
    assert list(due(by, timezone.localdate())) == []


def test_the_page_picks_previews_and_asks_for_the_sentence(retention, gone, firm, clerk):
    other = left(WorkerFactory(employer=firm, name="试另外"))
    browser, address = signed_in(clerk), reverse("workers:anonymise_due")
    page = browser.get(address)
    assert {row.name for row in page.context["page"]} == {NAME, "试另外"}
    assert "没有选中到期的人员" in browser.post(address, {}).content.decode()
    preview = browser.post(address, {"people": [str(gone.pk), "1" * 30, "x"]})
    # After a fresh sign-in the preview stands at that page's address: the form says where it belongs.
    assert f'action="{address}"' in preview.content.decode()
    assert (preview.context["count"], [row.name for row in preview.context["people"]]) == (1, [NAME])
    data = {"people": str(gone.pk), "typed": "匿名化2人"}
    assert "请逐字键入“匿名化1人”" in browser.post(address, data).content.decode()
    gone.refresh_from_db()
    assert gone.name == NAME
    assert browser.post(address, data | {"typed": "匿名化 1 人"}).status_code == 302
    gone.refresh_from_db()
    other.refresh_from_db()
    assert (gone.name, other.name) == ("已匿名", "试另外")
    everybody = browser.post(address, {"everybody": "1"})
    assert everybody.context["count"] == 1
    DataGroup.objects.filter(code="roll").update(retention_months=None)
    assert "保存期限未定" in browser.get(address).content.decode()


def test_the_page_asks_no_more_for_three_people_than_for_one(retention, gone, firm, clerk):
    browser, address = signed_in(clerk), reverse("workers:anonymise_due")
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    for _ in range(2):
        left(WorkerFactory(employer=firm))
    with CaptureQueriesContext(connection) as three:
        assert len(browser.get(address).context["page"].items) == 3
    assert len(three) == len(one)


def test_the_command_does_everybody_and_says_how_many(retention, gone, firm, clerk, officer):
    left(WorkerFactory(employer=firm))
    out = io.StringIO()
    call_command("anonymise_due", by="clerk", dry_run=True, stdout=out)
    assert out.getvalue() == "到期 2 人，没有改动\n"
    assert Worker.objects.filter(anonymised_on=None).count() == 3
    call_command("anonymise_due", by="clerk", stdout=out)
    assert out.getvalue().endswith("已匿名化 2 人\n")
    assert Worker.objects.filter(anonymised_on=None).count() == 1
    for user, text in (("officer", "没有管理个人信息保护的权限"), ("nobody", "没有名为“nobody”的账号")):
        with pytest.raises(CommandError, match=text):
            call_command("anonymise_due", by=user)
