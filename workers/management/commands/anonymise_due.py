"""``manage.py anonymise_due``."""

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from core.access import Permission
from workers.services.anonymising import AT_ONCE, anonymise, due


class Command(BaseCommand):
    """Anonymise everybody whose retention is over, in batches of one transaction each. It cannot be undone."""

    help = "Anonymise people past their retention: anonymise_due --by USER [--dry-run]"

    def add_arguments(self, parser):
        """--by USER [--dry-run]."""
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args, by, dry_run, **options):
        """Do it and say how many."""
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"没有名为“{by}”的账号，或账号已锁定")
        if not user.has_perm(Permission.MANAGE_PRIVACY):
            raise CommandError(f"账号“{by}”没有管理个人信息保护的权限")
        people = due(user, timezone.localdate()).order_by("pk").values_list("pk", flat=True)
        if dry_run:
            self.stdout.write(f"到期 {people.count()} 人，没有改动")
            return
        try:
            done = 0
            while found := list(people[:AT_ONCE]):
                done += anonymise(worker_ids=found, by=user)
        except PermissionDenied:
            raise CommandError(f"账号“{by}”没有管理个人信息保护的权限")
        self.stdout.write(f"已匿名化 {done} 人")
