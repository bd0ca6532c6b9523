"""Builds one report and lays its files into a folder."""

import json
import shutil
import time
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core import jobs
from core.errors import RuleError
from core.models import Job
from core.reporting import Period, PeriodKind
from reports import building, queries, services
from reports.models import Report


class Command(BaseCommand):
    """Build the next version of a report in this process, by the same services as the page."""

    help = "Build a report: KIND monthly, quarterly or annual; PERIOD 2026-10, 2026-Q3 or 2026"

    def add_arguments(self, parser):
        """Kind, period, user, scope, folder."""
        parser.add_argument("kind", choices=PeriodKind.values)
        parser.add_argument("period")
        parser.add_argument("--by", required=True, help="user name")
        parser.add_argument("--union", help="portal code or unified social credit code; the town without it")
        parser.add_argument("--out", required=True, type=Path, help="folder for the PDF and the workbook")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *args, **options):
        """Print where the files are; problems go to standard error with exit code 1."""
        started = time.perf_counter()
        try:
            report = self._build(options)
            answer = self._files(report, options["out"])
        except RuleError as error:
            raise CommandError(" ".join(error.messages))
        except PermissionDenied:
            raise CommandError(f"用户“{options['by']}”无权编制该范围的报告")
        except OSError as error:
            raise CommandError(f"无法写入目录 {options['out']}：{error.strerror}")
        answer["seconds"] = round(time.perf_counter() - started, 2)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in answer.items()))

    def _build(self, options) -> Report:
        period = Period.parse(options["period"])
        if period.kind != options["kind"]:
            raise RuleError(f"统计期“{options['period']}”不是{PeriodKind(options['kind']).label}的写法")
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise RuleError(f"没有名为“{options['by']}”的可用账号")
        union = queries.find_union(options["union"]) if options["union"] else None
        options["out"].mkdir(parents=True, exist_ok=True)
        job = jobs.run_inline(services.request_report(period=period, union=union, by=by, hint=False))
        if job.state != Job.State.DONE:
            raise RuleError(job.error)
        return building.report_of(job)

    def _files(self, report: Report, folder: Path) -> dict:
        answer = {"report": report.serial}
        for suffix in ("pdf", "xlsx"):
            path = folder / f"{report.serial}.{suffix}"
            shutil.copyfile(default_storage.path(getattr(report, suffix).name), path)
            answer[suffix] = str(path)
        return answer | {"sha256": report.pdf_sha256, "pages": report.pdf_pages}
