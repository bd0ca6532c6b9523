"""D2 以赛晋级人数 and D2P 兑现率 against a plain count over random promises; the chart of the section."""

import datetime as dt
import random

import pytest

from competitions.models import Promise
from competitions.reporting import follow
from competitions.reporting.contests import ContestSection
from core.reporting import Period
from tests.factories.accounts import UserFactory
from tests.factories.contests import ContestFactory, EntrantFactory, EventFactory, PromiseFactory
from tests.factories.honours import HonourFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

PERIODS = [Period.parse(code) for code in ("2026-09", "2026-Q4", "2026")]
pytestmark = pytest.mark.django_db


def some_day(rng):
    return dt.date(2026, 8, 20) + dt.timedelta(days=rng.randint(0, 100))


def random_promises(rng, unions):
    """Promises of every kind and state to a few people who win several times; the facts beside each."""
    people = [WorkerFactory(employer=EmployerFactory(union=rng.choice(unions))) for _ in range(4)]
    by, facts = UserFactory(), []
    for _ in range(30):
        worker, union = rng.choice(people), rng.choice(unions)
        event = EventFactory(contest=ContestFactory(union=unions[0]))
        entrant = EntrantFactory(
            entry__event=event, entry__union=union, entry__state="admitted", worker=worker
        )
        gain = rng.choice(("skill", "skill", "honour"))
        said = (
            {"gain": gain, "level": "L4"}
            if gain == "skill"
            else {"gain": gain, "level": "", "honour_type": "GOLD"}
        )
        row = PromiseFactory(entrant=entrant, promised_on=some_day(rng), **said)
        state, day, valid = rng.choice(("promised", "delivered", "delivered", "waived")), some_day(rng), True
        close = {"state": state, "closed_by": by, "closed_at": dt.datetime.combine(day, dt.time(4), dt.UTC)}
        if state == "delivered":
            close["delivered_on"] = day
            if gain == "skill":
                valid = rng.random() < 0.7
                revoked = {} if valid else {"state": "revoked", "revoked_on": dt.date(2026, 12, 30)}
                proof = CertificateFactory(worker=worker, level="L4", issued_on=day, **revoked)
                close["certificate"] = proof.pk
            else:
                valid = rng.random() < 0.7
                honour = HonourFactory(
                    worker=worker,
                    type="GOLD",
                    year=1990 + len(facts),
                    state="verified" if valid else "entered",
                )
                close |= {"honour": honour, "document_number": "试验文号"}
        if state == "waived":
            close["waive_reason"] = "本人放弃"
        if state != "promised":
            Promise.objects.filter(pk=row.pk).update(**close)
        facts.append((row.pk, worker.pk, union.pk, gain, state, row.promised_on, day, valid))
    return facts


@pytest.mark.parametrize("seed", range(3))
def test_figures_agree_with_a_plain_count(seed, union, other_union):
    facts = random_promises(random.Random(seed), [union, other_union])
    for period in PERIODS:
        for place in (None, union, other_union):
            keys = None if place is None else [place.pk]
            inside = {union.pk, other_union.pk} if place is None else {place.pk}
            latest = {}
            for pk, worker, at, gain, state, _, day, valid in facts:
                if gain == "skill" and state == "delivered" and valid and period.start <= day <= period.end:
                    latest[worker] = max(latest.get(worker, (day, pk, at)), (day, pk, at))
            expected = {worker for worker, (_, _, at) in latest.items() if at in inside}
            found = follow.promoted(keys, period)
            assert (set(found.values_list("pk", flat=True)), found.count()) == (expected, len(expected))
            made = {
                pk
                for pk, _, at, _, state, promised_on, day, _ in facts
                if at in inside
                and promised_on <= period.end
                and not (state == "waived" and day <= period.end)
            }
            given = {
                row[0]
                for row in facts
                if row[0] in made and row[4] == "delivered" and row[6] <= period.end and row[7]
            }
            assert set(follow.promised(keys, period).values_list("pk", flat=True)) == made
            assert set(follow.delivered(keys, period).values_list("pk", flat=True)) == given


def test_lines_open_for_those_who_may_and_the_chart_adds_up(union, other_union, officer):
    event = EventFactory(contest=ContestFactory(union=union, state="finished"))
    mine = PromiseFactory(entrant=EntrantFactory(entry__event=event, entry__state="admitted"))
    theirs = PromiseFactory(
        entrant=EntrantFactory(
            entry__event__contest=ContestFactory(union=other_union), entry__state="admitted"
        )
    )
    lines = follow.promise_lines([mine, theirs], officer)
    assert [(line.text, bool(line.url)) for line in lines] == [
        (mine.entrant.worker.name, True),
        (theirs.entrant.worker.name, False),
    ]
    assert lines[0].detail == f"{event.contest.title}，高级工(三级)以上证书"
    chart = ContestSection().chart(None, Period.parse("2026-10"))
    assert [(one["name"], one["data"]) for one in chart["series"]] == [
        ("技能竞赛", [0] * 10 + [1, 0]),
        ("劳动竞赛", [0] * 12),
    ]
    assert ContestSection().chart(None, Period.parse("2025-10")) is None
