"""Reads over apprenticeships: how they stand, how many a master has, and what shows that the goal was reached."""

import datetime as dt

from training.models import Apprenticeship, Certificate
from workers.models import Worker

RUNNING, DUE, OVERDUE, COMING, ALL = "running", "due", "overdue", "coming", "all"
SOON_DAYS = 90
STATES = [
    (RUNNING, "在带"),
    (DUE, f"{SOON_DAYS} 天内期满"),
    (OVERDUE, "期满待登记结果"),
    (COMING, "未开始"),
    *Apprenticeship.Outcome.choices,
    (ALL, "全部"),
]
TONES = {"finished": "success", "unfinished": "warning", "stopped": "neutral"}


def in_state(pairs, state: str, day: dt.date):
    """Pairs that stand so on the day; ``all`` is everything."""
    if state in Apprenticeship.Outcome.values:
        return pairs.filter(outcome=state)
    if state == RUNNING:
        return pairs.in_force(day)
    if state == DUE:
        return pairs.in_force(day).filter(until__lte=day + dt.timedelta(days=SOON_DAYS))
    if state == OVERDUE:
        return pairs.open().filter(until__lt=day)
    if state == COMING:
        return pairs.open().filter(start__gt=day)
    return pairs


def standing(pair, day: dt.date) -> str:
    """How the pair stands on the day, in words."""
    if pair.outcome:
        return Apprenticeship.Outcome(pair.outcome).label
    if pair.until < day:
        return "期满待登记结果"
    if pair.start > day:
        return "未开始"
    left = (pair.until - day).days
    return f"在带，还有 {left} 天期满" if left <= SOON_DAYS else "在带"


def tone(pair, day: dt.date) -> str:
    """Colour of the badge."""
    if pair.outcome:
        return TONES[pair.outcome]
    if pair.until < day:
        return "danger"
    return "warning" if (pair.until - day).days <= SOON_DAYS else "info"


def load_of(master: Worker, day: dt.date) -> int:
    """How many apprentices the master has on the day, wherever they are."""
    return Apprenticeship.objects.in_force(day).filter(master=master).count()


def certificates_gained(pair: Apprenticeship, end: dt.date):
    """Certificates of the apprentice, verified by the town, issued from the first day to ``end``."""
    held = Certificate.objects.filter(worker=pair.apprentice_id, state=Certificate.State.VERIFIED)
    return held.filter(issued_on__range=(pair.start, end)).order_by("-issued_on", "-pk")


def pairs_of(user):
    """Pairs in the user's reach with the people to show them and the number of apprentices of the master."""
    rows = Apprenticeship.objects.visible_to(user).select_related(
        "master__union", "master__employer", "apprentice__union", "apprentice__employer"
    )
    return rows.defer("master__phone", "master__phone_index", "apprentice__phone", "apprentice__phone_index")
