"""Certificates of the demo town's people: most of those who declared a level hold one, some wait, a few are odd."""

import datetime as dt
import random

from django.utils import timezone

from accounts.models import User
from training.models import LEVELS, Certificate, Enrolment

BATCH = 2000
TRAINED = 900_000  # numbers of certificates gained by training begin here
ISSUERS = ("演示职业技能评价中心", "演示电器行业评价组织", "演示技工学校评价站")
DIGITS = {"L2": "5", "L3": "4", "L4": "3", "L5": "2", "L6": "1"}
SINGLE_SKILLS = ("直播销售", "工业机器人操作", "叉车装卸")
State = Certificate.State


def certify(workers, *, by: User, seed: int, today: dt.date) -> int:
    """Certificates for people with a declared level from grade five on; returns how many. Its own chance, so that
    the rest of the town stays what it was."""
    rng = random.Random(f"certificates {seed}")
    rows = []
    for worker in workers:
        if worker.skill_level in LEVELS and rng.random() < 0.86:
            rows.append(_certificate(worker, worker.skill_level, len(rows), by, rng, today))
        elif rng.random() < 0.01:
            rows.append(_certificate(worker, "", len(rows), by, rng, today))
    Certificate.objects.bulk_create(rows, BATCH)
    return len(rows)


def certify_trained(*, by: User, today: dt.date) -> int:
    """Certificates of who passed a class that leads to a level; returns how many. Of three people one holds none, so that
    results are seen with a certificate, without one, and with one whose day is not entered yet."""
    passed = Enrolment.objects.filter(result=Enrolment.Result.PASSED).exclude(training_class__level="")
    rows = passed.select_related("training_class").order_by("pk")
    made = []
    for place, row in enumerate(rows):
        issued = row.certified_on or row.completed_on + dt.timedelta(days=20)
        if place % 3 and issued <= today:
            made.append(_gained(row, issued, TRAINED + place, by))
    Certificate.objects.bulk_create(made, BATCH)
    return len(made)


def _gained(row: Enrolment, issued: dt.date, place: int, by: User) -> Certificate:
    trade, level = row.training_class.trade, row.training_class.level
    return Certificate(
        worker_id=row.worker_id,
        kind=Certificate.Kind.LEVEL,
        trade=trade,
        level=level,
        number=_number(level, issued.year, place, is_old=False),
        issuer=ISSUERS[0],
        issued_on=issued,
        state=State.VERIFIED,
        entered_by=by,
        decided_by=by,
        decided_at=timezone.now(),
    )


def _certificate(worker, level: str, place: int, by: User, rng: random.Random, today: dt.date) -> Certificate:
    youngest = worker.birth_date + dt.timedelta(days=18 * 366)
    span = max((today - youngest).days, 30)
    issued = today - dt.timedelta(days=rng.randint(10, min(span, 8 * 365)))
    state = rng.choices((State.VERIFIED, State.ENTERED, State.REFUSED), (90, 8, 2))[0]
    is_old = level and rng.random() < 0.15
    kind = Certificate.Kind.QUALIFICATION if is_old else Certificate.Kind.LEVEL
    odd = state == State.ENTERED and rng.random() < 0.3  # a digit read wrong, for the town to find
    decided = {} if state == State.ENTERED else {"decided_by": by, "decided_at": timezone.now()}
    return Certificate(
        worker=worker,
        kind=kind if level else Certificate.Kind.ABILITY,
        trade=rng.choice(("电工", "钳工", "焊工", "模具工", "装配钳工"))
        if level
        else rng.choice(SINGLE_SKILLS),
        level=level,
        number=_number(level, issued.year + (1 if odd else 0), place, is_old=is_old),
        issuer=rng.choice(ISSUERS),
        issued_on=issued,
        state=state,
        entered_by=by,
        decision_note="与发证机构网上查询结果不符" if state == State.REFUSED else "",
        **decided,
    )


def _number(level: str, year: int, place: int, *, is_old: bool) -> str:
    """In the form of its kind; body 000099 exists nowhere."""
    if not level:
        return f"YSZX{year}{place:06d}"
    if is_old:
        return f"{year % 100:02d}33{place:012d}"
    return f"S000033000099{year % 100:02d}{DIGITS[level]}{place:06d}"
