"""Who has seen a record, how often one may look, and the copy of everything held about a person."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.access import Permission
from core.errors import RuleError
from tests.access.scene import signed_in
from tests.exchange.sheets import NUMBER, applied, member, member_book, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from unions.roles import ROLE_PERMISSIONS, Role
from workers import services
from workers.models import Conflict, Proposal, Worker
from workers.privacy import seen_by
from workers.services.copies import copy_of_person

BORN = dt.date(1972, 8, 15)
MAN, PHONE = citizen_number(birth=BORN, sequence=361), "16012340001"
REASON = "办理住院慰问，核对证件"


@pytest.fixture
def worker(union):
    firm = EmployerFactory(union=union)
    return WorkerFactory(employer=firm, name="=试副本", document=MAN, phone_number=PHONE, birth_date=BORN)


def reveal(worker, by, what="number"):
    return services.reveal_number(worker=worker, what=what, reason=REASON, by=by)


def sheets(content: bytes) -> dict:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type != "s" and cell.value is not None] == []
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def copy(worker, by, **changes):
    facts = {"requested_on": timezone.localdate(), "reason": "本人当面申请复制", "by": by} | changes
    return copy_of_person(worker=worker, **facts)


def test_those_who_looked_stand_apart_from_those_who_changed(client, officer, clerk, worker):
    reveal(worker, clerk, "phone")
    services.edit_worker(worker=worker, version="1", by=officer, education="21")
    services.note_people_shown(
        clerk, "exchange.export_download", [worker.pk, worker.pk + 1], reason="报送名册"
    )
    services.note_people_shown(clerk, "exchange.export_download", [worker.pk + 1], reason="别人的")
    looks = seen_by(worker)
    assert [(look.actor, look.what, look.reason) for look in looks] == [
        (str(clerk), "下载导出文件", "报送名册"),
        (str(clerk), "查看完整号码（移动电话）", REASON),
    ]
    client.force_login(officer)
    page = client.get(worker.get_absolute_url())
    assert [line.label for line in page.context["history"]] == ["修改职工信息"]
    for name in ("worker_reveal", "person_file"):
        address = reverse(f"workers:{name}", args=[worker.pk])
        assert f'action="{address}"' in client.get(address).content.decode()
    assert "查看完整号码（移动电话）" in page.content.decode()
    assert "别人的" not in page.content.decode()


def test_who_has_seen_it_takes_one_query_more_for_any_number_of_looks(officer, worker):
    reveal(worker, officer)
    with CaptureQueriesContext(connection) as one:
        seen_by(worker)
    reveal(worker, officer)
    reveal(worker, officer)
    with CaptureQueriesContext(connection) as three:
        assert len(seen_by(worker)) == 3
    assert len(one) == len(three) == 1


def test_too_many_looks_within_the_hour_are_refused_until_the_oldest_is_an_hour_ago(
    settings, officer, clerk, worker
):
    settings.REVEALS_PER_HOUR = 2
    start = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 17:00 here
    with time_machine.travel(start, tick=False) as clock:
        reveal(worker, officer)
        clock.shift(dt.timedelta(minutes=30))
        reveal(worker, officer)
        with pytest.raises(RuleError) as error:
            reveal(worker, officer)
        assert error.value.messages == [
            "一小时内最多查看 2 次完整号码，请在 18:01 以后再查看。需要大批号码时请用导出，并说明事由。"
        ]
        reveal(worker, clerk)
        clock.shift(dt.timedelta(minutes=31))
        reveal(worker, officer)
    assert AuditEntry.objects.filter(action="workers.reveal").count() == 4


def test_the_reveal_names_the_client_behind_the_proxies(settings, officer, worker):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    browser = signed_in(officer)
    address = reverse("workers:worker_reveal", args=[worker.pk])
    data = {"what": "number", "reason": REASON}
    page = browser.post(address, data, headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
    assert MAN in page.content.decode()
    assert AuditEntry.objects.get(action="workers.reveal").ip == "203.0.113.9"


def test_the_copy_holds_every_group_with_full_numbers_and_is_logged(
    officer, clerk, union, other_union, worker
):
    services.replace_document(
        worker=worker, doc_type="111", number=citizen_number(birth=BORN, sequence=363),
        on=dt.date(2024, 3, 1), by=officer,
    )  # fmt: skip
    reveal(worker, officer)
    Proposal.objects.create(
        worker=worker, union=union, source="office", on=dt.date(2024, 3, 1), created_by=officer, note="拟退会"
    )
    Conflict.objects.create(worker=worker, holder=union, claimant=other_union, created_by=clerk)
    found = sheets(copy(worker, clerk))
    assert list(found) == [
        "说明", "基本信息", "身份证件", "就业", "会籍", "拟办会籍变化", "会籍接转", "重复登记核实", "记录合并",
        "变更记录", "谁查看过", "技能证书", "职称", "培训", "担任的岗位", "特种作业操作证", "操作证复审", "校外学习", "网上课堂", "师带徒",
        "培养对象", "培养年度情况", "技能带头人", "带头人津贴", "技能提升补贴", "参赛", "获奖", "竞赛待遇", "个人荣誉", "班组与工作室",
        "推荐评选", "创新成果", "公开同意书", "导入记录",
    ]  # fmt: skip
    facts = dict(found["基本信息"][1:])
    assert (facts["姓名"], facts["移动电话"], facts["出生日期"]) == ("'=试副本", PHONE, "1972-08-15")
    assert MAN in {row[1] for row in found["身份证件"]}
    assert found["会籍"][1][0] == union.name
    assert found["拟办会籍变化"][1][4] == "拟退会"
    assert found["重复登记核实"][1][0] == other_union.name
    assert found["变更记录"][1][2] == "更换证件"
    assert found["谁查看过"][1][1:] == (str(officer), "查看完整号码（证件号码）", REASON)
    entry = AuditEntry.objects.get(action="workers.person_file")
    assert (entry.category, entry.object_id, entry.details["full_numbers"]) == ("access", worker.pk, True)
    assert seen_by(worker)[0].what == "导出本人信息副本"
    assert len(sheets(copy(worker, officer))["重复登记核实"]) == 1  # the desk is the town's


def test_import_lines_that_touched_the_person_are_in_the_copy(officer, union):
    EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    run = applied(upload(officer, union, member_book([member(1)])), officer)
    person = Worker.objects.get(documents__number_tail=member(1)[NUMBER][-4:])
    line = sheets(copy(person, officer))["导入记录"][1]
    assert (line[0], line[2], line[4], line[5]) == (str(run.pk), union.name, str(officer), "已写入")


def test_without_the_right_to_reveal_the_copy_is_masked(monkeypatch, officer, worker):
    held = ROLE_PERMISSIONS[Role.OFFICER] - {Permission.REVEAL_NUMBERS}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.OFFICER, held)
    content = copy(worker, officer)
    found = sheets(content)
    assert found["身份证件"][1][1] == f"330{'*' * 13}{MAN[-2:]}"
    assert dict(found["基本信息"][1:])["移动电话"] == "160****0001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "要"}, "reason"),
        ({"reason": f"核对{MAN}"}, "reason"),
        ({"requested_on": dt.date(2999, 1, 1)}, "requested_on"),
        ({"requested_on": dt.date(2001, 1, 1)}, "requested_on"),
    ],
)
def test_a_copy_needs_a_reason_and_the_day_it_was_asked_for(officer, worker, changes, field):
    with pytest.raises(RuleError) as error:
        copy(worker, officer, **changes)
    assert list(error.value.message_dict) == [field]
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("actor", ["other_officer", "group_member", "handler", "auditor"])
def test_nobody_outside_gets_a_copy(request, worker, actor):
    with pytest.raises(PermissionDenied):
        copy(worker, request.getfixturevalue(actor))


def test_the_page_of_the_copy_sends_a_workbook(officer, worker):
    address = reverse("workers:person_file", args=[worker.pk])
    data = {"requested_on": str(timezone.localdate()), "reason": "本人当面申请复制"}
    browser = signed_in(officer)
    assert "请写明事由" in browser.post(address, {**data, "reason": "要"}).content.decode()
    answer = browser.post(address, data)
    assert answer["Content-Disposition"] == (
        f'attachment; filename="personal-data-{worker.pk}-{timezone.localdate():%Y%m%d}.xlsx"'
    )
    assert list(sheets(answer.content)) == list(sheets(copy(worker, officer)))
