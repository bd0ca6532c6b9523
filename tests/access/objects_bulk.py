"""An export and a bulk edit of the officer of ``union``: nobody else may see either."""

from django.http import QueryDict

from core import jobs
from core.listing import listings
from core.models import Job
from exchange.exporting import request_export
from workers.models import Worker
from workers.services.bulk_edits import draft_bulk_edit


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    export = request_export(
        listing=listings()["workers"],
        query=QueryDict(""),
        columns=[],
        file_format="xlsx",
        reason="报送三季度名册",
        by=officer,
        hint=False,
    )
    jobs.run_inline(Job.objects.get(pk=export.job_id))
    edit = draft_bulk_edit(
        workers=Worker.objects.visible_to(officer),
        field="education",
        value="21",
        selection="勾选 1 人",
        by=officer,
    )
    return {"export": export.pk, "bulk_edit": edit.pk}
