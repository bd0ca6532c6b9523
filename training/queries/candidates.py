"""Reads over candidates: how they stand against their goal, in words and as conditions of a list."""

import datetime as dt

from django.utils import timezone

from training.models import Candidate
from training.models.nominations import Proposal

AT_GOAL, BELOW, EXPIRED, ALL = "at_goal", "below", "expired", "all"
STATES = [
    (AT_GOAL, "已达目标"),
    (BELOW, "培养中，未达目标"),
    (EXPIRED, "到期未登记结果"),
    *Candidate.Outcome.choices,
    *Proposal.choices,
    (ALL, "全部"),
]
TONES = {"reached": "success", "missed": "warning", "stopped": "neutral"}


def in_state(candidates, state: str, day: dt.date):
    """Candidates (``with_level``) that stand so on the day; nothing asked for: those without an outcome that were not
    refused."""
    running = candidates.accepted().filter(outcome="")
    if state == AT_GOAL:
        return candidates.accepted().at_goal()
    if state == BELOW:
        return running.below_goal().filter(until__gte=day)
    if state == EXPIRED:
        return running.filter(until__lt=day)
    if state in Candidate.Outcome.values:
        return candidates.filter(outcome=state)
    if state in Proposal.values:
        return candidates.filter(state=state)
    if state == ALL:
        return candidates
    return candidates.exclude(state=Proposal.REFUSED).filter(outcome="")


def standing(row, day: dt.date) -> str:
    """How the candidate stands on the day, in words."""
    if row.state != Proposal.ACCEPTED:
        return Proposal(row.state).label
    if row.outcome:
        return Candidate.Outcome(row.outcome).label
    reached = "已达目标" if row.current_level >= row.goal_level else "未达目标"
    if row.until < day:
        return f"到期，{reached}"
    return reached if reached == "已达目标" else "培养中"


def tone(row, day: dt.date) -> str:
    """Colour of the badge."""
    if row.state != Proposal.ACCEPTED:
        return "danger" if row.state == Proposal.REFUSED else "info"
    if row.outcome:
        return TONES[row.outcome]
    if row.current_level >= row.goal_level:
        return "success"
    return "danger" if row.until < day else "info"


def candidates_of(user):
    """Candidates in the user's reach with the people to show them and ``current_level``."""
    rows = Candidate.objects.visible_to(user).select_related("worker__union", "worker__employer", "mentor")
    rows = rows.defer("worker__phone", "worker__phone_index", "mentor__phone", "mentor__phone_index")
    return rows.with_level(timezone.localdate())
