"""``manage.py undo_import``."""

import json

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from core.errors import RuleError
from exchange import running
from exchange.models import ImportRun


class Command(BaseCommand):
    """Take an applied run back. Rows edited since are kept; each kept or impossible row says why."""

    help = "Undo an import: undo_import RUN --by USER"

    def add_arguments(self, parser):
        """RUN --by USER [--json]."""
        parser.add_argument("run", type=int)
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, run, by, json, **options):
        """Undo and report."""
        try:
            user = running.user_called(by)
            found = ImportRun.objects.editable_by(user).filter(pk=run).first()
            if found is None:
                raise CommandError(f"没有批次 {run}，或不在您的范围内")
            done, reason = running.undo_now(run=found, by=user)
        except PermissionDenied:
            raise CommandError(f"账号“{by}”没有撤销这种导入的权限")
        except RuleError as error:
            raise CommandError(error.messages[0])
        if reason:
            raise CommandError(reason)
        self._report(done, as_json=json)

    def _report(self, run: ImportRun, *, as_json: bool) -> None:
        left = run.lines.filter(effect__outcome__in=["kept", "impossible"]).order_by("number")
        found = left.values_list("number", "effect__outcome", "effect__reason")
        details = [{"row": number, "outcome": outcome, "reason": reason} for number, outcome, reason in found]
        summary = run.outcomes() | {"details": details}
        if as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        else:
            self.stdout.write(
                "已撤销 {reverted} 行，保留 {kept} 行，无法撤销 {impossible} 行".format(**summary)
            )
        for line in summary["details"]:
            self.stderr.write(f"第 {line['row']} 行 {line['reason']}")
