"""What must hold between key posts, their holders, bases and classes; run by ``manage.py check_invariants``."""

from django.db.models import F, Q

from core.invariants import unknown_codes
from training.models import KeyPost, KeyPostHolder, TrainingBase, TrainingClass
from training.rules.key_posts import most_at_once

LIMIT = 20


def _holders_lie_within_their_post() -> list[str]:
    late = Q(key_post__end__isnull=False) & (Q(end=None) | Q(end__gt=F("key_post__end")))
    rows = KeyPostHolder.objects.filter(Q(start__lt=F("key_post__start")) | late).order_by("pk")
    return [f"KeyPostHolder {pk}: outside its post" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _nobody_holds_a_seat_that_is_not_there() -> list[str]:
    found = []
    for post in KeyPost.objects.prefetch_related("holders").order_by("pk").iterator(1000):
        most = most_at_once((row.start, row.end) for row in post.holders.all())
        if most > post.seats:
            found.append(f"KeyPost {post.pk}: {most} holders at once on {post.seats} seats")
    return found[:LIMIT]


def _holders_are_people() -> list[str]:
    rows = KeyPostHolder.objects.exclude(worker__merged_into=None).order_by("pk")
    return [f"KeyPostHolder {pk}: of a merged record" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _classes_begin_while_their_base_is_recognised() -> list[str]:
    rows = TrainingClass.objects.exclude(base=None).exclude(state=TrainingClass.State.CANCELLED)
    rows = rows.filter(Q(starts_on__lt=F("base__recognised_on")) | Q(starts_on__gte=F("base__withdrawn_on")))
    keys = rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"TrainingClass {pk}: at a base that is not recognised then" for pk in keys]


def _codes_exist() -> list[str]:
    return [
        *unknown_codes(KeyPost, "required_level", "skill_level"),
        *unknown_codes(KeyPost, "permit_category", "permit_category"),
        *unknown_codes(TrainingBase, "level", "base_level"),
    ]


INVARIANTS = (
    ("holders of key posts lie within their post", _holders_lie_within_their_post),
    ("no key post has more holders than seats", _nobody_holds_a_seat_that_is_not_there),
    ("holders of key posts are people, not signs of merged records", _holders_are_people),
    ("classes begin while their base is recognised", _classes_begin_while_their_base_is_recognised),
    ("codes of key posts and bases exist", _codes_exist),
)
