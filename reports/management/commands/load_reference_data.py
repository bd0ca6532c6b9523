"""Loads what comes with the software: code tables, legal numbers, the reform plan, report schedules, rules of apps."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from core import codes
from reform.services import load_plan
from reports.services import load_schedules


class Command(BaseCommand):
    """Insert or refresh reference data. Safe to run at every start; what staff entered stays."""

    help = "Load code tables, legal numbers, the reform plan and the report schedules"

    def handle(self, *args, **options):
        """Print how many rows of each kind the files hold."""
        loaded = codes.load_reference_data() | load_plan() | load_schedules()
        for path in settings.REFERENCE_DATA:
            loaded |= import_string(path)()
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in loaded.items()))
