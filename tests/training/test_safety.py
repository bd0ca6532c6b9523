"""Safety training of new staff: the rule of a firm, the two lists, and C9."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from core.reporting import Period, describe, indicators
from tests.exchange.exports import rows_in_file
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.safety import SafetyProfileFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Attendance, SafetyProfile
from training.services.safety import edit_profile, enter_profile, strike_profile
from unions.models import Union

pytestmark = pytest.mark.usefixtures("frozen")
JUNE, YEAR = Period.parse("2026-06"), Period.parse("2026")
BEGAN = dt.date(2026, 6, 8)


@pytest.fixture
def frozen():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, industry="C")


def newcomer(firm, began=BEGAN, **facts):
    worker = WorkerFactory(employer=firm, **facts)
    worker.employments.update(start=began)
    return worker


def attend(worker, on, hours, *, level="", result="", kind="SAFETY"):
    """Hours of one session of a class of safety, and its result."""
    made = ClassFactory(
        union=worker.union, kind=kind, safety_level=level, starts_on=on, ends_on=on, state="running"
    )
    done = on if result in ("passed", "failed") else None
    row = EnrolmentFactory(training_class=made, worker=worker, result=result, completed_on=done)
    session = SessionFactory(training_class=made, on=on, hours=hours)
    Attendance.objects.create(session=session, enrolment=row, noted_by=row.enrolled_by)


def facts(**said):
    return {
        "risk": "HIGH",
        "three_levels": True,
        "start": dt.date(2026, 5, 1),
        "source": "安全生产许可证",
    } | said


def enter(firm, by, **said):
    return enter_profile(employer=firm, by=by, **facts(**said))


def texts(refusal):
    return {name: found[0] for name, found in refusal.value.message_dict.items()}


def listed(client, name="new_staff_list", **query):
    page = client.get(reverse(f"training:{name}"), query).context["page"]
    return [row.worker.name for row in page]


def test_a_new_rule_ends_the_one_before_and_a_struck_one_gives_it_back(firm, officer):
    first = enter(firm, officer, risk="ORDINARY")
    second = enter(firm, officer, start=dt.date(2026, 9, 1))
    first.refresh_from_db()
    assert (first.end, second.end) == (dt.date(2026, 9, 1), None)
    with pytest.raises(RuleError) as refused:
        enter(firm, officer, start=dt.date(2026, 9, 1))
    assert "2026-09-01" in texts(refused)["start"]
    strike_profile(profile=second, note="录入时看错了单位", by=officer)
    first.refresh_from_db()
    assert list(SafetyProfile.objects.all()) == [first]
    assert first.end is None
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["training.safety_enter", "training.safety_enter", "training.safety_strike"]


def test_what_a_rule_must_say(firm, officer, other_officer):
    for said, field in (({"risk": "?"}, "risk"), ({"source": " "}, "source")):
        with pytest.raises(RuleError) as refused:
            enter(firm, officer, **said)
        assert list(texts(refused)) == [field]
    with pytest.raises(PermissionDenied):
        enter(firm, other_officer)
    assert not SafetyProfile.objects.exists()


def test_a_correction_is_told_and_somebody_slower_refused(firm, officer):
    profile = enter(firm, officer)
    said = {"risk": "ORDINARY", "three_levels": False, "source": "更正"}
    changed = edit_profile(profile=profile, version="1", by=officer, **said)
    assert (changed.risk, changed.version) == ("ORDINARY", 2)
    assert AuditEntry.objects.latest("pk").details["changes"]["risk"] == ["HIGH", "ORDINARY"]
    with pytest.raises(RuleError, match="已被其他人修改"):
        edit_profile(profile=profile, version="1", by=officer, **said)
    with pytest.raises(RuleError, match="请写明事由"):
        strike_profile(profile=profile, note="", by=officer)


def test_the_database_refuses_two_rules_at_once(firm):
    SafetyProfileFactory(employer=firm)
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyProfileFactory(employer=firm, start=dt.date(2025, 1, 1))


def test_a_manufacturer_without_an_entry_trains_24_hours_on_three_levels(client, officer, firm):
    worker = newcomer(firm, name="试新甲")
    client.force_login(officer)
    page = client.get(reverse("training:new_staff_list")).content.decode()
    for text in (
        "一般行业 24 学时，三级",
        "未登记，按默认",
        "24 学时，厂、车间、班组级",
    ):
        assert text in page
    attend(worker, BEGAN - dt.timedelta(days=1), 24)  # before the job
    attend(worker, BEGAN, 8, level="plant", result="passed")
    attend(worker, BEGAN, 8, level="workshop", result="passed")
    attend(worker, BEGAN, 7.5, level="team", result="failed")
    attend(worker, BEGAN, 30, kind="SKILL")
    assert "0.5 学时，班组级" in client.get(reverse("training:new_staff_list")).content.decode()
    attend(worker, BEGAN, 0.5, level="team", result="passed")
    assert listed(client, state="unmet") == []
    assert listed(client, state="met") == ["试新甲"]


def test_the_rule_is_that_of_the_day_the_job_began(client, officer, union):
    firm = EmployerFactory(union=union, industry="B")
    newcomer(firm, dt.date(2026, 4, 30), name="试早")
    newcomer(firm, dt.date(2026, 5, 1), name="试晚")
    enter(firm, officer, three_levels=False)
    client.force_login(officer)
    rows = rows_in_file(officer, "new_staff", columns=("name", "rule", "ground", "missing"))
    assert [row[:4] for row in rows] == [
        ["试早", "一般行业 24 学时", "未登记，按默认", "24 学时"],
        ["试晚", "高危行业 72 学时", "单位登记", "72 学时"],
    ]


def test_who_comes_back_within_six_months_is_not_new(client, officer, firm):
    client.force_login(officer)
    for name, left in (("试短离", dt.date(2025, 12, 9)), ("试长离", dt.date(2025, 12, 8))):
        worker = newcomer(firm, name=name)
        worker.employments.create(employer=firm, start=dt.date(2020, 1, 1), end=left)
    newcomer(firm, dt.date(2025, 6, 8), name="试去年")
    gone = newcomer(firm, name="试已离")
    gone.employments.update(end=dt.date(2026, 10, 1))
    assert listed(client) == ["试长离"]
    assert listed(client, year="2025") == ["试去年"]


def test_yearly_hours_are_asked_of_firms_of_high_risk_only(client, officer, firm, union):
    client.force_login(officer)
    ordinary = EmployerFactory(union=union, industry="B")
    newcomer(ordinary, dt.date(2025, 6, 8))
    worker = newcomer(firm, dt.date(2025, 6, 8), name="试老甲")
    newcomer(firm)
    assert listed(client, "refresher_list") == []
    SafetyProfileFactory(employer=firm)
    assert listed(client, "refresher_list") == ["试老甲"]
    attend(worker, dt.date(2025, 12, 31), 20)
    assert listed(client, "refresher_list", state="unmet") == ["试老甲"]
    attend(worker, dt.date(2026, 1, 1), 19.5)
    rows = rows_in_file(officer, "refreshers", columns=("name", "required", "attended", "missing"))
    assert [row[:4] for row in rows] == [["试老甲", 20, 19.5, "0.5 学时"]]
    attend(worker, dt.date(2026, 11, 2), 0.5)
    assert listed(client, "refresher_list", state="met") == ["试老甲"]


def test_lists_keep_to_the_reach_and_filter(client, officer, other_officer, clerk, firm, other_union):
    newcomer(firm, name="试新甲")
    newcomer(EmployerFactory(union=other_union), name="试外乙")
    client.force_login(officer)
    assert listed(client) == ["试新甲"]
    assert listed(client, employer=firm.pk) == ["试新甲"]
    client.force_login(other_officer)
    assert listed(client) == ["试外乙"]
    client.force_login(clerk)
    assert listed(client, union=other_union.pk) == ["试外乙"]
    assert listed(client, year="1999") == ["试新甲", "试外乙"]  # what cannot be read does not narrow a page


def test_lists_ask_as_often_for_three_people_as_for_one(client, officer, firm):
    SafetyProfileFactory(employer=firm)
    client.force_login(officer)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            newcomer(firm)
            newcomer(firm, dt.date(2025, 6, 8))
        for name in ("new_staff_list", "refresher_list"):
            client.get(reverse(f"training:{name}"))
            with CaptureQueriesContext(connection) as found:
                client.get(reverse(f"training:{name}"))
            counts.append(len(found))
    assert counts[:2] == counts[2:]


def test_the_firms_page_says_which_rule_is_used_and_why(client, officer, other_officer, group_member, firm):
    address = reverse("training:employer_safety", args=[firm.pk])
    client.force_login(officer)
    assert address in client.get(firm.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert "岗前安全培训不少于 24 学时，厂、车间、班组三级都要合格" in page
    assert "没有登记适用规则" in page
    create = reverse("training:safety_profile_create", args=[firm.pk])
    assert (
        "checked" in client.get(create).content.decode()
    )  # manufacturing: three levels unless said otherwise
    said = {**facts(start="2026-05-01"), "three_levels": "on"}
    assert client.post(create, said).url == firm.get_absolute_url()
    page = client.get(address).content.decode()
    assert "不少于 72 学时" in page
    assert "每年再培训不少于 20 学时" in page
    assert "安全生产许可证" in page
    assert client.post(create, said).status_code == 200
    profile = firm.safety_profiles.get()
    edit = reverse("training:safety_profile_edit", args=[profile.pk])
    assert client.post(edit, {"risk": "ORDINARY", "source": "更正", "version": "1"}).status_code == 302
    strike = reverse("training:safety_profile_strike", args=[profile.pk])
    assert client.post(strike, {"note": ""}).status_code == 200
    client.force_login(other_officer)
    for one in (address, create, edit, strike):
        assert client.get(one).status_code == 404
    client.force_login(group_member)
    assert client.get(address).status_code == 403
    assert address not in client.get(firm.get_absolute_url()).content.decode()


def test_c9_counts_new_staff_of_the_period_who_had_the_hours_at_the_cut_off(
    client, officer, clerk, firm, other_union
):
    c9 = indicators()["C9"]

    def measured(period, unions=None):
        figure = c9.measure(unions, period)
        return figure.numerator, figure.denominator

    assert measured(JUNE) == (0, 0)
    worker = newcomer(firm, name="试新甲")
    SafetyProfileFactory(employer=firm, risk="ORDINARY", three_levels=False)
    attend(worker, dt.date(2026, 6, 30), 20)
    attend(worker, dt.date(2026, 7, 1), 4)
    newcomer(firm, dt.date(2026, 7, 2), name="试新乙")
    assert (measured(JUNE), measured(YEAR)) == ((0, 1), (1, 2))
    own, other = (Union.objects.filter(pk=one.pk) for one in (firm.union, other_union))
    assert (measured(YEAR, own), measured(YEAR, other)) == ((1, 2), (0, 0))
    lines = describe("workers.employment", c9.records("denominator", None, YEAR), clerk)
    assert [(line.text, line.detail.split("，", 1)[1]) for line in lines] == [
        ("试新甲", "2026-06-08入职，已达标"),
        ("试新乙", "2026-07-02入职，尚缺 24 学时"),
    ]
    client.force_login(clerk)
    page = client.get(reverse("reports:indicator_records", args=["C9", "denominator"]), {"period": "2026"})
    assert page.content.decode().count(worker.get_absolute_url()) == 1
