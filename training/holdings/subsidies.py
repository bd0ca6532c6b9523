"""What is held about a person's subsidies, for the copy the person may ask for (registers.PERSON_RECORDS)."""

from accounts.models import User
from core import codes
from training.models import SubsidyClaim
from training.rules.subsidies import rung_name
from workers.holdings import Sheet, text_of
from workers.models import Worker

HEADINGS = (
    *("工种", "等级", "发证日期", "申报时所属工会", "申报日期", "标准（元）", "加成（%）", "补贴金额（元）"),
    *("状态", "审核说明", "发放日期", "发放批次（凭证号）"),
)


def records_of(worker: Worker, *, by: User, full_numbers: bool) -> list[Sheet]:
    """One sheet: the person's claims in the reader's reach."""
    names = codes.names("skill_level")
    rows = [
        (
            claim.trade,
            rung_name(claim.level, names),
            text_of(claim.issued_on),
            claim.union.name,
            text_of(claim.claimed_on),
            str(claim.base),
            str(claim.surcharge),
            str(claim.amount),
            claim.get_state_display(),
            claim.decision_note,
            text_of(claim.paid_on),
            claim.voucher,
        )
        for claim in SubsidyClaim.objects.visible_to(by)
        .filter(certificate__worker=worker)
        .select_related("union")
    ]
    return [("技能提升补贴", HEADINGS, rows)]
