"""Putting a person on the roll: rules by field, conflicts told neutrally, nothing stored half."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry
from core import crypto
from core.errors import RuleError
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from unions.models import OrgType
from workers import services
from workers.invariants import INVARIANTS
from workers.models import IdentityDocument, Membership, Standing, Worker
from workers.rules import ELSEWHERE, KnownPerson, NeedsConfirmation

MAN = "330382199001010015"
YOUNG = citizen_number(birth=dt.date(2003, 1, 1), sequence=1)
JUNE = dt.date(2024, 6, 1)
FACTS = {
    "name": "试曾乐",
    "doc_type": "111",
    "number": MAN,
    "sex": "1",
    "birth_date": dt.date(1990, 1, 1),
    "phone": "13800001234",
    "ethnicity": "01",
    "education": "60",
    "skill_level": "L2",
    "employment_status": "1",
    "household_type": "2",
}


def register(union, by, **facts):
    return services.register_worker(union=union, by=by, **{**FACTS, **facts})


def faults(error):
    return getattr(error.value, "message_dict", {"": error.value.messages})


def test_a_member_gets_record_document_job_and_membership_in_one_go(officer, union):
    firm = EmployerFactory(union=union)
    worker = register(
        union,
        officer,
        employer=firm,
        job={"start": dt.date(2024, 5, 1), "occupation": "焊工"},
        joined_on=JUNE,
    )

    assert (worker.union, worker.employer, worker.standing, worker.member_since) == (
        union, firm, Standing.MEMBER, JUNE,
    )  # fmt: skip
    assert (worker.phone, worker.phone_tail, worker.initials) == ("13800001234", "1234", "scl")
    document = worker.documents.get()
    assert (document.number, document.number_tail, document.is_current) == (MAN, "0015", True)
    job = worker.employments.get()
    assert (job.employer, job.start, job.end, job.occupation) == (firm, dt.date(2024, 5, 1), None, "焊工")
    assert [text for title, check in INVARIANTS for text in check()] == []
    entry = AuditEntry.objects.get(action="workers.register")
    assert (entry.object_id, entry.union_id, entry.actor) == (worker.pk, union.pk, officer)
    assert MAN not in str(entry.details)
    assert "13800001234" not in str(entry.details)


def test_the_database_holds_sealed_numbers_only(officer, union, django_assert_num_queries):
    worker = register(union, officer)
    stored = IdentityDocument.objects.filter(worker=worker).extra(select={"blob": "number"}).values("blob")
    blob = bytes(stored.get()["blob"])
    assert MAN.encode() not in blob
    assert crypto.decrypt(blob, context="workers_identitydocument:number") == MAN


def test_without_a_day_of_joining_a_person_is_no_member(officer, union):
    worker = register(union, officer, employer=EmployerFactory(union=union))
    assert (worker.standing, worker.member_since) == (Standing.NONE, None)
    assert not worker.memberships.exists()


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"number": "330382199001010000"}, "number", "末三位是 000，是被表格软件舍入的结果"),
        ({"number": "330382900101001"}, "number", "只有 15 位，是已停用的第一代号码"),
        ({"number": "330382199001010016"}, "number", "校验码不符"),
        ({"number": "330382199013010010"}, "number", "不是真实的出生日期"),
        ({"number": ""}, "number", "没有填写证件号码"),
        ({"doc_type": "999"}, "doc_type", "没有代码为“999”的证件类别"),
        ({"sex": "2"}, "sex", "性别填写的是 女，证件号码中是 男"),
        (
            {"birth_date": dt.date(1990, 1, 2)},
            "birth_date",
            "出生日期填写的是 1990-01-02，证件号码中是 1990-01-01",
        ),
        ({"phone": "0577-6123456"}, "phone", "固定电话"),
        ({"phone": "1380000123"}, "phone", "应为 11 位，现为 10 位"),
        ({"name": "王5"}, "name", "姓名中含有数字“5”"),
        ({"name": "王" * 60}, "name", "姓名最多 50 个字，现有 60 个字"),
        ({"joined_on": dt.date(2999, 1, 1)}, "joined_on", "日期不能晚于今天，现填 2999-01-01"),
        (
            {"number": YOUNG, "birth_date": None, "joined_on": dt.date(2018, 12, 31)},
            "joined_on",
            "未满 16 周岁",
        ),
        ({"joined_on": dt.date(2014, 1, 1)}, "joined_on", "建会日期 2015-03-01"),
        ({"employment_status": "4", "joined_on": JUNE}, "employment_status", "已退休、离休人员不能新入会"),
    ],
)
def test_a_refusal_names_its_field_and_stores_nothing(officer, union, facts, field, part):
    with pytest.raises(RuleError) as error:
        register(union, officer, **facts)
    assert list(faults(error)) == [field]
    assert part in faults(error)[field][0]
    assert not Worker.objects.exists()
    assert not IdentityDocument.objects.exists()


@pytest.mark.parametrize(
    "written",
    [
        "３３０３８２１９９００１０１００１５",
        "'330382199001010015",
        " 330382 19900101 0015\u200b",
        "330382199001010015\t",
    ],
)
def test_the_same_number_however_written_is_one_person(officer, union, written):
    worker = register(union, officer, number=written)
    assert worker.documents.get().number == MAN
    with pytest.raises(KnownPerson) as error:
        register(union, officer)
    assert error.value.worker == worker


def test_a_lower_case_x_is_the_roman_ten(officer, union):
    worker = register(union, officer, number="33038219880808001x", birth_date=None, sex="")
    assert worker.documents.get().number == "33038219880808001X"
    assert (worker.birth_date, worker.sex) == (dt.date(1988, 8, 8), "1")


def test_unlikely_ages_need_a_tick_and_under_sixteen_is_refused(officer, union):
    today = timezone.localdate()
    young = today.replace(year=today.year - 16, day=1)
    number = citizen_number(birth=young, sequence=1)
    with pytest.raises(NeedsConfirmation) as error:
        register(union, officer, number=number, birth_date=None)
    assert error.value.messages[0] == "年龄 16 周岁，属于未成年工，受特殊保护（劳动法第五十八条），请核对。"
    assert not Worker.objects.exists()
    assert register(union, officer, number=number, birth_date=None, confirmed=True).birth_date == young
    child = citizen_number(birth=young.replace(year=young.year + 2), sequence=3)
    with pytest.raises(RuleError, match="用人单位不得招用未满 16 周岁的人"):
        register(union, officer, number=child, birth_date=None, confirmed=True)


def test_a_permit_without_birth_date_uses_the_declared_one(officer, union):
    worker = register(
        union, officer, doc_type="516", number="h12345678", birth_date=dt.date(1980, 5, 5), sex="2"
    )
    assert (worker.documents.get().number, worker.birth_date, worker.sex) == (
        "H12345678",
        dt.date(1980, 5, 5),
        "2",
    )
    with pytest.raises(NeedsConfirmation):
        register(union, officer, doc_type="516", number="H12345679", birth_date=dt.date(1940, 5, 5))


def test_members_belong_to_grassroots_unions_or_a_holding_union(clerk, federation):
    with pytest.raises(RuleError) as error:
        register(federation, clerk, joined_on=JUNE)
    assert list(faults(error)) == ["union"]
    federation.is_holding = True
    federation.save()
    assert register(federation, clerk, joined_on=JUNE).standing == Standing.MEMBER
    assert federation.org_type == OrgType.VILLAGE_FEDERATION


def test_somebody_on_another_roll_is_refused_neutrally_and_the_town_is_told(
    officer, union, other_union, town
):
    known = WorkerFactory(employer=EmployerFactory(union=other_union), document=MAN)
    with pytest.raises(RuleError) as error:
        register(union, officer)

    assert faults(error) == {"number": [ELSEWHERE]}
    assert not isinstance(error.value, KnownPerson)
    entry = AuditEntry.objects.get(action="workers.conflict")
    assert (entry.union_id, entry.actor, entry.details) == (town.pk, officer, {"worker": known.pk})
    assert (entry.object_type, entry.object_id) == ("unions.union", union.pk)
    assert Worker.objects.count() == 1


def test_town_staff_are_led_to_the_record_wherever_it_is(clerk, union, other_union):
    known = WorkerFactory(employer=EmployerFactory(union=other_union), document=MAN)
    with pytest.raises(KnownPerson) as error:
        register(union, clerk)
    assert error.value.worker == known
    assert not AuditEntry.objects.filter(action="workers.conflict").exists()


@pytest.mark.parametrize("actor", ["other_officer", "group_member", "handler", "sysadmin"])
def test_nobody_registers_out_of_reach(request, union, actor):
    by = request.getfixturevalue(actor)
    with pytest.raises(PermissionDenied):
        register(union, by)
    assert not Worker.objects.exists()
    assert not AuditEntry.objects.filter(action="workers.conflict").exists()


def test_a_failed_membership_leaves_no_person_behind(officer, union):
    with pytest.raises(RuleError):
        register(union, officer, employer=EmployerFactory(union=union), joined_on=dt.date(2010, 1, 1))
    assert (Worker.objects.count(), Membership.objects.count()) == (0, 0)
