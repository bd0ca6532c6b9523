"""Learning outside the unions' own classes in the demo town: results of the platform, and some reported training."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from demo.roll import BATCH
from training.models import OutsideLearning
from workers.models import Standing

PLATFORM = ("安全生产网上公开课", "职业道德与工匠精神", "劳动法律知识三十讲", "智能制造基础")
REPORTED = (("企业班组长研修", "SKILL"), ("急救员取证培训", "SAFETY"), ("开放大学专科课程", "DEGREE"))
ONE_IN, REPORTED_ONE_IN = 9, 70
State = OutsideLearning.State


def fill_learning(workers, *, by: User, today: dt.date) -> int:
    """Every ninth member learned on the platform, a few reported a training of their own; returns how many rows."""
    members = [worker for worker in workers if worker.standing == Standing.MEMBER]
    rows = [_on_platform(worker, place, by, today) for place, worker in enumerate(members[::ONE_IN])]
    rows += [_reported(worker, place, by, today) for place, worker in enumerate(members[4::REPORTED_ONE_IN])]
    OutsideLearning.objects.bulk_create(rows, BATCH)
    return len(rows)


def _on_platform(worker, place: int, by: User, today: dt.date) -> OutsideLearning:
    has_failed = place % 12 == 7
    return OutsideLearning(
        worker=worker, union_id=worker.union_id, source=OutsideLearning.Source.PLATFORM, state=State.APPROVED,
        title=PLATFORM[place % len(PLATFORM)], organiser="市总学习平台", kind="ONLINE", hours=2 + place % 3 * 2,
        completed_on=today - dt.timedelta(days=5 + place * 7 % 300), result="failed" if has_failed else "passed",
        score=52 if has_failed else 70 + place % 29, account_bound=place % 10 != 3, entered_by=by,
    )  # fmt: skip


def _reported(worker, place: int, by: User, today: dt.date) -> OutsideLearning:
    title, kind = REPORTED[place % len(REPORTED)]
    state = (State.APPROVED, State.ENTERED, State.APPROVED, State.REFUSED)[place % 4]
    decided = {} if state == State.ENTERED else {"decided_by": by, "decided_at": timezone.now()}
    return OutsideLearning(
        worker=worker, union_id=worker.union_id, source=OutsideLearning.Source.SELF, state=state, title=title,
        organiser="演示培训机构", kind=kind, hours=16, completed_on=today - dt.timedelta(days=20 + place * 11 % 200),
        decision_note="没有结业证明" if state == State.REFUSED else "", entered_by=by, **decided,
    )  # fmt: skip
