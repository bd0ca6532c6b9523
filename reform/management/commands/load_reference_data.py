"""``manage.py load_reference_data``"""

from django.core.management.base import BaseCommand

from core import codes


class Command(BaseCommand):
    """Load or refresh the code tables and legal numbers that come with the software. Safe to repeat."""

    help = "Load or refresh code tables and legal numbers; local additions stay."

    def handle(self, **options):
        for kind, rows in codes.load_reference_data().items():
            self.stdout.write(f"{kind}: {rows}")
