"""Reads over skill leaders: how they stand on a day, and whose allowance of a month is still to be marked."""

import datetime as dt

from django.db.models import Exists, OuterRef

from training.models import AllowancePayment, SkillLeader
from training.models.nominations import Proposal

SOON_DAYS = 90
IN_TERM, ENDING, COMING, ENDED, ALL = "in_term", "ending", "coming", "ended", "all"
STATES = [
    (IN_TERM, "在聘"),
    (ENDING, f"{SOON_DAYS} 天内期满"),
    (COMING, "未开始"),
    (ENDED, "已期满"),
    *Proposal.choices,
    (ALL, "全部"),
]


def in_state(leaders, state: str, day: dt.date):
    """Leaders that stand so on the day; nothing asked for: those proposed, in term or to come."""
    if state in Proposal.values:
        return leaders.filter(state=state)
    if state == IN_TERM:
        return leaders.in_term(day)
    if state == ENDING:
        return leaders.in_term(day).filter(end__lte=day + dt.timedelta(days=SOON_DAYS))
    if state == COMING:
        return leaders.accepted().filter(start__gt=day)
    if state == ENDED:
        return leaders.accepted().filter(end__lte=day)
    if state == ALL:
        return leaders
    return leaders.exclude(state=Proposal.REFUSED).filter(end__gt=day)


def standing(leader, day: dt.date) -> str:
    """How the leader stands on the day, in words."""
    if leader.state != Proposal.ACCEPTED:
        return Proposal(leader.state).label
    if leader.end <= day:
        return "已期满" if not leader.end_note else "提前结束"
    if leader.start > day:
        return "未开始"
    left = (leader.end - day).days - 1
    return f"在聘，还有 {left} 天期满" if left < SOON_DAYS else "在聘"


def tone(leader, day: dt.date) -> str:
    """Colour of the badge."""
    if leader.state != Proposal.ACCEPTED:
        return "danger" if leader.state == Proposal.REFUSED else "info"
    if leader.end <= day or leader.start > day:
        return "neutral"
    return "warning" if (leader.end - day).days <= SOON_DAYS else "success"


def leaders_of(user):
    """Leaders in the user's reach with the people to show them and the last month paid."""
    rows = SkillLeader.objects.visible_to(user).select_related("worker__union", "worker__employer")
    return rows.defer("worker__phone", "worker__phone_index").with_paid_until()


def unpaid_of(user, month: dt.date):
    """Leaders whom the user keeps, in term on some day of the month, whose allowance of it is not marked as paid."""
    paid = AllowancePayment.objects.filter(leader=OuterRef("pk"), month=month)
    next_month = (month + dt.timedelta(days=32)).replace(day=1)
    rows = SkillLeader.objects.editable_by(user).accepted().filter(start__lt=next_month, end__gt=month)
    rows = rows.exclude(Exists(paid)).select_related("worker__union", "worker__employer")
    return rows.defer("worker__phone", "worker__phone_index").order_by("worker__union__path", "pk")
