"""What must hold between honours, studios, teams and the rules of their kinds."""

from django.db.models import F

from competitions.models import CollectiveHonour, Honour, HonourType, Studio, StudioMember, StudioProject
from competitions.rules.honours import TABLES
from core.invariants import unknown_codes

LIMIT = 20


def _codes_are_known() -> list[str]:
    rows = [(model, TABLES) for model in (Honour, CollectiveHonour, Studio)]
    rows.append((HonourType, {"code": "honour_type"}))
    return [
        fault
        for model, tables in rows
        for field, table in tables.items()
        for fault in unknown_codes(model, field, table)
    ]


def _teams_hold_honours_of_their_union() -> list[str]:
    rows = CollectiveHonour.objects.exclude(team=None).exclude(union=F("team__union")).order_by("pk")
    return [f"CollectiveHonour {pk}: of another union than its team" for pk in _keys(rows)]


def _leaders_are_no_members() -> list[str]:
    rows = StudioMember.objects.filter(left_on=None, worker=F("studio__leader")).order_by("pk")
    return [f"StudioMember {pk}: leads the studio" for pk in _keys(rows)]


def _projects_are_approved_in_their_year() -> list[str]:
    rows = StudioProject.objects.exclude(approved_on=None).exclude(approved_on__year=F("year")).order_by("pk")
    return [f"StudioProject {pk}: approved in another year" for pk in _keys(rows)]


def _keys(rows) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:LIMIT])


INVARIANTS = [
    ("codes of honours and studios exist", _codes_are_known),
    ("honours of teams lie in the union of the team", _teams_hold_honours_of_their_union),
    ("who leads a studio is not among its members", _leaders_are_no_members),
    ("projects of studios are approved in their year", _projects_are_approved_in_their_year),
]
