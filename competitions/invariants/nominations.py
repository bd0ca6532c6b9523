"""What must hold between selections, the nominations in them, and the people and firms these are about."""

from django.db.models import F, Q

from competitions.models import Nomination, Selection, SelectionShare, ShareRule
from competitions.models.selections import OF_GROUPS, OF_PEOPLE
from core.invariants import unknown_codes

LIMIT = 20


def _nominations_are_of_their_kind() -> list[str]:
    person = Q(subject=Nomination.Subject.PERSON)
    wrong = (person & Q(selection__is_collective=True)) | (~person & Q(selection__is_collective=False))
    keys = Nomination.objects.filter(wrong).order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"Nomination {pk}: not of the kind its selection is for" for pk in keys]


def _nominated_people_are_people() -> list[str]:
    rows = Nomination.objects.filter(worker__merged_into__isnull=False).order_by("pk")
    return [f"Nomination {pk}: of a merged record" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _nominations_have_come_as_far_as_their_selection() -> list[str]:
    early = Nomination.objects.filter(
        state__in=["recommended", "awarded", "declined"], selection__phase__in=["planned", "open", "notice"]
    )
    late = Nomination.objects.filter(state="shortlisted", selection__phase__in=["decided", "sent"])
    return [
        f"Nomination {pk}: {why}"
        for rows, why in ((early, "decided before its selection"), (late, "still only on the list"))
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    ]


def _no_objection_is_open_behind_a_decision() -> list[str]:
    rows = Nomination.objects.filter(
        objections__state="open", selection__phase__in=[Selection.Phase.DECIDED, Selection.Phase.SENT]
    )
    keys = rows.order_by("pk").values_list("pk", flat=True).distinct()[:LIMIT]
    return [f"Nomination {pk}: an objection is open though the list is decided" for pk in keys]


def _shares_are_of_their_kind() -> list[str]:
    wrong = Q(selection__is_collective=True) & ~Q(category__in=OF_GROUPS)
    wrong |= Q(selection__is_collective=False) & ~Q(category__in=OF_PEOPLE)
    keys = SelectionShare.objects.filter(wrong).order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"SelectionShare {pk}: counts what its selection does not put forward" for pk in keys]


def _granted_honours_are_of_whoever_was_put_forward() -> list[str]:
    wrong = ~Q(honour=None) & ~Q(honour__worker=F("worker"))
    team, firm = Q(subject=Nomination.Subject.TEAM), Q(subject=Nomination.Subject.EMPLOYER)
    wrong |= team & ~Q(collective_honour=None) & ~Q(collective_honour__team=F("team"))
    wrong |= firm & ~Q(collective_honour=None) & ~Q(collective_honour__employer=F("employer"))
    keys = Nomination.objects.filter(wrong).order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"Nomination {pk}: the honour is of somebody else" for pk in keys]


def _granted_honours_name_their_document() -> list[str]:
    wrong = Q(honour__document_number="", worker__anonymised_on=None) | Q(
        collective_honour__document_number=""
    )
    keys = Nomination.objects.filter(wrong).order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"Nomination {pk}: its honour names no document" for pk in keys]


INVARIANTS = (
    ("nominations are of the kind their selection is for", _nominations_are_of_their_kind),
    ("people put forward are not signs of merged records", _nominated_people_are_people),
    ("nominations have come as far as their selection", _nominations_have_come_as_far_as_their_selection),
    ("no objection is open behind a decided list", _no_objection_is_open_behind_a_decision),
    ("shares count what their selection puts forward", _shares_are_of_their_kind),
    (
        "honours that were granted are of whoever was put forward",
        _granted_honours_are_of_whoever_was_put_forward,
    ),
    ("honours that were granted name their document", _granted_honours_name_their_document),
    (
        "honours of selections exist",
        lambda: (
            unknown_codes(Selection, "honour_type", "honour_type")
            + unknown_codes(ShareRule, "honour_type", "honour_type")
        ),
    ),
)
