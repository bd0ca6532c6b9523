"""Groups of personal data: why each is held, on what basis, and for how long (个人信息保护法 6, 13, 17, 19).

The software brings a draft; the town office decides. What it has edited (``version`` above 1) is never loaded over.
"""

import csv
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import auditing
from core.access import Permission
from core.errors import RuleError
from core.forms import check_version
from core.models import DataGroup
from core.text import clean_text

FILE = Path(__file__).parent / "data" / "data_groups.csv"
FIELDS = (
    "title", "contents", "purpose", "basis", "source", "is_sensitive", "retention_months", "retained_from",
)  # fmt: skip
TEXTS = ("title", "contents", "purpose", "source", "retained_from")
LONGEST_MONTHS = 1200  # a hundred years: more is a slip of the pen


@transaction.atomic
def load_data_groups() -> int:
    """Insert or refresh the groups that nobody has edited; returns how many the file holds."""
    edited = set(DataGroup.objects.filter(version__gt=1).values_list("code", flat=True))
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [_group(row) for row in csv.DictReader(file)]
    DataGroup.objects.bulk_create(
        [group for group in rows if group.code not in edited],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*FIELDS, "rank"],
    )
    return len(rows)


@transaction.atomic
def edit_data_group(*, group: DataGroup, version: str, by, **facts) -> DataGroup:
    """Change what is on record about a group. Raises PermissionDenied, RuleError (``stale``; by field otherwise)."""
    if not by.has_perm(Permission.MANAGE_PRIVACY):
        raise PermissionDenied
    group = DataGroup.objects.select_for_update().get(pk=group.pk)
    check_version(group, version)
    facts = {name: clean_text(value) if name in TEXTS else value for name, value in facts.items()}
    months = facts.get("retention_months", group.retention_months)
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise RuleError({"retention_months": f"保存期限应为 1 至 {LONGEST_MONTHS} 个月；尚未定的留空"})
    if months and not facts.get("retained_from", group.retained_from):
        raise RuleError({"retained_from": "填写了保存期限，请写明从何时起算"})
    before = {name: getattr(group, name) for name in facts}
    for name, value in facts.items():
        setattr(group, name, value)
    group.version += 1
    group.full_clean()
    group.save()
    changes = {name: [before[name], facts[name]] for name in facts if before[name] != facts[name]}
    auditing.record(by, "privacy.group_edit", group, title=group.title, changes=changes)
    return group


def retention_months(code: str) -> int | None:
    """How many months the group is kept after its time; None while the office has not decided."""
    return DataGroup.objects.filter(code=code).values_list("retention_months", flat=True).first()


def _group(row: dict[str, str]) -> DataGroup:
    months = row.pop("retention_months")
    return DataGroup(
        **row | {"is_sensitive": row["is_sensitive"] == "1", "rank": int(row["rank"])},
        retention_months=int(months) if months else None,
    )
