"""A rate, a trade in short supply, a limit, and a claim for a verified certificate of the worker of ``union``."""

from tests.factories.subsidies import ClaimFactory, LimitFactory, RateFactory, ShortageFactory
from tests.factories.training import CertificateFactory


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix; ``rate_kind`` is what its address calls a rate."""
    town = {"entered_by": cast["users"]["clerk"]}
    rate = RateFactory(**town)
    ShortageFactory(**town)
    LimitFactory(**town)
    certificate = CertificateFactory(worker=cast["worker"], entered_by=cast["users"]["officer"])
    claim = ClaimFactory(certificate=certificate, rate=rate, claimed_by=cast["users"]["officer"])
    return {"claim": claim.pk, "rate": rate.pk, "rate_kind": "rate", "act": "approve"}
