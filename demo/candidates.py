"""Candidates of the demo town: two lists of this year, most of them accepted, with notes."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from demo.roll import BATCH, Roll
from training.models import Candidate, CandidateNote
from workers.models import Standing

GOALS = {"L3": "L4", "L4": "L5", "L5": "L6"}
EVERY = 9
TRADE = "电工"


def nominate_some(roll: Roll, *, by: User, today: dt.date) -> int:
    """Every ninth skilled member stands on a list, by place and not by chance; returns how many."""
    skilled = [
        worker
        for worker in roll.workers
        if worker.standing == Standing.MEMBER and worker.employer_id and worker.skill_level in GOALS
    ]
    rows = [_candidate(place, worker, by, today) for place, worker in enumerate(skilled[::EVERY])]
    Candidate.objects.bulk_create(rows, BATCH)
    CandidateNote.objects.bulk_create(
        [
            CandidateNote(
                candidate=row, year=row.start.year, text="参加技能提升培训，跟岗学习三个月", written_by=by
            )
            for row in rows[::3]
            if row.state == "accepted"
        ],
        BATCH,
    )
    return len(rows)


def _candidate(place: int, worker, by: User, today: dt.date) -> Candidate:
    start = today - dt.timedelta(days=(150, 250, 420)[place % 3])
    is_decided = place % 5 != 4
    return Candidate(
        worker=worker,
        union_id=worker.union_id,
        year=start.year,
        batch="第一批",
        scope="city" if place % 4 == 3 else "town",
        trade=TRADE,
        mentor_name="演示技工学校指导教师",
        goal_level=GOALS[worker.skill_level],
        start=start,
        until=start + dt.timedelta(days=364),
        start_level=worker.skill_level,
        state="accepted" if is_decided else "proposed",
        decided_by=by if is_decided else None,
        decided_at=timezone.now() if is_decided else None,
        entered_by=by,
    )
