"""Reads over selections and nominations: who stands in one, how the shares come out, and what a public notice says."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from competitions.models import Nomination, NoticeObjection, Selection, Team
from competitions.querysets.nominations import UNDECIDED
from competitions.rules.shares import Share, shares_of
from core.access import Permission
from unions.models import Employer, Union
from workers.picking import people_within

TONES = {
    "draft": "neutral",
    "withdrawn": "neutral",
    "submitted": "info",
    "returned": "warning",
    "shortlisted": "info",
    "refused": "danger",
    "recommended": "success",
    "awarded": "success",
    "declined": "warning",
}


@dataclass(frozen=True)
class NoticeLine:
    """What a public notice says of one: nothing that the notice on the wall does not say."""

    number: int
    name: str
    employer: str
    job: str
    position: str
    union: str


def nominations_of(user):
    """Nominations in the user's reach with what a list shows of them."""
    rows = Nomination.objects.visible_to(user).select_related(
        "worker", "employer", "team", "union", "selection"
    )
    return rows.defer("worker__phone", "worker__phone_index")


def in_selection(selection: Selection, user):
    """The nominations of the selection that the user sees, by union."""
    return nominations_of(user).filter(selection=selection).order_by("union__path", "pk")


def may_pick(selection: Selection, user):
    """People the user may put forward and who do not stand in the selection, by name."""
    taken = selection.nominations.filter(worker=OuterRef("pk"), state__in=UNDECIDED)
    return people_within(selection.union, user, Permission.EDIT_CONTESTS).exclude(Exists(taken))


def unions_that_nominate(selection: Selection, user):
    """Unions of the holder for which the user may put somebody forward."""
    return Union.objects.within(selection.union).within_reach(user, Permission.EDIT_CONTESTS).order_by("path")


def firms_that_may_stand(selection: Selection, user):
    """Firms that the user may put forward."""
    firms = Employer.objects.within_reach(user, Permission.EDIT_CONTESTS)
    return firms.filter(union__path__startswith=selection.union.path, closed_on=None).order_by("name")


def teams_that_may_stand(selection: Selection, user):
    """Teams that the user may put forward, and that are today."""
    teams = Team.objects.within_reach(user, Permission.EDIT_CONTESTS).on(timezone.localdate())
    teams = teams.filter(union__path__startswith=selection.union.path)
    return teams.select_related("employer").order_by("union__path", "name", "pk")


def keeps(selection: Selection, user) -> bool:
    """Whether the user holds the selection: makes the list and decides."""
    return Selection.objects.editable_by(user).filter(pk=selection.pk).exists()


def shares(selection: Selection, user, ticked: Iterable[int] = ()) -> list[Share]:
    """The shares over a list as it would be with the ticked nominations on it: for whoever holds the selection the town's
    list, for a union all it has put forward. Only nominations in the user's reach count."""
    rows = Nomination.objects.visible_to(user).filter(selection=selection)
    base = rows.on_the_list() if keeps(selection, user) else rows.standing()
    added = rows.filter(pk__in=list(ticked), state__in=UNDECIDED)
    found = rows.filter(Q(pk__in=base.values("pk")) | Q(pk__in=added.values("pk")))
    return shares_of(found, selection.categories, selection.shares.all())


def counts_of(selection: Selection, user) -> list[tuple[str, int]]:
    """(state in words, how many) of the nominations in the user's reach, in the order of the course."""
    rows = Nomination.objects.visible_to(user).filter(selection=selection).order_by().values_list("state")
    found = dict(rows.annotate(found=Count("pk")))
    return [(label, found[state]) for state, label in Nomination.State.choices if state in found]


def is_public(selection: Selection, day: dt.date) -> bool:
    """Whether the notice hangs on that day."""
    return (
        selection.phase == Selection.Phase.NOTICE and selection.notice_from <= day <= selection.notice_until
    )


def notice_lines(selection: Selection) -> list[NoticeLine]:
    """What the public notice of the selection says. Whoever reads it sees people of other unions: callers ask
    ``is_public`` first, or give it to whoever holds the selection."""
    rows = selection.nominations.on_the_list().select_related("worker", "employer", "team", "union")
    rows = rows.defer("worker__phone", "worker__phone_index").order_by("union__path", "pk")
    return [
        NoticeLine(
            number=number,
            name=row.name if row.worker_id or row.team_id else "",
            employer=row.employer.name if row.employer_id else "",
            job=row.job,
            position=row.get_position_display() if row.position else "",
            union=row.union.name,
        )
        for number, row in enumerate(rows, start=1)
    ]


def objections_of(nomination: Nomination, user):
    """What was said against the nomination, for whoever may read it."""
    rows = NoticeObjection.objects.visible_to(user).filter(nomination=nomination)
    return rows.select_related("recorded_by", "decided_by")
