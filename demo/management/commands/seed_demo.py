"""``manage.py seed_demo``"""

import datetime as dt

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import RuleError
from demo import services


class Command(BaseCommand):
    """Load the demo town into an empty database. Refused in production (SECURE=true)."""

    help = "Make a believable town without real persons; the same arguments give the same town."

    def add_arguments(self, parser):
        parser.add_argument("--workers", type=int, default=3000, help="people on the roll (default 3000)")
        parser.add_argument("--seed", type=int, default=20260101, help="another seed gives another town")
        parser.add_argument(
            "--today", type=dt.date.fromisoformat, default=None, help="the town's last day (default today)"
        )

    def handle(self, *, workers, seed, today, **options):
        if settings.SECURE:
            raise CommandError(
                "seed_demo is refused in production (SECURE=true): it makes accounts with known passwords"
            )
        try:
            counts = services.seed_demo(workers=workers, seed=seed, today=today or timezone.localdate())
        except RuleError as error:
            raise CommandError(error.messages[0]) from error
        self.stdout.write(" · ".join(f"{name} {count}" for name, count in counts.items()))
