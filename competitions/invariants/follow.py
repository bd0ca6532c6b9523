"""What must hold between results, awards, rules and promises."""

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils.module_loading import import_string

from competitions.models import Award, Entitlement, Event, Promise, Result
from competitions.queries.follow import stripped
from competitions.rules.follow import ENTITLEMENT_TABLES, GAIN_TABLES
from core.invariants import unknown_codes

LIMIT = 20


def _said(model: str, rows, fault: str) -> list[str]:
    keys = rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"{model} {pk}: {fault}" for pk in keys]


def _ranked(entry: str):
    return Exists(
        Result.objects.filter(entry=OuterRef(entry), standing="ranked", event__phase=Event.Phase.FINAL)
    )


def _awards_rest_on_final_ranks() -> list[str]:
    loose = Award.objects.exclude(_ranked("entry")).exclude(_ranked("revoked_from"))
    strange = Award.objects.exclude(event=F("prize__event"))
    return _said("Award", loose, "no rank in a final result") + _said(
        "Award", strange, "prize of another event"
    )


def _promises_rest_on_final_ranks() -> list[str]:
    strange = Promise.objects.exclude(event=F("entrant__event"), union=F("entrant__entry__union"))
    return _said(
        "Promise", Promise.objects.exclude(_ranked("entrant__entry")), "no rank in a final result"
    ) + _said("Promise", strange, "not of the event and union of its entrant")


def _revoked_awards_promise_nothing() -> list[str]:
    open_ones = Promise.objects.filter(state="promised", entrant__entry__in=stripped())
    strange = Promise.objects.exclude(revoked_award=None).exclude(
        entrant__entry=F("revoked_award__revoked_from"), lapsed_on=F("revoked_award__revoked_on")
    )
    return _said("Promise", open_ones, "open although the award stands revoked") + _said(
        "Promise", strange, "lapsed by an award of another entry or day"
    )


def _levels_rest_on_certificates() -> list[str]:
    proofs = import_string(settings.LEVEL_PROOFS)()
    proof = proofs.filter(
        pk=OuterRef("certificate"), level__gte=OuterRef("level"), issued_on=OuterRef("delivered_on")
    )
    rows = Promise.objects.filter(gain="skill", state="delivered").exclude(Exists(proof))
    return _said("Promise", rows, "delivered without a verified certificate of the level")


def _honours_rest_on_records() -> list[str]:
    record = Q(honour__state="verified", honour__type=F("honour_type"), honour__awarded_on=F("delivered_on"))
    record &= Q(honour__worker=F("entrant__worker"))
    rows = Promise.objects.filter(gain="honour", state="delivered").exclude(record)
    return _said("Promise", rows, "delivered without a verified honour of the kind")


def _documents_have_their_scans() -> list[str]:
    rows = Promise.objects.filter(state="delivered", gain__in=["pay", "bonus"], papers=None)
    return _said("Promise", rows.filter(entrant__worker__anonymised_on=None), "delivered without a scan")


def _rules_confirmed_before_use() -> list[str]:
    rows = Promise.objects.filter(entitlement__confirmed_by=None).exclude(entitlement=None)
    return _said("Promise", rows, "by a rule that nobody confirmed")


def _codes_are_known() -> list[str]:
    tables = ((Entitlement, ENTITLEMENT_TABLES), (Promise, GAIN_TABLES))
    return [
        fault
        for model, named in tables
        for name, table in named.items()
        for fault in unknown_codes(model, name, table)
    ]


INVARIANTS = [
    ("awards rest on ranks of final results", _awards_rest_on_final_ranks),
    ("promises rest on ranks of final results", _promises_rest_on_final_ranks),
    ("revoked awards promise nothing", _revoked_awards_promise_nothing),
    ("levels reached after contests rest on verified certificates", _levels_rest_on_certificates),
    ("honours given for contests rest on verified records", _honours_rest_on_records),
    ("pay and bonuses given have a scan", _documents_have_their_scans),
    ("promises rest on confirmed rules", _rules_confirmed_before_use),
    ("codes of rules and promises exist", _codes_are_known),
]
