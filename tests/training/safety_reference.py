"""Safety training of new staff and yearly refreshers once more, slowly: written from the law's words."""

import calendar
import datetime as dt
from decimal import Decimal

LAW_SINCE = dt.date(2006, 3, 1)
LEVELS = ("plant", "workshop", "team")


def months_on(day: dt.date, months: int) -> dt.date:
    """The day so many months on; where the month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def runs(start, end, day) -> bool:
    return start is not None and start <= day and (end is None or day < end)


def profile_of(profiles, firm, day):
    for row in profiles:
        if row.employer_id == firm and runs(row.start, row.end, day):
            return row
    return None


def hours_of(notes, worker, first, last) -> Decimal:
    total = Decimal(0)
    for note in notes:
        session = note.session
        if note.enrolment.worker_id == worker and session.training_class.kind == "SAFETY":
            total += Decimal(session.hours) if first <= session.on <= last else 0
    return total


def plain_new_staff(jobs, firms, profiles, notes, enrolments, first, last) -> dict:
    """Job → (hours asked for, hours attended, levels still missing) of new staff; ``firms`` by key."""
    found = {}
    for job in jobs:
        if job.start is None or not first <= job.start <= last or not runs(job.start, job.end, last):
            continue
        before = [
            row
            for row in jobs
            if row.pk != job.pk
            and (row.worker_id, row.employer_id) == (job.worker_id, job.employer_id)
            and row.end is not None
            and row.end <= job.start < months_on(row.end, 6)
        ]
        if before or job.start < LAW_SINCE:
            continue
        profile = profile_of(profiles, job.employer_id, job.start)
        three = profile.three_levels if profile else firms[job.employer_id].industry == "C"
        passed = {
            row.training_class.safety_level
            for row in enrolments
            if row.worker_id == job.worker_id
            and row.training_class.kind == "SAFETY"
            and row.result == "passed"
            and job.start <= row.completed_on <= last
        }
        asked = Decimal(72 if profile and profile.risk == "HIGH" else 24)
        missing = {level for level in LEVELS if level not in passed} if three else set()
        found[job.pk] = (asked, hours_of(notes, job.worker_id, job.start, last), missing)
    return found


def plain_refreshers(jobs, profiles, notes, year, today) -> dict:
    """Job → hours attended in the year, of those who are asked for 20."""
    first, last = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
    found = {}
    for job in jobs:
        profile = profile_of(profiles, job.employer_id, last)
        if runs(job.start, job.end, last) and job.start < first and profile and profile.risk == "HIGH":
            found[job.pk] = hours_of(notes, job.worker_id, first, last)
    return found
