"""How a permit stands on a day, in words and as conditions of a list."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from core.reminders import reminder_days
from training.models import Permit

EXPIRED, UNREVIEWED, OVERDUE, DUE = "expired", "unreviewed", "overdue", "due"
CURRENT, ALL = "current", "all"


def notice_days(on: dt.date) -> list[int]:
    """Days before the due day at which holders and officers are told, from the farthest to the due day itself."""
    return reminder_days("permit", on=on)


def state_choices() -> list[tuple[str, str]]:
    """The states of the list's filter with today's numbers of days; ``current`` goes without saying."""
    days = notice_days(timezone.localdate())
    return [
        (DUE, f"到期、未审或 {days[0]} 天内应办"),
        (OVERDUE, "到期或未审"),
        (EXPIRED, "已到期"),
        (UNREVIEWED, "逾期未审"),
        *((str(length), f"{length} 天内应办") for length in sorted(days) if length),
        (Permit.State.REPLACED, Permit.State.REPLACED.label),
        (Permit.State.REVOKED, Permit.State.REVOKED.label),
        (ALL, "全部（含已离会人员）"),
    ]


def in_state(permits, state: str, on: dt.date):
    """Permits that stand so on the day: those in use of people on the roll, narrowed, or closed ones."""
    if state == ALL:
        return permits
    permits = permits.of_people_on_roll()
    if state in (Permit.State.REPLACED, Permit.State.REVOKED):
        return permits.filter(state=state)
    permits = permits.active()
    if state.isdecimal():
        return permits.filter(due_on__gte=on, due_on__lte=on + dt.timedelta(days=int(state)))
    conditions = {
        OVERDUE: Q(due_on__lt=on),
        EXPIRED: Q(valid_until__lt=on),
        UNREVIEWED: Q(due_on__lt=on, valid_until__gte=on),
        DUE: Q(due_on__lte=on + dt.timedelta(days=notice_days(on)[0])),
    }
    return permits.filter(conditions[state]) if state in conditions else permits


def standing(permit, on: dt.date) -> str:
    """How the card stands on the day, with the days left or overdue."""
    if permit.state != Permit.State.ACTIVE:
        return Permit.State(permit.state).label
    left = (permit.due_on - on).days
    if permit.valid_until < on:
        return f"已到期 {(on - permit.valid_until).days:,} 天"
    if left < 0:
        return f"逾期未审 {-left:,} 天"
    what = "到期换证" if permit.due_on == permit.valid_until else "复审"
    return f"今天应{what}" if left == 0 else f"还有 {left:,} 天{what}"


def tone(permit, on: dt.date, near: int) -> str:
    """The colour of the tag that says it; ``near`` days are urgent."""
    if permit.state != Permit.State.ACTIVE:
        return "neutral"
    left = (permit.due_on - on).days
    return "danger" if left < 0 else "warning" if left <= near else "success"


def masked(tail: str) -> str:
    """Four dots and the last two characters of a number: it holds the holder's identity number (domain facts 17.3)."""
    return f"••••{tail[-2:]}" if tail else ""
