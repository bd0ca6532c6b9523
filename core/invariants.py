"""What must hold between rows of the core tables; run by ``manage.py check_invariants``."""

from django.db.models import Exists, F, OuterRef

from core.models import Code, CodeAlias, Job


def unknown_codes(model, field: str, table: str) -> list[str]:
    """Rows (at most 20) whose stored code is not in the code table; for the invariants of other apps."""
    known = Code.objects.filter(table=table, code=OuterRef(field))
    rows = model.objects.exclude(**{field: ""}).filter(~Exists(known)).order_by("pk")[:20]
    return [f"{model._meta.label} {row.pk}: {field}={getattr(row, field)!r} not in {table}" for row in rows]


def _aliases_lead_to_codes() -> list[str]:
    known = Code.objects.filter(table=OuterRef("table"), code=OuterRef("code"))
    return [
        f"CodeAlias {alias.pk}: {alias.table} {alias.text!r} leads to unknown code {alias.code!r}"
        for alias in CodeAlias.objects.filter(~Exists(known)).order_by("pk")[:20]
    ]


def _code_periods_are_not_empty() -> list[str]:
    rows = Code.objects.filter(valid_to__lte=F("valid_from")).order_by("pk")[:20]
    return [f"Code {row.pk}: {row.table} {row.code} is never valid" for row in rows]


def _done_jobs_have_results() -> list[str]:
    rows = Job.objects.filter(state=Job.State.DONE, result__isnull=True).order_by("pk")[:20]
    return [f"Job {row.pk} ({row.kind}) is done without a result" for row in rows]


def _failed_jobs_say_why() -> list[str]:
    rows = Job.objects.filter(state=Job.State.FAILED, error="").order_by("pk")[:20]
    return [f"Job {row.pk} ({row.kind}) failed without a reason" for row in rows]


def _attempts_raise_the_fence() -> list[str]:
    rows = Job.objects.filter(fence__lt=F("attempts")).order_by("pk")[:20]
    return [f"Job {row.pk} ({row.kind}) has fence {row.fence} after {row.attempts} attempts" for row in rows]


INVARIANTS = [
    ("code aliases lead to codes", _aliases_lead_to_codes),
    ("codes are valid for at least a day", _code_periods_are_not_empty),
    ("finished jobs have a result", _done_jobs_have_results),
    ("failed jobs say why", _failed_jobs_say_why),
    ("each attempt raises the fence", _attempts_raise_the_fence),
]
