"""Terms of committees and certificates as legal persons."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.codes import legal_number
from core.errors import RuleError
from unions.models import LegalRegistration, Term, Union
from unions.rules import past_or_today
from unions.scoping import require_editable


@transaction.atomic
def add_term(*, union: Union, number: int, start: dt.date, years: int, by: User) -> Term:
    """Record an elected committee; a term has 3 or 5 years (工会法 16, legal numbers term.*)."""
    past_or_today(start)
    lengths = {int(legal_number(f"term.{kind}_years", on=start)) for kind in ("short", "long")}
    if years not in lengths:
        allowed = "或".join(f" {length} " for length in sorted(lengths))
        raise RuleError({"years": f"每届任期应为{allowed}年（工会法第十六条）"})
    last = union.terms.order_by("-start").first()
    if last and (start <= last.start or number <= last.number):
        raise RuleError(f"新一届应晚于已登记的第 {last.number} 届（{last.start} 选举）")
    term = Term(union=union, number=number, start=start, end=_years_later(start, years))
    term.full_clean()
    term.save()
    require_editable(term, by)
    audit.record(
        by, "unions.term", union, union_id=union.pk, term=term.number, start=str(start), end=str(term.end)
    )
    return term


@transaction.atomic
def add_registration(
    *, union: Union, number: str, start: dt.date, end: dt.date, by: User
) -> LegalRegistration:
    """Record a certificate as a legal person, the first or a renewed one (换证); earlier ones stay.

    Raises RuleError for unions that cannot register, and for days before those of the last certificate.
    """
    if not union.can_register:
        raise RuleError("该工会标记为不具备法人登记条件，请先修改工会资料")
    last = union.registrations.order_by("-start").first()
    if last and start <= last.start:
        raise RuleError({"start": f"应晚于现有证书 {last.number} 的有效期起（{last.start}）"})
    registration = LegalRegistration(union=union, number=number, start=start, end=end)
    registration.full_clean()
    registration.save()
    require_editable(registration, by)
    audit.record(
        by, "unions.registration", union, union_id=union.pk, number=number, start=str(start), end=str(end)
    )
    return registration


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return dt.date(day.year + years, 3, 1)
