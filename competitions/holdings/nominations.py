"""What is held about the honours a person was put forward for, for the copy the person may ask for
(settings.PERSON_RECORDS). What was said in a public notice is not handed out: it would show who spoke up."""

from accounts.models import User
from competitions.models import Nomination
from workers.holdings import Sheet, text_of
from workers.models import Worker

HEADINGS = (
    *("推荐评选", "推荐工会", "职工类别", "岗位", "推荐理由", "主要事迹", "农民工", "女性", "中共党员"),
    *("取数日期", "提交日期", "情况", "说明"),
)
SAID = {True: "是", False: "否", None: "未登记"}


def records_of(worker: Worker, *, by: User, full_numbers: bool) -> list[Sheet]:
    """A sheet of the selections in which the person was put forward."""
    found = Nomination.objects.visible_to(by).filter(worker=worker).select_related("selection", "union")
    rows = [
        (
            row.selection.title,
            row.union.name,
            row.get_position_display(),
            row.job,
            row.reason,
            row.merits,
            *(SAID[said] for said in (row.is_migrant, row.is_woman, row.is_party)),
            text_of(row.facts_on),
            text_of(row.submitted_on),
            row.get_state_display(),
            row.note,
        )
        for row in found.order_by("pk")
    ]
    return [("推荐评选", HEADINGS, rows)]
