"""The receipt (回执) of a written run: one page of figures, drawn when it is asked for. No personal data of workers."""

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import AuditEntry
from core import pdf
from exchange.models import ImportRun

TEMPLATE = "exchange/receipt.html"
GIVEN_FOR = (ImportRun.State.APPLIED, ImportRun.State.UNDOING, ImportRun.State.UNDONE)


def draw(run: ImportRun) -> bytes:
    """The receipt as PDF/A. Raises core.pdf.PrintError, or ImproperlyConfigured for a missing font."""
    context = {
        "run": run,
        "kind": run.kind_class,
        "outcomes": run.outcomes() if run.state == ImportRun.State.UNDONE else {},
        "reported": _reported(run),
        "code": code_of(run),
        "page_url": f"{settings.SITE_URL.rstrip('/')}{run.get_absolute_url()}",
        "digest": [run.sha256[start : start + 16] for start in range(0, 64, 16)],
    }
    return pdf.render(TEMPLATE, context, title=f"表格导入回执（批次{run.pk}）")


def code_of(run: ImportRun) -> str:
    """Twelve characters in three groups that belong to this run as it was written, and undone if it was."""
    facts = (run.pk, run.sha256, run.rows, *run.counts.values(), run.applied, run.applied_at, run.undone_at)
    digest = salted_hmac("exchange.receipt", ":".join(map(str, facts)), algorithm="sha256").hexdigest()
    return "-".join(digest[start : start + 4].upper() for start in (0, 4, 8))


def _reported(run: ImportRun) -> int:
    """Cases told to whoever settles conflicts, as the audit trail has it: the rows may be forgotten by now."""
    written = AuditEntry.objects.filter(
        object_type=run._meta.label_lower, object_id=run.pk, action="exchange.apply"
    )
    details = written.order_by("-pk").values_list("details", flat=True).first()
    return (details or {}).get("reported", 0)
