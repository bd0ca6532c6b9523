"""Jobs of the spreadsheet desk (settings.JOB_HANDLERS) and its nightly clearing."""

from celery import shared_task
from django.utils import timezone

from core.jobs import Claim
from exchange import exporting, services, writing


def check_run(claim: Claim) -> None:
    """Read and check the run's file."""
    services.check(run_id=claim.args["run"], progress=claim.progress, finish=claim.finish)


def compare_run(claim: Claim) -> None:
    """Compare the run's rows again after its options changed."""
    services.compare(run_id=claim.args["run"], progress=claim.progress, finish=claim.finish)


def recheck_run(claim: Claim) -> None:
    """Check the rows again whose texts were explained."""
    services.recheck(run_id=claim.args["run"], progress=claim.progress, finish=claim.finish)


def apply_run(claim: Claim) -> None:
    """Write the run's rows."""
    services.apply(run_id=claim.args["run"], by=claim.by, progress=claim.progress, finish=claim.finish)


def undo_run(claim: Claim) -> None:
    """Take the run's rows back."""
    services.undo(run_id=claim.args["run"], by=claim.by, progress=claim.progress, finish=claim.finish)


def mark_run(claim: Claim) -> dict:
    """Write the run's workbook with its faults marked."""
    return services.write_marks(claim)


def write_export(claim: Claim) -> dict:
    """Write the export's file."""
    return writing.write(claim)


@shared_task(name="exchange.tasks.delete_expired_exports")
def delete_expired_exports() -> None:
    """Nightly: exported files past their days."""
    exporting.delete_expired(now=timezone.now())


@shared_task(name="exchange.tasks.delete_stale_runs")
def delete_stale_runs() -> None:
    """Nightly: previews nobody confirmed, and contents past the time for undoing."""
    services.delete_stale(now=timezone.now())
