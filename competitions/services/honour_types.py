"""What the kinds of honours may be given to, and into which figure they count: shipped rows that the town may change."""

import csv
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from competitions.models import HonourType
from core.access import Permission
from core.codes import refuse_unusable
from core.forms import check_version
from unions.scoping import reaches_all

FILE = Path(__file__).parents[1] / "data" / "honour_types.csv"
EDITABLE = ("system", "counts_as", "source")


@transaction.atomic
def load_honour_types() -> dict[str, int]:
    """Insert the rows that come with the software; those that are there stay as the town left them
    (settings.REFERENCE_DATA). Returns how many the file holds."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [HonourType(**row) for row in csv.DictReader(file)]
    HonourType.objects.bulk_create(rows, ignore_conflicts=True)
    return {"kinds of honours": len(rows)}


@transaction.atomic
def enter_honour_type(*, by: User, **facts) -> HonourType:
    """Say what a code of the table honour_type may be given to (``code``, ``nature`` and EDITABLE). Raises RuleError by
    field."""
    _require_town(by)
    refuse_unusable(facts, {"code": "honour_type"})
    kind = HonourType(**facts)
    kind.full_clean()
    kind.save()
    changes = audit.differences(None, kind, ["code", "nature", *EDITABLE])
    audit.record(by, "competitions.honour_type_enter", kind, changes=changes)
    return kind


@transaction.atomic
def edit_honour_type(*, kind: HonourType, version: str, by: User, **facts) -> HonourType:
    """Say who confers a kind of honour and where it counts. Raises RuleError (stale, by field)."""
    _require_town(by)
    before = HonourType.objects.select_for_update().get(pk=kind.pk)
    check_version(before, version)
    after = HonourType.objects.get(pk=kind.pk)
    for name in EDITABLE:
        setattr(after, name, facts[name])
    after.full_clean()
    changes = audit.differences(before, after, list(EDITABLE))
    if not changes:
        return before
    after.version += 1
    after.save()
    audit.record(by, "competitions.honour_type_edit", after, changes=changes)
    return after


def _require_town(by: User) -> None:
    """What holds for the whole town is set by those who decide for the whole town. Raises PermissionDenied."""
    if not reaches_all(by, Permission.DECIDE_CONTESTS):
        raise PermissionDenied
