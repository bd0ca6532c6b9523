"""Days that lie some years or months away, reckoned by the database."""

from django.db.models import DateField, Expression, F, Func, IntegerField
from django.db.models.functions import Cast


def later(day: str, *, years=None, months=None) -> Expression:
    """The day so many years or months after the date in column ``day``; where the month is shorter, its last day
    (29 February a year on is 28 February). The number is an expression."""
    unit, number = ("years", years) if months is None else ("months", months)
    span = Func(
        Cast(number, IntegerField()),
        function="make_interval",
        template=f"%(function)s({unit} => %(expressions)s)",
    )
    return Cast(F(day) + span, DateField())
