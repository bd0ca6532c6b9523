"""``manage.py import_file``."""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from core.errors import RuleError
from exchange import running
from exchange.models import ImportRun
from exchange.staging import staged


class Command(BaseCommand):
    """Import one file through the same services as the pages. Problems go to standard error, exit 1.

    Without --good-rows nothing is written if any row has a problem; with it, rows with problems are listed
    and the others written, which counts as success.
    """

    help = "Check and import a filled form: import_file workers FILE --by USER [--union CODE]"

    def add_arguments(self, parser):
        """KIND FILE --by USER [--union CODE] [--check] [--good-rows] [--rule RULE] [--json]."""
        parser.add_argument("kind")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--union", default="", metavar="CODE", help="portal code or credit code")
        parser.add_argument("--check", action="store_true", help="only check, write nothing")
        parser.add_argument("--good-rows", action="store_true", help="leave out rows with problems")
        rules = ImportRun.Rule
        parser.add_argument(
            "--rule", choices=rules.values, default=rules.UPDATE, help="what known records get"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, kind, file, by, union, check, good_rows, rule, json, **options):
        """Run, report, and fail when something was left out that was not allowed to be."""
        try:
            user = running.user_called(by)
            run, reason = running.import_now(
                kind=kind,
                path=file,
                union=running.union_called(union, user),
                by=user,
                check_only=check,
                good_rows=good_rows,
                rule=rule,
            )
        except OSError as error:
            raise CommandError(f"文件打不开：{file}（{error.strerror}）")
        except PermissionDenied:
            raise CommandError(f"账号“{by}”没有导入这种表格的权限")
        except RuleError as error:
            self._report(_refused(error.messages[0]), as_json=json)
            raise CommandError(error.messages[0])
        problems, warnings = _problems(run)
        if reason and not problems:
            problems = [_problem(None, "", run.file_name, reason)]
        applied = 0 if check or reason else run.applied
        self._report(_summary(run, applied, problems, warnings), as_json=json)
        for problem in problems:
            self.stderr.write(_line(problem))
        if reason:
            raise CommandError(reason)
        if problems and not good_rows:
            raise CommandError(f"{run.failed} 行有问题")

    def _report(self, summary: dict, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        counts = "，".join(f"{name} {summary[name]}" for name in SHOWN)
        self.stdout.write(f"批次 {summary['run']}：{counts}")


SHOWN = ("rows", "new", "changed", "unchanged", "skipped", "failed", "applied")


def _summary(run: ImportRun, applied: int, problems: list[dict], warnings: list[dict]) -> dict:
    return {
        "run": run.pk,
        "rows": run.rows,
        **run.counts,
        "applied": applied,
        "problems": problems,
        "warnings": warnings,
    }


def _refused(reason: str) -> dict:
    nothing = dict.fromkeys(SHOWN, 0)
    return {"run": None, **nothing, "problems": [_problem(None, "", "", reason)], "warnings": []}


def _problem(row: int | None, column: str, value: str, message: str) -> dict:
    return {"row": row, "column": column, "value": value, "message": message}


def _problems(run: ImportRun) -> tuple[list[dict], list[dict]]:
    found = {"error": [], "warning": [], "note": []}
    for number, column, value, message, level in staged(run).fetch(running.PROBLEMS):
        found[level].append(_problem(number, column, value, message))
    return found["error"], found["warning"]


def _line(problem: dict) -> str:
    place = f"第 {problem['row']} 行 " if problem["row"] else ""
    column = f"{problem['column']} " if problem["column"] else ""
    value = f"“{problem['value']}” " if problem["value"] else ""
    return f"{place}{column}{value}{problem['message']}"
