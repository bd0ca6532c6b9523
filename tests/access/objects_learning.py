"""What the worker of ``union`` learned elsewhere, reported and waiting for the town, with a paper."""

import datetime as dt

from django.core.files.base import ContentFile

from training.services.learning import add_learning_paper, report_learning


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    learning = report_learning(
        worker=cast["worker"], title="试验公开课", kind="LAW", completed_on=dt.date(2026, 3, 1), by=officer
    )
    paper = add_learning_paper(
        learning=learning, file=ContentFile(b"\x89PNG\r\n\x1a\n a photograph"), by=officer
    )
    return {"learning": learning.pk, "learning_paper": paper.pk}
