"""A wrong award is taken back by the town, is never used again, and another may be given in its place."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from competitions import services
from competitions.award_papers import code_of
from competitions.invariants.follow import INVARIANTS
from competitions.models import Award, Promise
from competitions.queries.follow import awarded, sums_of, winners, with_award
from competitions.queries.medals import final_events, with_medals
from competitions.queries.results import prize_of, public_results
from competitions.queries.summary import summary_of
from competitions.reporting import follow
from competitions.services.follow_people import erase_promises
from core.errors import RuleError
from core.reporting import Period
from tests.competitions.test_awards import ranked, url
from tests.competitions.test_promises import kept, scan
from tests.exchange.exports import rows_in_file
from tests.factories.contests import (
    AwardFactory,
    ContestFactory,
    EntitlementFactory,
    EventFactory,
    PrizeFactory,
    closed,
)
from tests.factories.training import CertificateFactory

DAY = dt.date(2026, 10, 1)
REASON = "报名材料查实不符"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 10, 8, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def event(town):
    contest = ContestFactory(
        union=town, title="2026年全镇电工竞赛", code="ROOT-S2026-01", is_open_below=True, state="running"
    )
    return EventFactory(contest=contest, title="电工")


@pytest.fixture
def people(event, union, clerk):
    """Ranks 1 and 2 with the prizes given: J001 and J002."""
    for position, title in enumerate(("一等奖", "二等奖"), start=1):
        PrizeFactory(event=event, position=position, title=title)
    rows = ranked(event, union, 1, 2)
    closed(event)
    services.give_awards(event=event, awarded_on=DAY, by=clerk)
    return rows


def faults():
    return [fault for _, rule in INVARIANTS for fault in rule()]


def award_of(row) -> Award:
    return Award.objects.get(entry=row.entry_id)


def revoked(row, clerk) -> Award:
    return services.revoke_award(award=award_of(row), reason=REASON, by=clerk)


def test_the_town_takes_an_award_back_for_a_reason_and_its_number_is_not_used_again(
    people, clerk, officer, event
):
    first, second = people
    award = award_of(first)
    with pytest.raises(PermissionDenied):
        services.revoke_award(award=award, reason=REASON, by=officer)
    with pytest.raises(RuleError, match="请写明事由"):
        services.revoke_award(award=award, reason="错", by=clerk)
    row = services.revoke_award(award=award, reason=REASON, by=clerk)
    assert (row.entry, row.revoked_from_id, row.revoked_on, row.revoked_by, row.revoke_reason) == (
        None,
        first.entry_id,
        dt.date(2026, 10, 8),
        clerk,
        REASON,
    )
    noted = AuditEntry.objects.get(action="competitions.award_revoke").details
    assert noted == {
        "event": event.pk,
        "award": award.pk,
        "code": "ROOT-S2026-01-J001",
        "reason": REASON,
        "lapsed": [],
        "undecided": [],
    }
    with pytest.raises(RuleError, match="获奖编号 ROOT-S2026-01-J001 已于 2026-10-08 撤销"):
        services.revoke_award(award=award, reason=REASON, by=clerk)
    with pytest.raises(RuleError, match="获奖编号 ROOT-S2026-01-J002 没有撤销"):
        services.give_again(award=award_of(second), prize=row.prize, awarded_on=DAY, by=clerk)
    revoked(second, clerk)
    with pytest.raises(RuleError, match="已经颁奖"):
        services.give_awards(event=event, awarded_on=DAY, by=clerk)
    lower, strange = event.prizes.get(title="二等奖"), PrizeFactory(event=EventFactory(contest=event.contest))
    with pytest.raises(RuleError, match="不是这个项目的奖项"):
        services.give_again(award=row, prize=strange, awarded_on=DAY, by=clerk)
    with pytest.raises(RuleError, match="颁发日期不能早于竞赛开始日期"):
        services.give_again(award=row, prize=lower, awarded_on=dt.date(2026, 8, 1), by=clerk)
    with pytest.raises(PermissionDenied):
        services.give_again(award=row, prize=lower, awarded_on=DAY, by=officer)
    new = services.give_again(award=row, prize=lower, awarded_on=DAY, by=clerk)
    assert (new.entry_id, new.prize, new.code) == (first.entry_id, lower, "ROOT-S2026-01-J003")
    with pytest.raises(RuleError, match="已重新颁发，获奖编号 ROOT-S2026-01-J003"):
        services.give_again(award=row, prize=lower, awarded_on=DAY, by=clerk)
    assert faults() == []


def test_lists_medals_papers_and_the_summary_leave_it_out(people, clerk, officer, event, union):
    first, second = people
    event.is_public = True
    event.save(update_fields=["is_public"])
    revoked(first, clerk)
    assert [row.pk for row in awarded(clerk)] == [second.pk]
    assert [line[0] for line in rows_in_file(officer, "awards")] == ["试获奖2"]
    [row] = with_medals(final_events(clerk))
    assert (row.first, row.second, row.third, row.ranked, row.awards) == (0, 1, 0, 2, 1)
    assert [prize_of(row) for row in public_results(event.pk)[1]] == ["", "二等奖"]
    found = summary_of(event.contest)
    assert found["medals"] == [{"union": union.name, "counts": [0, 1], "sum": 1}]
    assert [line[4] for line in found["tables"][0].rows] == ["", "二等奖"]
    assert [line[:2] for line in rows_in_file(officer, "revoked_awards")] == [
        ["ROOT-S2026-01-J001", "一等奖"]
    ]


def test_whoever_checks_a_revoked_certificate_sees_the_day_and_nothing_else(people, clerk, event):
    first = with_award(type(people[0]).objects.filter(pk=people[0].pk)).get()
    old = url("award_check", first.pk, code_of(first, first.entry.award))
    row = revoked(people[0], clerk)
    shown = Client().get(old)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "证书已撤销" in page
    assert "2026-10-08" in page
    for hidden in ("试***", first.worker.name, "一等奖", row.code, event.title, REASON):
        assert hidden not in page
    assert Client().get(url("award_check", first.pk, "0000-0000-0000")).status_code == 404
    new = services.give_again(award=row, prize=event.prizes.get(title="二等奖"), awarded_on=DAY, by=clerk)
    assert "证书已撤销" in Client().get(old).content.decode()
    page = Client().get(url("award_check", first.pk, code_of(first, new))).content.decode()
    assert ("证书属实" in page, "二等奖" in page) == (True, True)
    client = Client()
    client.force_login(clerk)
    assert client.get(url("award_paper", first.pk)).status_code == 200


def test_a_revoked_certificate_is_said_to_be_so_after_a_fact_on_it_was_corrected(people, clerk, event):
    first, second = (with_award(type(row).objects.filter(pk=row.pk)).get() for row in people)
    codes = [code_of(row, row.entry.award) for row in (first, second)]
    award = revoked(people[0], clerk)
    assert award.revoked_codes == codes[:1]
    event.title = "更正后的项目"
    event.save(update_fields=["title"])
    said = [
        Client().get(url("award_check", entrant.pk, code)).content.decode().split("<h1>")[1].split("</h1>")[0]
        for entrant, code in [(first, codes[0]), (second, codes[1]), (first, codes[1]), (second, codes[0])]
    ]
    assert said == ["证书已撤销", "没有核验到这份证书", "没有核验到这份证书", "没有核验到这份证书"]


def test_promises_lapse_or_wait_for_a_decision_and_come_back_with_another_award(
    people, clerk, officer, other_officer, event
):
    first, second = people
    EntitlementFactory(to_rank=2)
    services.propose(event=event, by=clerk)
    level = first.promises.get()
    bonus = services.promise(entrant=first, gain="bonus", amount=800, by=officer)
    bonus = kept(bonus, officer, delivered_on=DAY, delivered_amount=800, file=scan())
    pay = services.promise(entrant=first, gain="pay", detail="上调一级", by=officer)
    pay = services.waive_promise(promise=pay, version="1", reason="本人放弃领取", by=officer)
    row = revoked(first, clerk)
    noted = AuditEntry.objects.get(action="competitions.award_revoke").details
    assert (noted["lapsed"], noted["undecided"]) == ([level.pk], [bonus.pk])
    for one in (level, bonus, pay):
        one.refresh_from_db()
    assert (level.state, level.waive_reason, level.lapsed_on, level.closed_by) == (
        "waived",
        "获奖已撤销（ROOT-S2026-01-J001）",
        dt.date(2026, 10, 8),
        clerk,
    )
    assert (bonus.state, bonus.lapsed_on, bonus.delivered_amount) == ("delivered", dt.date(2026, 10, 8), 800)
    assert (pay.state, pay.revoked_award, pay.waive_reason) == ("waived", None, "本人放弃领取")
    assert sums_of(Promise.objects.filter(entrant=first), dt.date(2026, 10, 8)) == {
        "made": 0, "delivered": 0, "promised": 0, "waived": 2, "overdue": 0, "undecided": 1,
    }  # fmt: skip
    told = rows_in_file(clerk, "promises", columns=("standing",))
    assert sorted(said for [said] in told) == ["不再兑现", "不再兑现", "待兑现", "获奖已撤销，待处理"]
    assert list(winners(event)) == [second]
    assert services.propose(event=event, by=clerk) == 0
    with pytest.raises(RuleError, match="只能为取得名次"):
        services.promise(entrant=first, gain="bonus", amount=1, by=officer)
    for one in (level, bonus):
        with pytest.raises(RuleError, match="所依据的获奖已撤销"):
            services.reopen_promise(promise=one, version=str(one.version), reason=REASON, by=officer)
    asked = {"version": str(bonus.version), "settled": "reclaimed", "reason": "奖金已退回"}
    with pytest.raises(PermissionDenied):
        services.settle_promise(promise=bonus, by=other_officer, **asked)
    with pytest.raises(RuleError, match="不在等待撤销获奖后的处理"):
        services.settle_promise(promise=level, by=officer, **asked | {"version": str(level.version)})
    assert faults() == []
    services.give_again(award=row, prize=event.prizes.get(title="二等奖"), awarded_on=DAY, by=clerk)
    for one in (level, bonus):
        one.refresh_from_db()
        assert (one.is_lapsed, one.revived_on) == (False, dt.date(2026, 10, 8))
    assert (level.state, level.waive_reason, bonus.state) == ("promised", "", "delivered")
    assert faults() == []
    revoked(first, clerk)
    bonus.refresh_from_db()
    done = services.settle_promise(promise=bonus, by=officer, **asked | {"version": str(bonus.version)})
    assert (done.settled, done.settled_note, done.settled_by) == ("reclaimed", "奖金已退回", officer)
    again = award_of_revoked(first)
    services.give_again(award=again, prize=event.prizes.get(title="二等奖"), awarded_on=DAY, by=clerk)
    bonus.refresh_from_db()
    assert (bonus.is_lapsed, bonus.settled) == (True, "reclaimed")
    assert faults() == []


def award_of_revoked(row) -> Award:
    return Award.objects.filter(revoked_from=row.entry_id).latest("pk")


def test_figures_of_closed_periods_stay_and_later_ones_leave_it_out(people, clerk, officer, event):
    first, _ = people
    with time_machine.travel(dt.datetime(2026, 9, 25, 4, tzinfo=dt.UTC), tick=False):
        level = services.promise(entrant=first, gain="skill", level="L4", by=officer)
        proof = CertificateFactory(worker=first.worker, level="L4", issued_on=dt.date(2026, 9, 25))
        services.deliver_level(promise=level, version="1", certificate=proof.pk, by=officer)
        services.promise(entrant=first, gain="bonus", amount=800, by=officer)
    before, after, year = (Period.parse(code) for code in ("2026-09", "2026-10", "2026"))

    def figures(period):
        rows = (follow.promoted, follow.promised, follow.delivered)
        return [found(None, period).count() for found in rows]

    assert [figures(period) for period in (before, after, year)] == [[1, 2, 1], [0, 2, 1], [1, 2, 1]]
    revoked(first, clerk)
    assert [figures(period) for period in (before, after, year)] == [[1, 2, 1], [0, 0, 0], [0, 0, 0]]


def test_the_database_keeps_what_was_given_and_what_was_revoked(people, clerk):
    first, second = people

    def refused(change, words):
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            change()

    rows = Award.objects.filter(entry=first.entry)
    stays = "competitions_award stays"
    refused(rows.delete, stays)
    refused(lambda: rows.update(code="X"), stays)
    refused(lambda: rows.update(awarded_on=dt.date(2026, 12, 1)), stays)
    refused(lambda: rows.update(entry=None), "competitions_award_stands_or_revoked|rests on a rank")
    refused(
        lambda: rows.update(
            entry=None, revoked_from=first.entry, revoked_on=DAY, revoked_by=clerk, revoke_reason=""
        ),
        "competitions_award_stands_or_revoked",
    )
    row = revoked(first, clerk)
    rows = Award.objects.filter(pk=row.pk)
    refused(rows.delete, stays)
    refused(lambda: rows.update(revoked_on=DAY), stays)
    refused(lambda: rows.update(revoked_from=second.entry), stays)
    refused(
        lambda: rows.update(
            entry=first.entry, revoked_from=None, revoked_on=None, revoked_by=None, revoke_reason=""
        ),
        stays,
    )
    open_one = Promise.objects.create(
        entrant=second, event=second.event, union=second.entry.union, gain="bonus", amount=5,
        promised_on=DAY, created_by=clerk,
    )  # fmt: skip
    rows = Promise.objects.filter(pk=open_one.pk)
    refused(lambda: rows.update(revoked_award=row, lapsed_on=DAY), "competitions_promise_lapsed")
    refused(lambda: rows.update(settled="kept", settled_note="x"), "competitions_promise_settled")


def test_it_is_revoked_and_given_again_on_the_pages(client, people, clerk, officer, event):
    first, _ = people
    services.promise(entrant=first, gain="bonus", amount=800, by=officer)
    client.force_login(officer)
    assert "撤销</a>" not in client.get(url("award_list")).content.decode()
    client.force_login(clerk)
    assert url("award_revoke", first.pk) in client.get(url("award_list")).content.decode()
    page = client.get(url("award_revoke", first.pk)).content.decode()
    assert "待兑现的 1 项随之失效" in page
    faulty = client.post(url("award_revoke", first.pk), {"reason": ""})
    assert list(faulty.context["form"].errors) == ["reason"]
    client.post(url("award_revoke", first.pk), {"reason": REASON})
    row = award_of_revoked(first)
    assert url("award_again", row.pk) in client.get(url("revoked_award_list")).content.decode()
    sent = {"prize": event.prizes.get(title="二等奖").pk, "awarded_on": "2026-10-02"}
    client.post(url("award_again", row.pk), sent)
    page = client.get(url("revoked_award_list")).content.decode()
    assert ("ROOT-S2026-01-J003" in page, url("award_again", row.pk) in page) == (True, False)
    assert client.get(url("award_revoke", first.pk)).status_code == 200
    client.force_login(officer)
    page = client.get(url("revoked_award_list")).content.decode()
    assert (REASON in page, "重新颁发</a>" in page) == (True, False)


def test_what_was_delivered_is_settled_on_its_page(client, people, clerk, officer):
    first, _ = people
    bonus = services.promise(entrant=first, gain="bonus", amount=800, by=officer)
    bonus = kept(bonus, officer, delivered_on=DAY, delivered_amount=800, file=scan())
    revoked(first, clerk)
    client.force_login(officer)
    [listed] = client.get(url("promise_list"), {"state": "undecided"}).context["page"]
    assert (listed.pk, listed.tone) == (bonus.pk, "danger")
    assert "登记撤销后的处理" in client.get(bonus.get_absolute_url()).content.decode()
    bonus.refresh_from_db()
    client.post(
        url("promise_settle", bonus.pk),
        {"version": str(bonus.version), "settled": "kept", "reason": "奖金不再追回"},
    )
    page = client.get(bonus.get_absolute_url()).content.decode()
    assert ("不追回，奖金不再追回" in page, url("promise_settle", bonus.pk) in page) == (True, False)
    assert not client.get(url("promise_list"), {"state": "undecided"}).context["page"].items
    [listed] = client.get(url("promise_list"), {"state": "settled"}).context["page"]
    assert listed.pk == bonus.pk


def test_the_list_of_revoked_awards_asks_a_flat_number_of_queries(client, clerk, event, union):
    client.force_login(clerk)
    counts = []
    for place in (event, EventFactory(contest=event.contest)):
        for row in ranked(place, union, *((1,) if place == event else (1, 2, 3))):
            AwardFactory(entry=row.entry)
            revoked(row, clerk)
        client.get(url("revoked_award_list"))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("revoked_award_list"), {"q": place.title})
        counts.append((len(page.context["page"].items), len(asked)))
    assert [found for found, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_when_a_person_is_forgotten_the_reasons_go(people, clerk, officer):
    first, _ = people
    row = revoked(first, clerk)
    erase_promises([first.worker_id], [])
    row.refresh_from_db()
    assert row.revoke_reason == "已匿名化"


def test_not_even_the_holder_takes_back_an_award_of_its_own_contest(union, officer, clerk):
    place = EventFactory(contest=ContestFactory(union=union, level="E"))
    [row] = ranked(place, union, 1)
    award = AwardFactory(entry=row.entry)
    with pytest.raises(PermissionDenied):
        services.revoke_award(award=award, reason=REASON, by=officer)
    wrong = services.revoke_award(award=award, reason=REASON, by=clerk)
    with pytest.raises(PermissionDenied):
        services.give_again(award=wrong, prize=wrong.prize, awarded_on=DAY, by=officer)
