"""``manage.py found_office``"""

from django.core.management.base import BaseCommand, CommandError

from accounts.services import invitation_url
from core.errors import RuleError
from unions import services


class Command(BaseCommand):
    """Set up a new installation: the town union, the first staff account, and the link to its password."""

    help = "Create the town union and its first staff account; prints a one-time link for the password."

    def add_arguments(self, parser):
        parser.add_argument("--town", required=True, help="name of the town union, e.g. 南岳镇总工会")
        parser.add_argument("--code", default="TOWN", help="portal code of the town union")
        parser.add_argument("--username", required=True, help="user name of the first member of staff")
        parser.add_argument("--name", required=True, help="name of the first member of staff")

    def handle(self, *, town, code, username, name, **options):
        try:
            token = services.found_office(town_name=town, code=code, username=username, name=name)
        except RuleError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(invitation_url(token))
