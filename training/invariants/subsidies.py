"""What must hold between rules and claims of subsidies; run by ``manage.py check_invariants``."""

from django.db.models import Count, F, Q

from core.invariants import unknown_codes
from training.models import ABILITY, SubsidyClaim, SubsidyRate
from workers.models import Worker

LIMIT = 20


def _claims_follow_their_rates() -> list[str]:
    held = Q(rate__trade="") | Q(rate__trade=F("trade"))
    held &= Q(rate__base=F("base"), rate__start__lte=F("issued_on"))
    held &= Q(rate__end=None) | Q(rate__end__gt=F("issued_on"))
    held &= Q(rate__level=F("level")) | Q(level="", rate__level=ABILITY)
    held &= Q(surcharge=0) | Q(surcharge=F("rate__surcharge"))
    rows = SubsidyClaim.objects.exclude(held).order_by("pk")
    return [
        f"SubsidyClaim {pk}: does not follow its rate" for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _nobody_claims_too_often() -> list[str]:
    """Of people who were never merged: two records may each have claimed in good faith."""
    merged = Worker.objects.exclude(merged_into=None).values("merged_into")
    rows = SubsidyClaim.objects.live().exclude(most_per_year=None)
    rows = rows.exclude(certificate__worker__in=merged).order_by()
    found = rows.values("certificate__worker", "claimed_on__year", "most_per_year").annotate(rows=Count("pk"))
    return [
        f"Worker {row['certificate__worker']}: {row['rows']} claims in {row['claimed_on__year']}, "
        f"at most {row['most_per_year']} allowed"
        for row in found.filter(rows__gt=F("most_per_year")).order_by("certificate__worker")[:LIMIT]
    ]


def _claims_were_decided_about_verified_certificates() -> list[str]:
    rows = SubsidyClaim.objects.filter(certificate__decided_at=None, certificate__version=1)
    return [
        f"SubsidyClaim {pk}: its certificate was never verified"
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    ]


INVARIANTS = (
    (
        "levels of rates and claims exist",
        lambda: [
            text
            for model in (SubsidyRate, SubsidyClaim)
            for text in unknown_codes(model, "level", "skill_level")
        ],
    ),
    ("claims follow the rates they name", _claims_follow_their_rates),
    ("nobody claims more often in a year than was allowed then", _nobody_claims_too_often),
    (
        "claims are for certificates that were verified once",
        _claims_were_decided_about_verified_certificates,
    ),
)
