"""Measure the portal on invented data in a database of its own."""

import json

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from core.benchmarking import Measurement, scratch_place
from core.errors import RuleError


class Command(BaseCommand):
    """Run one benchmark of settings.BENCHMARKS; exit 1 when it takes longer than its limit."""

    help = "Measure imports, lists or reports in a throw-away database."

    def add_arguments(self, parser):
        """The benchmark's name and its size."""
        parser.add_argument("name", choices=sorted(settings.BENCHMARKS))
        parser.add_argument("--workers", type=int, help="people (default: the benchmark's own size)")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args, name, workers, json: bool, **options):
        """The benchmark function takes (measurement, workers) and returns {"name of a limit": (got, limit)}."""
        if workers is not None and workers < 1:
            raise CommandError("--workers must be at least 1")
        measurement = Measurement()
        size = {} if workers is None else {"workers": workers}
        try:
            with scratch_place():
                limits = import_string(settings.BENCHMARKS[name])(measurement, **size)
        except (ImproperlyConfigured, RuleError) as error:
            raise CommandError(str(error))
        report = {"benchmark": name, **measurement.facts, "seconds": measurement.stages}
        report["limits"] = {title: {"got": got, "limit": limit} for title, (got, limit) in limits.items()}
        self._tell(report, as_json=json)
        over = [f"{title}: {got} > {limit}" for title, (got, limit) in limits.items() if got > limit]
        if over:
            raise CommandError("over the limit: " + "; ".join(over))

    def _tell(self, report: dict, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for key, value in report.items():
            self.stdout.write(f"{key}: {json.dumps(value, ensure_ascii=False, indent=2)}")
