"""What must hold between rows of the tree, firms and posts; run by ``manage.py check_invariants``.

Texts name rows by their keys only: they may end up in an operator's log.
"""

from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from core.invariants import unknown_codes
from unions.models import COMMITTEES, FEDERATIONS, Coverage, Employer, OrgType, Placement, Post, Union
from unions.naming import employer_key
from unions.roles import Role
from unions.services.posts import ADMINISTRATORS, TOWN_ROLES

LIMIT = 20


def _paths_follow_parents() -> list[str]:
    own = Concat(Cast("pk", CharField()), Value("/"))
    expected = Union.objects.annotate(own=own, below=Concat(F("parent__path"), own))
    wrong = expected.filter(
        Q(parent=None) & ~Q(path=F("own")) | Q(parent__isnull=False) & ~Q(path=F("below"))
    )
    return [f"Union {pk}: path {path}" for pk, path in wrong.order_by("pk").values_list("pk", "path")[:LIMIT]]


def _parents_are_the_placements_in_effect() -> list[str]:
    last = Q(end=None, union__dissolved_on=None) | Q(end=F("union__dissolved_on"))
    told = Placement.objects.filter(last, union=OuterRef("pk"), parent=OuterRef("parent"))
    wrong = Union.objects.exclude(parent=None).filter(~Exists(told)).order_by("pk")
    found = [f"Union {pk}: parent differs from its placement" for pk in wrong.values_list("pk", flat=True)]
    roots = Placement.objects.filter(union__parent=None).order_by("pk").values_list("pk", flat=True)
    return [*found, *(f"Placement {pk} is of the root" for pk in roots)][:LIMIT]


def _placements_lie_within_the_life_of_the_union() -> list[str]:
    early = Q(union__founded_on__isnull=False) & (Q(start=None) | Q(start__lt=F("union__founded_on")))
    late = Q(union__dissolved_on__isnull=False) & (Q(end=None) | Q(end__gt=F("union__dissolved_on")))
    rows = Placement.objects.filter(early | late).order_by("pk").values_list("pk", flat=True)
    return [f"Placement {pk} lies outside the life of its union" for pk in rows[:LIMIT]]


def _dissolved_unions_are_empty() -> list[str]:
    gone = Union.objects.exclude(dissolved_on=None)
    covers = Exists(Coverage.objects.filter(union=OuterRef("pk"), end=None))
    heads = Exists(Union.objects.filter(parent=OuterRef("pk"), dissolved_on=None))
    full = [f"Union {pk} is dissolved but not empty" for pk in _keys(gone.filter(covers | heads))]
    merged = Union.objects.exclude(merged_into=None).filter(dissolved_on=None)
    return [*full, *(f"Union {pk} is merged but not dissolved" for pk in _keys(merged))][:LIMIT]


def _keys(rows) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:LIMIT])


def _one_root() -> list[str]:
    roots = list(Union.objects.filter(parent=None).values_list("pk", flat=True)[:LIMIT])
    return [] if len(roots) <= 1 else [f"Union {pk} is one of several without a parent" for pk in roots]


def _open_coverage_is_the_union_in_charge() -> list[str]:
    today = timezone.localdate()
    rows = Coverage.objects.on(today).exclude(union=F("employer__union")).order_by("pk")
    return [
        f"Employer {employer}: covered by union {union}, in the charge of {charge}"
        for employer, union, charge in rows.values_list("employer", "union", "employer__union")[:LIMIT]
    ]


def _federations_cover_no_firms() -> list[str]:
    rows = Coverage.objects.on(timezone.localdate()).filter(union__org_type__in=FEDERATIONS)
    return [
        f"Coverage {pk} belongs to a federation"
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    ]


def _own_unions_cover_one_firm() -> list[str]:
    open_rows = Count("coverages", filter=Q(coverages__end=None))
    rows = Union.objects.filter(org_type=OrgType.GRASSROOTS).annotate(firms=open_rows).filter(firms__gt=1)
    return [
        f"Union {pk} is of one firm but covers {firms}"
        for pk, firms in rows.order_by("pk").values_list("pk", "firms")[:LIMIT]
    ]


def _name_keys_follow_names() -> list[str]:
    rows = Employer.objects.order_by("pk").values_list("pk", "name", "name_key").iterator()
    return [f"Employer {pk}: name_key" for pk, name, key in rows if key != employer_key(name)][:LIMIT]


def _member_unions_hang_below_federations() -> list[str]:
    kinds = (*COMMITTEES, *FEDERATIONS, OrgType.ORGANISER, OrgType.STATION)
    rows = Union.objects.filter(parent__isnull=False, org_type__in=kinds)
    wrong = rows.exclude(parent__org_type__in=FEDERATIONS).order_by("pk").values_list("pk", "parent")
    return [f"Union {pk} hangs below union {parent}, no federation" for pk, parent in wrong[:LIMIT]]


def _roles_fit_their_unions() -> list[str]:
    running = Post.objects.filter(Q(end=None) | Q(end__gt=timezone.localdate()))
    wrong = running.filter(
        Q(role__in=TOWN_ROLES) & ~Q(union__parent=None)
        | Q(role=Role.OFFICER) & ~Q(union__org_type__in=COMMITTEES)
        | Q(role=Role.FEDERATION_OFFICER) & (~Q(union__org_type__in=FEDERATIONS) | Q(union__parent=None))
    )
    return [
        f"Post {pk}: {role} over union {union}"
        for pk, role, union in wrong.values_list("pk", "role", "union")[:LIMIT]
    ]


def _administrators_hold_one_role() -> list[str]:
    running = Q(posts__end=None) | Q(posts__end__gt=timezone.localdate())
    rows = (
        Post.objects.filter(role__in=ADMINISTRATORS)
        .filter(Q(end=None) | Q(end__gt=timezone.localdate()))
        .values("user")
    )
    users = Post._meta.get_field("user").related_model.objects.filter(pk__in=rows)
    mixed = users.annotate(roles=Count("posts__role", filter=running, distinct=True)).filter(roles__gt=1)
    return [
        f"User {pk} is administrator and more"
        for pk in mixed.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    ]


def _codes_exist() -> list[str]:
    tables = {"nature": "employer_nature", "economy": "economy_kind", "industry": "industry_section"}
    found = [text for field, table in tables.items() for text in unknown_codes(Employer, field, table)]
    return found + unknown_codes(Union, "org_type", "union_org_type")


INVARIANTS = [
    ("paths follow parents", _paths_follow_parents),
    ("parents are the placements in effect", _parents_are_the_placements_in_effect),
    ("placements lie within the life of the union", _placements_lie_within_the_life_of_the_union),
    ("dissolved unions are empty", _dissolved_unions_are_empty),
    ("the tree has one root", _one_root),
    ("open coverage is by the union in charge", _open_coverage_is_the_union_in_charge),
    ("federations cover no firms", _federations_cover_no_firms),
    ("a union of one firm covers one firm", _own_unions_cover_one_firm),
    ("name keys follow names", _name_keys_follow_names),
    ("member unions hang below federations", _member_unions_hang_below_federations),
    ("roles fit their unions", _roles_fit_their_unions),
    ("administrators hold one role", _administrators_hold_one_role),
    ("codes of firms and unions exist", _codes_exist),
]
