"""Measure the portal on invented data in a database of its own."""

import inspect
import json

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from core.benchmarking import Measurement
from core.errors import RuleError


class Command(BaseCommand):
    """Run one benchmark of settings.BENCHMARKS; exit 1 when it takes longer than its limit."""

    help = "Measure imports, lists or reports in a database of its own; the live one is not touched."

    def add_arguments(self, parser):
        """The benchmark's name, its size, and what only kept databases know."""
        parser.add_argument("name", choices=sorted(settings.BENCHMARKS))
        parser.add_argument("--workers", type=int, help="people (default: the benchmark's own size)")
        parser.add_argument("--rounds", type=int, help="timed calls of each page")
        parser.add_argument("--rebuild", action="store_true", help="build a kept database anew")
        parser.add_argument("--drop", action="store_true", help="drop a kept database and measure nothing")
        parser.add_argument("--without-admin", action="store_true", help="leave out the comparison")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args, name, json: bool, **options):
        """The benchmark function takes (measurement, …) and returns {"name of a limit": (got, limit)}."""
        measure = import_string(settings.BENCHMARKS[name])
        measurement = Measurement()
        try:
            limits = measure(measurement, **self._asked(measure, options))
        except (ImproperlyConfigured, RuleError) as error:
            raise CommandError(str(error))
        report = {"benchmark": name, **measurement.facts, "seconds": measurement.stages}
        report["limits"] = {title: {"got": got, "limit": limit} for title, (got, limit) in limits.items()}
        self._tell(report, as_json=json)
        over = [f"{title}: {got} > {limit}" for title, (got, limit) in limits.items() if got > limit]
        if over:
            raise CommandError("over the limit: " + "; ".join(over))

    def _asked(self, measure, options) -> dict:
        """The options that were given; refuses those that this benchmark does not know."""
        names = ("workers", "rounds", "rebuild", "drop", "without_admin")
        given = {key: options[key] for key in names if options.get(key) not in (None, False)}
        for key in ("workers", "rounds"):
            if given.get(key, 1) < 1:
                raise CommandError(f"--{key} must be at least 1")
        known = inspect.signature(measure).parameters
        if unknown := [key for key in given if key not in known]:
            raise CommandError(f"this benchmark takes no --{unknown[0].replace('_', '-')}")
        return given

    def _tell(self, report: dict, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for key, value in report.items():
            self.stdout.write(f"{key}: {json.dumps(value, ensure_ascii=False, indent=2)}")
