"""A certificate of the worker of ``union`` that waits for the town, with a paper."""

import datetime as dt

from django.core.files.base import ContentFile

from training.services import add_evidence, enter_certificate


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
    return {"certificate": certificate.pk, "paper": paper.pk}
