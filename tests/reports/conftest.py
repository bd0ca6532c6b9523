"""Reports over a small town, built the way the worker builds them."""

import io

import pikepdf
import pytest

from core import jobs
from core.reporting import Period
from reports import building, services
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

OCTOBER = Period.parse("2026-10")


def publish(by, *, period=OCTOBER, union=None):
    """Request and build in this process. Fails with the job's error when there is no report."""
    job = jobs.run_inline(services.request_report(period=period, union=union, by=by, hint=False))
    assert job.error == ""
    return building.report_of(job)


@pytest.fixture
def members(union):
    employer = EmployerFactory(union=union, employees=30)
    return WorkerFactory.create_batch(3, employer=employer)


@pytest.fixture
def as_user(client):
    """The test's browser, signed in as the user."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def blank_print(monkeypatch):
    """One empty page as the print of every report: drawing one is most of its work, and not every test reads it."""
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    monkeypatch.setattr(building.drawing, "draw", lambda data, *, code: page.getvalue())
