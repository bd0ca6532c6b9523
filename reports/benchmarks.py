"""The monthly report of the demo town from request to files."""

import io

from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from core import jobs
from core.benchmarking import Measurement, scratch_place
from core.errors import RuleError
from core.models import Job
from core.reporting import Period, PeriodKind
from reports import building, services

LIMIT_SECONDS = 8  # for the demo town of 3,000 people


@scratch_place()
def measure_report(measurement: Measurement, workers: int = 3000) -> dict:
    """Seed a town, build last month's report twice: the second time fonts and templates are warm."""
    with measurement.stage("seed"):
        call_command("seed_demo", workers=workers, stdout=io.StringIO())
    clerk = User.objects.get(username="clerk")
    period = Period.of(PeriodKind.MONTHLY, timezone.localdate()).previous()
    measurement.facts["workers"] = workers
    for name in ("first build", "second build"):
        with measurement.stage(name):
            job = jobs.run_inline(services.request_report(period=period, union=None, by=clerk, hint=False))
        if job.state != Job.State.DONE:
            raise RuleError(job.error)
    report = building.report_of(job)
    measurement.facts |= {"pages": report.pdf_pages, "bytes": report.pdf.size}
    return {"first build seconds": (measurement.stages["first build"], LIMIT_SECONDS)}
