"""Prove that the stored rows agree with each other."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    """Print ``0 violations``, or one line per violation and exit with 1."""

    help = "Check every rule that spans rows (settings.INVARIANTS); exit 1 if one is broken."

    def handle(self, *args, **options):
        """Each list in settings.INVARIANTS holds (title, function that returns a line per violation)."""
        violations = 0
        for path in settings.INVARIANTS:
            for title, check in import_string(path):
                for line in check():
                    violations += 1
                    self.stdout.write(f"{title}: {line}")
        if violations:
            raise CommandError(f"{violations} violations")
        self.stdout.write("0 violations")
