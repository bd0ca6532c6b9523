"""What is held about a person's permits, for the copy the person may ask for (training.holdings)."""

from accounts.models import User
from core import codes
from core.text import mask_number
from training.models import Permit, PermitReview
from workers.holdings import YES_NO, Sheet, text_of
from workers.models import Worker


def permit_sheets(worker: Worker, *, by: User, full_numbers: bool) -> list[Sheet]:
    """Cards and their reviews; numbers in full only with ``full_numbers``."""
    names = codes.names("permit_category")
    cards = [
        (
            names.get(permit.category, permit.category),
            permit.item,
            _number(permit, full_numbers),
            permit.issuer,
            text_of(permit.issued_on),
            text_of(permit.valid_until),
            text_of(permit.due_on),
            permit.get_state_display(),
            permit.end_note,
        )
        for permit in Permit.objects.visible_to(by).filter(worker=worker)
    ]
    headings = (
        "作业类别",
        "准操项目",
        "操作证号",
        "发证机关",
        "发证日期",
        "有效期至",
        "应复审或换证日期",
        "状态",
    )
    return [("特种作业操作证", (*headings, "停用说明"), cards), _reviews(worker, by, names)]


def _number(permit: Permit, full: bool) -> str:
    number = permit.number or ""
    return number if full else mask_number(number)


def _reviews(worker: Worker, by: User, names: dict) -> Sheet:
    found = PermitReview.objects.visible_to(by).filter(permit__worker=worker).select_related("permit")
    rows = [
        (
            names.get(review.permit.category, review.permit.category),
            text_of(review.on),
            YES_NO[review.passed],
            text_of(review.hours),
            review.note,
        )
        for review in found
    ]
    return "操作证复审", ("作业类别", "复审日期", "合格", "安全培训学时", "说明"), rows
