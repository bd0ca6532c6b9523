"""A certificate of the worker of ``union`` that waits for the town, with a paper."""

import datetime as dt

from django.core.files.base import ContentFile

from training.services import add_evidence, enter_certificate
from training.services.titles import enter_title


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer = cast["users"]["officer"]
    certificate = enter_certificate(
        worker=cast["worker"],
        kind="level",
        trade="电工",
        level="L4",
        number="Y000033000001240000001",
        issuer="试验评价机构",
        issued_on=dt.date(2024, 5, 1),
        valid_until=None,
        by=officer,
    )
    paper = add_evidence(
        certificate=certificate, file=ContentFile(b"\x89PNG\r\n\x1a\n a photograph"), by=officer
    )
    title = enter_title(
        worker=cast["worker"],
        name="助理工程师",
        rank="2",
        series="工程技术",
        register_number="",
        issuer="试验评审委员会",
        issued_on=dt.date(2024, 5, 1),
        by=officer,
    )
    return {"certificate": certificate.pk, "paper": paper.pk, "title": title.pk}
