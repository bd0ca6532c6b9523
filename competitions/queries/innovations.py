"""Reads over innovations: who made them, who could be named, and what a person made."""

from django.db.models import Exists, OuterRef, Prefetch

from competitions.models import Consent, Contributor, Innovation, Promotion
from core.access import Permission
from unions.models import Employer
from workers.models import Worker
from workers.picking import people_within


def innovations_of(user):
    """Innovations of the unions in reach, with union, firm and the author's name."""
    rows = Innovation.objects.within_reach(user, Permission.VIEW_CONTESTS)
    return rows.select_related("union", "employer").with_lead()


def people_of(innovation: Innovation, user) -> list[Contributor]:
    """Who made it, as far as the user may know: the author first, each with ``consent`` (in force or None), the number
    of forms kept, and whether the person's page opens."""
    seen = Exists(Worker.objects.visible_to(user).filter(pk=OuterRef("worker")))
    rows = Contributor.objects.visible_to(user).filter(innovation=innovation).annotate(opens=seen)
    rows = rows.select_related("worker__employer", "worker__union").defer(
        "worker__phone", "worker__phone_index"
    )
    forms = Consent.objects.order_by("-pk")
    found = list(rows.prefetch_related(Prefetch("consents", queryset=forms, to_attr="forms")))
    for row in found:
        row.innovation = innovation
        row.consent = next((form for form in row.forms if form.withdrawn_on is None), None)
    return found


def candidates(innovation: Innovation, user):
    """People of the innovation's union who are not named in it, by name."""
    named = innovation.contributors.filter(worker=OuterRef("pk"))
    people = people_within(innovation.union, user, Permission.EDIT_CONTESTS)
    return people.exclude(Exists(named))


def promotions_of(innovation: Innovation, user) -> list[Promotion]:
    """Where a method was taken over, as far as the user may see: all of it for the method's own union, one's own part
    for the others. ``keeps`` says whether the user keeps the unit's union."""
    kept = Exists(Promotion.objects.editable_by(user).filter(pk=OuterRef("pk")))
    rows = Promotion.objects.visible_to(user).filter(innovation=innovation).annotate(keeps=kept)
    return list(rows.select_related("union", "employer", "confirmed_by"))


def contributions_of(worker: Worker, user) -> list[Contributor]:
    """What a person made, the newest first; ``opens`` says whether the innovation's page opens for the user."""
    seen = Exists(Innovation.objects.visible_to(user).filter(pk=OuterRef("innovation")))
    rows = Contributor.objects.visible_to(user).filter(worker=worker).annotate(opens=seen)
    return list(rows.select_related("innovation__union").order_by("-innovation__entered_at", "-pk"))


def firms_for(user):
    """Firms that the user may name."""
    return Employer.objects.within_reach(user, Permission.EDIT_CONTESTS).order_by("name")
