"""What must hold between permits and their reviews; run by ``manage.py check_invariants``."""

from core.invariants import unknown_codes
from training.models import Permit
from training.rules.permit_clock import ClockRules
from training.rules.permits import number_columns

LIMIT = 20
# Opening every sealed value of a large town takes long; a spread of rows finds a broken writer all the same.
SAMPLE = 500


def _dues_follow_reviews() -> list[str]:
    rules, found = ClockRules(), []
    for permit in Permit.objects.prefetch_related("reviews").defer("number").order_by("pk").iterator(1000):
        rule = rules.on(permit.issued_on)
        passed = [review.on for review in permit.reviews.all() if review.passed]
        due = rule and rule.next_due(
            permit.issued_on, permit.valid_until, long_service=permit.long_service, reviewed=passed
        )
        if due != permit.due_on:
            found.append(f"Permit {permit.pk}: due on {permit.due_on}, its reviews say {due}")
        if len(found) == LIMIT:
            break
    return found


def _indexes_fit_numbers() -> list[str]:
    rows = Permit.objects.exclude(number=None).order_by("?")[:SAMPLE]
    return [
        f"Permit {permit.pk}: index or tail does not belong to its number"
        for permit in rows
        if number_columns(permit.number)
        != {
            "number": permit.number,
            "number_index": bytes(permit.number_index),
            "number_tail": permit.number_tail,
        }
    ][:LIMIT]


def _one_card_in_use() -> list[str]:
    seen, found = set(), []
    rows = Permit.objects.active().order_by("pk").values_list("pk", "worker", "category", "item")
    for pk, *card in rows.iterator():
        if tuple(card) in seen:
            found.append(f"Permit {pk}: another card of the same category and item is in use")
        seen.add(tuple(card))
    return found[:LIMIT]


PERMIT_INVARIANTS = [
    ("permits are due when their reviews say", _dues_follow_reviews),
    ("permit numbers fit their indexes", _indexes_fit_numbers),
    ("of one kind of permit a person has one in use", _one_card_in_use),
    ("categories of permits are known", lambda: unknown_codes(Permit, "category", "permit_category")),
]
