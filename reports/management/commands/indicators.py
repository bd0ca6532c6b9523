"""Prints every indicator of a period."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import RuleError
from core.reporting import Period, indicators
from reports import queries


class Command(BaseCommand):
    """Measure the indicators now, by the same querysets as pages and reports."""

    help = "Print the indicators of PERIOD (2026-10, 2026-Q3 or 2026)"

    def add_arguments(self, parser):
        """Period and scope."""
        parser.add_argument("period")
        parser.add_argument("--union", help="portal code or unified social credit code; the town without it")
        parser.add_argument("--json", action="store_true", help="print one JSON array")

    def handle(self, *args, **options):
        """One line or one object per indicator; shares are per cent with one decimal, null without units."""
        try:
            period = Period.parse(options["period"]).clipped(timezone.localdate())
            union = queries.find_union(options["union"]) if options["union"] else None
        except RuleError as error:
            raise CommandError(" ".join(error.messages))
        rows = [
            self._row(indicator.measure(queries.union_scope(union), period))
            for indicator in indicators().values()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("\t".join("" if value is None else str(value) for value in row.values()))

    def _row(self, figure) -> dict:
        value = figure.value
        return {
            "code": figure.indicator.code,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "value": value if value is None else float(value) if figure.denominator else int(value),
            "unit": figure.indicator.unit,
        }
