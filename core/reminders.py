"""The steps of reminders: so many days before something is due, as dated numbers, from the farthest to the day itself."""

import datetime as dt
from collections.abc import Sequence

from core.codes import legal_number

STEPS = ("far", "middle", "near", "last")


def reminder_days(what: str, *, on: dt.date) -> list[int]:
    """Days before the due day at which officers are reminded, the most first: the numbers ``<what>.far_days`` to
    ``<what>.last_days`` in force on the day."""
    return sorted((int(legal_number(f"{what}.{name}_days", on=on)) for name in STEPS), reverse=True)


def step_of(steps: Sequence[int], due_on: dt.date, today: dt.date) -> int:
    """The smallest step that is not below the days left: what is entered twenty days ahead is at the step of thirty
    days and gets none before it, and what is overdue is at the last. The caller asks within the farthest step."""
    left = max((due_on - today).days, 0)
    return min(step for step in steps if step >= left)
