"""What must hold between innovations, the people in them, and what is shown of them."""

from django.db.models import Exists, OuterRef

from competitions.models import Contributor, Innovation, Promotion, Publication
from competitions.rules.innovations import INNOVATION_TABLES
from core.invariants import unknown_codes

LIMIT = 20


def _accepted_ones_have_an_author() -> list[str]:
    leads = Contributor.objects.filter(innovation=OuterRef("pk"), role=Contributor.Role.LEAD)
    keys = Innovation.objects.accepted().filter(~Exists(leads)).order_by("pk").values_list("pk", flat=True)
    return [f"Innovation {pk}: accepted without an author" for pk in keys[:LIMIT]]


def _only_what_may_be_shown_is_published() -> list[str]:
    hidden = Publication.objects.exclude(pk__in=Publication.objects.on_show().values("pk"))
    return [
        f"Publication {pk}: of what may not be shown"
        for pk in hidden.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    ]


def _promotions_are_of_methods_to_other_units() -> list[str]:
    rows = Promotion.objects.exclude(pk__in=Promotion.objects.elsewhere().values("pk"))
    wrong = rows | Promotion.objects.exclude(innovation__kind=Innovation.Kind.METHOD)
    keys = wrong.order_by("pk").values_list("pk", flat=True)
    return [f"Promotion {pk}: not of a method to another unit" for pk in keys[:LIMIT]]


def _contributors_are_people() -> list[str]:
    rows = Contributor.objects.exclude(worker__merged_into=None).order_by("pk")
    return [f"Contributor {pk}: of a merged record" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _codes_are_known() -> list[str]:
    return [
        fault
        for field, table in INNOVATION_TABLES.items()
        for fault in unknown_codes(Innovation, field, table)
    ]


INVARIANTS = [
    ("accepted innovations have an author", _accepted_ones_have_an_author),
    ("only reviewed innovations with a consent in force are published", _only_what_may_be_shown_is_published),
    ("methods are taken over by other units than their own", _promotions_are_of_methods_to_other_units),
    ("those who made innovations are people, not signs of merged records", _contributors_are_people),
    ("codes of innovations exist", _codes_are_known),
]
