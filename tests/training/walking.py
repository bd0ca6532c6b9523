"""The clock of a permit once more, slowly: a walk day by day, written from the definition and nothing else."""

import datetime as dt

DAY = dt.timedelta(days=1)


def is_anniversary(day, start, years):
    """Some whole number of ``years`` after the start, the last of February for the 29th."""
    if day.year <= start.year or (day.year - start.year) % years:
        return False
    if (start.month, start.day) == (2, 29) and (day + DAY).day == 1 and day.month == 2:
        return True
    return (day.month, day.day) == (start.month, start.day)


def walked(issued_on, valid_until, rule, long_service, reviewed):
    """The first day of the life of the card that is a day of review nobody has settled, or its last day."""
    years = rule.long_review_years if long_service else rule.review_years
    day = issued_on + DAY
    while day < valid_until:
        settled = any((day - on).days <= rule.early_days for on in reviewed)
        if is_anniversary(day, issued_on, years) and not settled:
            return day
        day += DAY
    return valid_until
