"""Two unions enter the same number at the same moment: real threads, real connections."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.errors import RuleError
from tests.at_once import at_once
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training import services
from training.models import Certificate
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)

FACTS = {
    "kind": "level", "trade": "电工", "level": "L4", "number": "Y000033000001240000001", "issuer": "试验评价机构",
    "issued_on": dt.date(2024, 5, 1), "valid_until": None,
}  # fmt: skip


def test_the_slower_of_two_equal_numbers_is_refused_by_the_rule(officer, union):
    people = WorkerFactory.create_batch(8, employer=EmployerFactory(union=union))

    def ask(person):
        def attempt():
            try:
                return services.enter_certificate(
                    worker=Worker.objects.get(pk=person.pk), by=User.objects.get(pk=officer.pk), **FACTS
                )
            except ValidationError as refusal:  # of the check before the insert, or of the one after it
                raise RuleError(refusal) from refusal

        return attempt

    done, refused = at_once([ask(person) for person in people])
    assert (len(done), len(refused)) == (1, 7)
    assert all("已经登记过" in " ".join(error.messages) for error in refused)
    assert Certificate.objects.count() == 1
