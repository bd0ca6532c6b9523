"""Reads over honours, studios and teams that pages and lists share."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from competitions.models import CollectiveHonour, Honour, Studio
from core.access import Permission

KINDS = {"honour": Honour, "collective": CollectiveHonour, "studio": Studio}
RELATED = {
    "honour": ("worker__union", "worker__employer", "union", "entered_by", "decided_by"),
    "collective": ("union", "employer", "team", "entered_by", "decided_by"),
    "studio": ("union", "employer", "leader", "entered_by", "decided_by"),
}
SEALED = {
    "honour": ("worker__phone", "worker__phone_index"),
    "studio": ("leader__phone", "leader__phone_index"),
}
TITLES = "有效称号数"


def recognised(kind: str, user, permission: str):
    """Rows of a kind (KINDS) that the permission lets the user reach, with what their page shows. Honours of people
    who were anonymised are left out."""
    rows = KINDS[kind].objects.within_reach(user, permission).select_related(*RELATED[kind])
    rows = rows.filter(worker__anonymised_on=None) if kind == "honour" else rows
    return rows.defer(*SEALED.get(kind, ()))


def waiting(user) -> tuple:
    """The honours and studios that wait for this user's decision."""
    return tuple(
        model.objects.waiting().within_reach(user, Permission.DECIDE_CONTESTS) for model in KINDS.values()
    )


def with_titles(teams, day):
    """Annotates ``titles``: how many titles that count for model teams a team holds on the day."""
    held = CollectiveHonour.objects.valid_on(day).counting_as("model_team").filter(team=OuterRef("pk"))
    counted = held.order_by().values("team").annotate(found=Count("pk")).values("found")
    return teams.annotate(titles=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
