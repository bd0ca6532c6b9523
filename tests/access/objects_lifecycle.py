"""Open business of ``union``: an application, and a transfer to a union that none of the cast keeps alone."""

import datetime as dt

from tests.factories.unions import UnionFactory
from tests.factories.workers import WorkerFactory
from workers.models import Proposal
from workers.services.proposals import propose
from workers.services.transfers import start_transfer

MARCH = dt.date(2024, 3, 1)


def make(cast) -> dict[str, int]:
    """``application``, entered by the officer; ``transfer``, started by town staff and confirmed by nobody."""
    officer, clerk = cast["users"]["officer"], cast["users"]["clerk"]
    applicant = WorkerFactory(employer=cast["employer"], member=False, name="试申请")
    source = Proposal.Source.APPLICATION
    application = propose(worker=applicant, source=source, on=MARCH, by=officer)
    leaving = WorkerFactory(employer=cast["employer"], name="试接转")
    third = UnionFactory(name="丙厂工会委员会", parent=cast["town"])
    transfer = start_transfer(worker=leaving, destination=third, on=MARCH, by=clerk)
    return {"application": application.pk, "transfer": transfer.pk}
