"""An apprenticeship of the worker of ``union``, a term as skill leader with an allowance, and a nomination."""

import datetime as dt

from django.utils import timezone

from tests.factories.workers import WorkerFactory
from training.services import confirm_leader, enter_apprenticeship, nominate, pay_month, propose_leader


def make(cast) -> dict[str, int]:
    """``pair``: the worker learns from somebody of the same firm; ``leader``, ``payment``, ``candidate``."""
    officer, worker, today = cast["users"]["officer"], cast["worker"], timezone.localdate()
    pair = enter_apprenticeship(
        master=WorkerFactory(employer=cast["employer"]),
        apprentice=worker,
        by=officer,
        trade="电工",
        goal_level="L3",
        signed_on=today - dt.timedelta(days=40),
        start=today - dt.timedelta(days=30),
        until=today + dt.timedelta(days=300),
    )
    leader = propose_leader(
        worker=worker,
        by=officer,
        trade="电工",
        team="试验攻关组",
        start=today - dt.timedelta(days=30),
        until=today + dt.timedelta(days=300),
        allowance=300,
    )
    leader = confirm_leader(leader=leader, version="1", by=cast["users"]["clerk"])
    (payment,) = pay_month(
        amounts={leader.pk: 300}, month=today.replace(day=1), paid_on=today, payer="union", by=officer
    )
    candidate = nominate(
        worker=worker,
        by=officer,
        year=today.year,
        scope="town",
        trade="电工",
        mentor_name="试验学院导师",
        goal_level="L4",
        start=today - dt.timedelta(days=30),
        until=today + dt.timedelta(days=300),
    )
    return {"candidate": candidate.pk, "pair": pair.pk, "leader": leader.pk, "payment": payment.pk}
