"""``manage.py demo_accounts``"""

import json

from django.core.management.base import BaseCommand

from accounts.models import User
from demo.services import ACCOUNTS
from unions.roles import Role


class Command(BaseCommand):
    """List the demo accounts that exist in this database, with what they sign in with."""

    help = "Print the demo accounts and their passwords; nothing where the demo town was not loaded."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON list")

    def handle(self, *, as_json, **options):
        present = set(
            User.objects.filter(
                username__in=[a.username for a in ACCOUNTS], name__startswith="演示·"
            ).values_list("username", flat=True)
        )
        rows = [
            {"username": a.username, "password": a.signs_in_with, "role": Role(a.role).label, "name": a.name}
            for a in ACCOUNTS
            if a.username in present
        ]
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['username']:<12}{row['password']:<22}{row['role']}")
