"""Pages of classes: each works, refuses strangers and readers, bad input, and asks a flat number of queries."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.listing import listings
from core.models import Code
from tests.exchange.exports import rows_in_file
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training import services
from training.models import Enrolment, TrainingClass

FACTS = {
    "title": "叉车工技能提升班", "kind": "SKILL", "starts_on": "2026-03-02", "ends_on": "2026-03-20",
    "trade": "叉车工", "capacity": "2",
}  # fmt: skip
DAY = dt.date(2026, 3, 20)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def own(union):
    return ClassFactory(union=union, title="甲厂电工班", trade="电工")


@pytest.fixture
def browser(client, officer):
    client.force_login(officer)
    return client


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def test_a_class_is_planned_opened_filled_and_finished_on_its_pages(browser, union, firm):
    people = WorkerFactory.create_batch(3, employer=firm)
    sent = browser.post(url("class_create"), FACTS | {"union": union.pk})
    planned = TrainingClass.objects.get()
    assert sent.url == planned.get_absolute_url()
    browser.post(url("class_move", planned.pk), {"move": "open"})
    page = browser.get(url("enrolment_create", planned.pk)).content.decode()
    assert [person.name for person in people if person.name not in page] == []
    browser.post(url("enrolment_create", planned.pk), {"worker": [person.pk for person in people]})
    assert planned.enrolments.enrolled().count() == 2
    browser.post(url("class_move", planned.pk), {"move": "start"})
    session = {"on": "2026-03-02", "starts_at": "08:30", "ends_at": "11:30", "hours": "4"}
    browser.post(url("session_create", planned.pk), session)
    first, second = planned.enrolments.enrolled()
    lines = {f"{row.pk}-version": row.version for row in (first, second)}
    lines |= {f"{first.pk}-result": "passed", f"{first.pk}-score": "91", f"{second.pk}-result": "absent"}
    assert browser.post(url("result_edit", planned.pk), lines).status_code == 302
    browser.post(url("class_move", planned.pk), {"move": "finish"})
    planned.refresh_from_db()
    first.refresh_from_db()
    assert (planned.state, first.result, first.completed_on) == ("finished", "passed", DAY)
    page = browser.get(planned.get_absolute_url()).content.decode()
    assert "培训人次 1 · 培训人数 1 · 合格 1 · 取证 0" in page
    assert "<dt>实际学时（课次合计）</dt><dd>4.0</dd>" in page


def test_a_repeated_post_creates_one_class(browser, union):
    for _ in range(2):
        browser.post(url("class_create"), FACTS | {"union": union.pk, "once": "the-key-of-this-form"})
    assert TrainingClass.objects.count() == 1


def test_bad_input_stands_beside_its_field(browser, union):
    page = browser.post(
        url("class_create"), FACTS | {"union": union.pk, "ends_on": "2026-02-30", "kind": "X"}
    )
    form = page.context["form"]
    assert set(form.errors) == {"ends_on", "kind"}
    late = browser.post(url("class_create"), FACTS | {"union": union.pk, "ends_on": "2026-03-01"})
    assert late.context["form"].non_field_errors() == ["结束日期不能早于开始日期"]
    assert not TrainingClass.objects.exists()


def test_a_class_of_a_foreign_union_is_not_planned(browser, other_union):
    page = browser.post(url("class_create"), FACTS | {"union": other_union.pk})
    assert "union" in page.context["form"].errors


def test_an_edit_and_a_clone(browser, own):
    facts = FACTS | {"version": "1", "place": "二楼会议室"}
    assert browser.post(url("class_edit", own.pk), facts).status_code == 302
    own.refresh_from_db()
    assert (own.place, own.version) == ("二楼会议室", 2)
    stale = browser.post(url("class_edit", own.pk), facts | {"place": "三楼"})
    assert "已被其他人修改" in stale.content.decode()
    clone = browser.post(url("class_clone", own.pk))
    planned = TrainingClass.objects.get(cloned_from=own)
    assert clone.url == url("class_edit", planned.pk)
    assert planned.starts_on == dt.date(2027, 3, 2)


def test_a_class_of_a_kind_out_of_use_is_not_cloned_and_says_why(browser, own):
    Code.objects.filter(table="training_kind", code=own.kind).update(valid_to=dt.date(2026, 1, 1))
    page = browser.post(url("class_clone", own.pk), follow=True)
    assert page.redirect_chain[-1][0] == own.get_absolute_url()
    assert "已于 2026-01-01 停用" in page.content.decode()
    assert TrainingClass.objects.get() == own


def test_strangers_and_readers_are_refused(client, other_officer, group_member, own):
    row = EnrolmentFactory(training_class=own)
    session = SessionFactory(training_class=own)
    addresses = [
        url("class_detail", own.pk), url("class_edit", own.pk), url("enrolment_create", own.pk),
        url("result_edit", own.pk), url("class_cancel", own.pk), url("session_create", own.pk),
    ]  # fmt: skip
    posts = [
        url("enrolment_withdraw", row.pk),
        url("session_delete", own.pk, session.pk),
        url("class_move", own.pk),
    ]
    for user, status in ((other_officer, 404), (group_member, 403)):
        client.force_login(user)
        assert {client.get(address).status_code for address in addresses} == {status}
        assert {client.post(address).status_code for address in posts} == {status}
    assert client.get(url("class_list")).status_code == 403


def test_a_class_that_is_over_offers_to_go_on(browser, own):
    for move in ("start", "finish"):
        browser.post(url("class_move", own.pk), {"move": move})
    assert 'value="resume"' in browser.get(own.get_absolute_url()).content.decode()
    done = browser.post(url("class_move", own.pk), {"move": "resume"}, follow=True).content.decode()
    assert "已恢复为进行中" in done
    assert 'value="finish"' in done


def test_a_session_is_corrected_on_its_page(browser, own):
    session = SessionFactory(training_class=own)
    address = url("session_edit", own.pk, session.pk)
    form = browser.get(address).context["form"]
    facts = {name: form[name].value() for name in form.fields} | {"hours": "3。5 学时", "starts_at": "09:00"}
    assert browser.post(address, facts).url == own.get_absolute_url()
    session.refresh_from_db()
    assert (session.hours, session.starts_at) == (3.5, dt.time(9))
    stale = browser.post(address, facts | {"hours": "2"}).content.decode()
    assert "已被其他人修改" in stale
    elsewhere = SessionFactory(training_class=ClassFactory(union=own.union))
    assert browser.get(url("session_edit", own.pk, elsewhere.pk)).status_code == 404


def test_one_more_session_is_proposed_after_the_latest(browser, own):
    address = url("session_create", own.pk)

    def proposed():
        form = browser.get(address).context["form"]
        return [form[name].value() for name in ("on", "starts_at", "ends_at", "hours", "teacher")]

    assert proposed() == [own.starts_on, None, None, None, own.teachers]
    latest = own.ends_on - dt.timedelta(days=1)
    SessionFactory(
        training_class=own, on=latest, starts_at=dt.time(13), ends_at=dt.time(16), teacher="试下午"
    )
    SessionFactory(training_class=own, on=latest, teacher="试上午")
    morning = [dt.time(8, 30), dt.time(11, 30), 4, "试上午"]
    assert proposed() == [own.ends_on, *morning]
    SessionFactory(training_class=own, on=own.ends_on, teacher="试上午")
    assert proposed() == [own.ends_on, *morning]


def test_a_session_is_deleted_only_through_its_own_class(browser, own, union):
    session = SessionFactory(training_class=ClassFactory(union=union))
    assert browser.post(url("session_delete", own.pk, session.pk)).status_code == 404
    assert browser.post(url("session_delete", session.training_class_id, session.pk)).status_code == 302
    assert session.training_class.sessions.count() == 0


def test_below_one_enrols_in_an_open_class_and_sees_only_ones_own_people(browser, town, firm, other_union):
    offered = ClassFactory(union=town, is_open_below=True, title="全镇安全班")
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union), name="试外人")
    EnrolmentFactory(training_class=offered, worker=stranger)
    mine = WorkerFactory(employer=firm)
    assert "试外人" not in browser.get(url("enrolment_create", offered.pk)).content.decode()
    browser.post(url("enrolment_create", offered.pk), {"worker": mine.pk})
    page = browser.get(offered.get_absolute_url()).content.decode()
    assert mine.name in page
    assert "试外人" not in page
    assert "编辑" not in page
    assert browser.get(url("class_edit", offered.pk)).status_code == 404
    row = offered.enrolments.get(worker=mine)
    browser.post(url("enrolment_withdraw", row.pk))
    row.refresh_from_db()
    assert row.state == Enrolment.State.WITHDRAWN


def test_people_are_found_by_pasted_names_and_by_union(browser, own, firm, union):
    wanted, other = WorkerFactory(employer=firm, name="试寻人"), WorkerFactory(employer=firm, name="试旁人")
    found = browser.post(url("enrolment_create", own.pk), {"action": "find", "text": "试寻人\n试无名"})
    assert found.context["picked"].people == [wanted]
    assert "有 1 行没有找到人" in found.content.decode()
    by_union = browser.post(url("enrolment_create", own.pk), {"action": "find", "union": union.pk})
    assert set(by_union.context["picked"].people) == {wanted, other}
    nobody = browser.post(url("enrolment_create", own.pk), {})
    assert "请勾选要报名的职工" in nobody.content.decode()
    taken = EnrolmentFactory(training_class=own, worker=other)
    again = browser.post(url("enrolment_create", own.pk), {"worker": other.pk})
    assert f"{taken.worker.name}已报名这个班次" in again.content.decode()


def test_a_wrong_line_of_results_is_shown_and_nothing_is_written(browser, own):
    TrainingClass.objects.filter(pk=own.pk).update(state="running")
    one, two = EnrolmentFactory.create_batch(2, training_class=own)
    sent = {
        f"{one.pk}-result": "passed",
        f"{one.pk}-version": "1",
        f"{two.pk}-result": "absent",
        f"{two.pk}-version": "1",
    }
    page = browser.post(url("result_edit", own.pk), sent | {f"{two.pk}-completed_on": "2026-03-20"})
    assert "没有结论或未参加的，不填写结业日期" in page.content.decode()
    page = browser.post(
        url("result_edit", own.pk), sent | {f"{two.pk}-score": "abc", f"{two.pk}-result": "夺冠"}
    )
    assert "有内容填写有误" in page.content.decode()
    assert not own.enrolments.exclude(result="").exists()
    TrainingClass.objects.filter(pk=own.pk).update(state="open")
    page = browser.post(url("result_edit", own.pk), sent)
    assert "开课之后再登记" in page.content.decode()


def test_results_are_held_against_the_certificates_on_the_roll(browser, own, firm, other_union):
    def enrol(worker, certified=None):
        facts = {"result": "passed", "completed_on": DAY, "certified_on": certified} if certified else {}
        return EnrolmentFactory(training_class=own, worker=worker, **facts)

    def hold(worker, month, **facts):
        facts = {"trade": "电工", "level": "L4", "issued_on": dt.date(2026, month, 1)} | facts
        CertificateFactory(worker=worker, **facts)

    blank, agreed, wrong, bare = WorkerFactory.create_batch(4, employer=firm)
    away = WorkerFactory(employer=EmployerFactory(union=other_union))
    for worker in (blank, agreed, wrong, away):
        hold(worker, 5)
    hold(blank, 4)
    for other in ({"trade": "钳工"}, {"level": "L3"}, {"state": "entered"}, {"state": "refused"}):
        hold(bare, 5, **other)
    hold(bare, 2)  # before the class began
    enrol(blank)
    enrol(agreed, dt.date(2026, 5, 1))
    for worker in (wrong, bare, away):
        enrol(worker, dt.date(2026, 6, 1))
    TrainingClass.objects.filter(pk=own.pk).update(level="L4")
    page = browser.get(url("result_edit", own.pk))
    april, may = dt.date(2026, 4, 1), dt.date(2026, 5, 1)
    assert [days for _, _, days in page.context["lines"]] == [[april, may], [may], [may], [], None]
    text = page.content.decode()
    assert 'data-certified="2026-04-01">证书 2026-04-01、2026-05-01<' in text
    assert text.count("data-certified=") == 1
    assert (text.count("证书为 2026-05-01"), text.count("没有相应的证书")) == (1, 1)
    TrainingClass.objects.filter(pk=own.pk).update(trade="")
    days = [days for _, _, days in browser.get(url("result_edit", own.pk)).context["lines"]]
    assert days[3] == [may]  # of any trade
    TrainingClass.objects.filter(pk=own.pk).update(level="")
    assert "没有相应的证书" not in browser.get(url("result_edit", own.pk)).content.decode()


def test_a_move_that_is_not_possible_says_why(browser, own):
    page = browser.post(url("class_move", own.pk), {"move": "finish"}, follow=True)
    assert "班次现在是“报名中”，不能改为“已结束”" in page.content.decode()
    page = browser.post(url("class_move", own.pk), {"move": "explode"}, follow=True)
    assert "没有选择要办理的事项" in page.content.decode()
    page = browser.post(url("class_cancel", own.pk), {"reason": "报名人数不足五人"}, follow=True)
    assert "班次已取消：报名人数不足五人" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"甲厂电工班", "甲厂法律班"}),
        ("q=电工", {"甲厂电工班"}),
        ("kind=LAW", {"甲厂法律班"}),
        ("state=planned", {"甲厂法律班"}),
        ("year=2026", {"甲厂电工班"}),
        ("year=1999", {"甲厂电工班", "甲厂法律班"}),
    ],
)
def test_the_list_is_filtered(browser, own, union, other_union, query, titles):
    ClassFactory(
        union=union, title="甲厂法律班", kind="LAW", state="planned",
        starts_on=dt.date(2025, 3, 2), ends_on=DAY,
    )  # fmt: skip
    ClassFactory(union=other_union, title="乙厂班")
    page = browser.get(f"{url('class_list')}?{query}")
    assert {row.title for row in page.context["page"]} == titles


def test_the_exported_file_holds_what_the_page_shows(browser, officer, own):
    EnrolmentFactory(training_class=own, result="passed", completed_on=DAY)
    rows = rows_in_file(officer, "classes", "q=电工")
    assert [row[0] for row in rows] == ["甲厂电工班"]
    assert rows[0][-3:] == [1, 0, 1]
    listing = listings()["classes"]
    assert listing.in_words(officer, QueryDict("q=电工")) == [("名称 / 编号 / 工种", "电工")]


@pytest.mark.parametrize("name", ["class_list", "class_detail", "enrolment_create", "result_edit"])
def test_the_number_of_queries_does_not_grow_with_the_rows(browser, firm, own, union, name):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url(name) if name == "class_list" else url(name, own.pk)).status_code == 200
        return len(seen)

    TrainingClass.objects.filter(pk=own.pk).update(level="L4")

    def add():
        ClassFactory(union=union)
        SessionFactory(training_class=own, on=dt.date(2026, 3, 2 + own.sessions.count()))
        EnrolmentFactory(training_class=own, worker=WorkerFactory(employer=firm))
        WorkerFactory(employer=firm)

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first


def test_the_summary_tells_attendances_from_people(browser, officer, own, union, other_union, firm):
    worker = WorkerFactory(employer=firm)
    law = ClassFactory(union=union, kind="LAW", title="甲厂法律班")
    for training_class in (own, law):
        EnrolmentFactory(training_class=training_class, worker=worker, result="passed", completed_on=DAY)
    EnrolmentFactory(training_class=law, result="failed", completed_on=dt.date(2026, 4, 1))
    EnrolmentFactory(training_class=ClassFactory(union=other_union), result="passed", completed_on=DAY)
    page = browser.get(url("class_summary"), {"year": "2026"})
    lines = [
        (line.title, line.classes, line.attendances, line.people, line.passed)
        for line in page.context["lines"]
    ]
    assert lines == [("技能提升培训", 1, 1, 1, 1), ("法律法规培训", 1, 2, 2, 1), ("合计", 2, 3, 2, 2)]
    march = {series["name"]: series["data"][2] for series in page.context["chart"]["series"]}
    assert march == {"培训人次": 2, "培训人数": 1}
    empty = browser.get(url("class_summary"), {"year": "2025"})
    assert [line.attendances for line in empty.context["lines"]] == [0]
    assert browser.get(url("class_summary"), {"year": "x"}).status_code == 200


def test_sessions_stand_in_the_order_of_their_days(browser, own):
    for day, hour in ((20, 13), (2, 13), (11, 8), (2, 8)):
        times = {"starts_at": dt.time(hour), "ends_at": dt.time(hour + 3)}
        SessionFactory(training_class=own, on=dt.date(2026, 3, day), **times)
    shown = [str(session) for session in browser.get(own.get_absolute_url()).context["sessions"]]
    assert shown == ["2026-03-02 08:00", "2026-03-02 13:00", "2026-03-11 08:00", "2026-03-20 13:00"]


def test_a_union_opens_the_classes_of_its_people_and_enrols_nobody_where_it_may_not(
    browser, clerk, town, firm, officer, other_officer
):
    person, colleague = WorkerFactory.create_batch(2, employer=firm)
    closed = ClassFactory(union=town, title="点名参加的班")
    stopped = ClassFactory(union=town, is_open_below=True, title="取消的班")
    for place in (closed, stopped):
        EnrolmentFactory(training_class=place, worker=person)
    services.cancel_class(training_class=stopped, reason="台风天气停课", by=clerk)
    linked = browser.get(url("enrolment_list")).content.decode()
    for place in (closed, stopped):
        assert f'href="{place.get_absolute_url()}"' in linked
        page = browser.get(place.get_absolute_url())
        assert person.name in page.content.decode()
        assert not page.context["can_enrol"]
        assert browser.get(url("enrolment_create", place.pk)).status_code == 404
    assert "台风天气停课" in page.content.decode()
    assert not TrainingClass.objects.offered_to(officer).exists()
    with pytest.raises(PermissionDenied):
        services.enrol(training_class=closed, workers=[colleague.pk], by=officer)
    assert not TrainingClass.objects.visible_to(other_officer).exists()
    left = browser.post(url("enrolment_withdraw", closed.enrolments.get().pk))
    assert browser.get(left.url).status_code == 200
