"""What this app holds about one person, for the copy the person may ask for (settings.PERSON_RECORDS)."""

from core import codes
from training.models import Certificate
from training.permit_holdings import permit_sheets
from workers.holdings import Sheet, text_of
from workers.models import Worker

HEADINGS = (
    "种类",
    "工种",
    "等级",
    "证书编号",
    "发证机构",
    "发证日期",
    "有效期至",
    "状态",
    "附件数",
    "核验说明",
)


def records_of(worker: Worker, *, by, full_numbers: bool) -> list[Sheet]:
    """One sheet of certificates, two of permits and their reviews."""
    levels = codes.names("skill_level")
    found = Certificate.objects.visible_to(by).filter(worker=worker).prefetch_related("evidence")
    rows = [
        (
            row.get_kind_display(),
            row.trade,
            levels.get(row.level, row.level),
            row.number,
            row.issuer,
            text_of(row.issued_on),
            text_of(row.valid_until),
            row.get_state_display(),
            str(len(row.evidence.all())),
            row.decision_note,
        )
        for row in found
    ]
    permits = permit_sheets(worker, by=by, full_numbers=full_numbers)
    return [("技能证书", HEADINGS, rows), *permits]
