"""Loading the plan and changing what staff may enter about a measure."""

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction

from accounts import audit
from core.forms import check_version
from reform.models import Measure, Plan

DATA = Path(__file__).parents[1] / "data"
EDITABLE = ["lead_unit", "support_units", "target", "deadline"]


@transaction.atomic
def load_plan() -> dict[str, int]:
    """Insert or refresh the plans that come with the software; what staff entered stays.

    Returns how many plans and measures the files hold. Safe to run at every start.
    """
    plans = {row["code"]: _plan(row) for row in _rows("plans.csv")}
    measures = [_measure(row, plans[row["plan"]]) for row in _rows("measures.csv")]
    Measure.objects.bulk_create(
        measures,
        update_conflicts=True,
        unique_fields=["plan", "number"],
        update_fields=["group_number", "group_title", "title", "deliverables", "indicator_codes"],
    )
    return {"plans": len(plans), "measures": len(measures)}


def _plan(row: dict) -> Plan:
    wording = {name: row[name] for name in ("title", "document_number", "issuer")}
    wording["issued_on"] = dt.date.fromisoformat(row["issued_on"])
    return Plan.objects.update_or_create(code=row["code"], defaults=wording)[0]


def _measure(row: dict, plan: Plan) -> Measure:
    return Measure(
        plan=plan,
        number=int(row["number"]),
        group_number=int(row["group_number"]),
        group_title=row["group_title"],
        title=row["title"],
        deliverables=row["deliverables"].replace("；", "\n"),
        indicator_codes=row["indicator_codes"].split(),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def edit_measure(measure: Measure, *, version: str, by, **values) -> Measure:
    """Set lead unit, supporting units, target and deadline. Raises RuleError if someone else was faster."""
    before = Measure.objects.select_for_update().get(pk=measure.pk)
    check_version(before, version)
    after = Measure.objects.get(pk=measure.pk)
    for name in EDITABLE:
        setattr(after, name, values[name])
    after.version += 1
    after.full_clean()
    after.save()
    audit.record(by, "reform.measure_edit", after, changes=audit.differences(before, after, EDITABLE))
    return after
