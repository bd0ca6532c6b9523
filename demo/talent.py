"""Masters and apprentices of the demo town, some over, some with an outcome; and skill leaders with allowances."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from demo.roll import BATCH, Roll
from training.models import AllowancePayment, Apprenticeship, SkillLeader
from workers.models import Standing

MASTERS, APPRENTICES = ("L4", "L5", "L6"), ("L0", "L2", "L3")
LEADING = ("L5", "L6", "L7", "L8")
GOALS = {"L0": "L2", "L2": "L3", "L3": "L4"}
TRADES = ("电工", "钳工", "装配钳工", "模具工")
# Days since the beginning, in turn; pairs last a year. Over with an outcome, about to end, waiting for an outcome.
AGES = (60, 500, 300, 120, 390, 200, 620, 20)
OUTCOMES = {500: "finished", 620: "unfinished"}
YEAR = 365
EVERY = 3  # a pair for each third master


def pair_up(roll: Roll, *, by: User, today: dt.date) -> int:
    """Apprentices for masters of the same firm, by place and not by chance; returns how many pairs."""
    firms: dict[int, tuple[list, list]] = {}
    for worker in roll.workers:
        if worker.standing == Standing.MEMBER and worker.employer_id:
            masters, learners = firms.setdefault(worker.employer_id, ([], []))
            if worker.skill_level in MASTERS:
                masters.append(worker)
            elif worker.skill_level in APPRENTICES:
                learners.append(worker)
    found = [pair for masters, learners in firms.values() for pair in zip(masters, learners, strict=False)]
    pairs = [_pair(place, *people, by, today) for place, people in enumerate(found[::EVERY])]
    Apprenticeship.objects.bulk_create(pairs, BATCH)
    return len(pairs)


def _pair(place: int, master, apprentice, by: User, today: dt.date) -> Apprenticeship:
    age = AGES[place % len(AGES)]
    start = today - dt.timedelta(days=age)
    outcome = OUTCOMES.get(age, "")
    return Apprenticeship(
        master=master,
        apprentice=apprentice,
        union_id=apprentice.union_id,
        trade=TRADES[place % len(TRADES)],
        goal_level=GOALS[apprentice.skill_level],
        signed_on=start - dt.timedelta(days=7),
        start=start,
        until=start + dt.timedelta(days=YEAR - 1),
        end=start + dt.timedelta(days=YEAR) if outcome else None,
        outcome=outcome,
        outcome_note="没有通过等级评价" if outcome == "unfinished" else "",
        entered_by=by,
    )


def appoint(roll: Roll, *, by: User, today: dt.date) -> int:
    """Every fourth master of grade two and above leads a group, some of them not yet confirmed by the town, and is
    paid month by month; returns how many."""
    masters = [
        worker
        for worker in roll.workers
        if worker.standing == Standing.MEMBER and worker.employer_id and worker.skill_level in LEADING
    ]
    leaders = [_leader(place, worker, by, today) for place, worker in enumerate(masters[::4])]
    SkillLeader.objects.bulk_create(leaders, BATCH)
    payments = [
        AllowancePayment(
            leader=leader,
            month=month,
            amount=leader.allowance,
            paid_on=month + dt.timedelta(days=9 + 31),
            payer="employer",
            entered_by=by,
        )
        for leader in leaders
        for month in _months(leader, today)
        if leader.state == "accepted"
    ]
    AllowancePayment.objects.bulk_create(payments, BATCH)
    return len(leaders)


def _leader(place: int, worker, by: User, today: dt.date) -> SkillLeader:
    start = (today - dt.timedelta(days=(100, 340, 700, 20)[place % 4])).replace(day=1)
    is_decided = place % 7 != 6
    return SkillLeader(
        worker=worker,
        union_id=worker.union_id,
        trade=TRADES[place % len(TRADES)],
        team=f"{TRADES[place % len(TRADES)]}技能攻关组",
        start=start,
        end=start.replace(year=start.year + (2 if place % 4 == 2 else 1)),
        allowance=(200, 300, 500)[place % 3],
        document_number=f"演示〔{start.year}〕{place + 1}号",
        state="accepted" if is_decided else "proposed",
        decided_by=by if is_decided else None,
        decided_at=timezone.now() if is_decided else None,
        entered_by=by,
    )


def _months(leader: SkillLeader, today: dt.date) -> list[dt.date]:
    """The months of the term that are over and were paid by the tenth of the next one."""
    months, month = [], leader.start
    while month < leader.end and month + dt.timedelta(days=9 + 31) <= today:
        months.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return months
