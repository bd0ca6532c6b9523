"""How long a public notice hangs: weekends, and the holidays that the office entered, and what is said without them."""

import datetime as dt

import pytest
import time_machine

from competitions.forms.selections import NoticeForm
from competitions.models import Selection
from competitions.services import selections
from core.errors import RuleError
from core.workdays import enter_special_days
from tests.factories.nominations import NominationFactory, SelectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC), tick=False):
        yield


def test_the_holidays_that_the_office_entered_count_in_a_notice_of_working_days(town, clerk):
    selection = SelectionFactory(union=town)
    NominationFactory(selection=selection, state="shortlisted")
    early = {
        "selection": selection,
        "start": dt.date(2026, 11, 3),
        "until": dt.date(2026, 11, 8),
        "by": clerk,
    }

    def refusal():
        with pytest.raises(RuleError) as error:
            selections.start_notice(**early)
        return error.value.message_dict["until"]

    text = "公示应不少于 5 个工作日（含开始当天），最早到 {}，现填 2026-11-08"
    unknown = "（未录入 2026 年放假安排，只扣除周六、周日）"
    assert refusal() == [text.format("2026-11-09") + unknown]
    assert NoticeForm(selection=selection).fields["until"].help_text == (
        "含开始和结束当天。未录入 2026 年放假安排，只扣除周六、周日，遇法定节假日请自行顺延"
    )
    notice = {"year": 2026, "source": "试验放假安排通知", "by": clerk}
    enter_special_days(kind="rest", start=dt.date(2026, 11, 4), until=dt.date(2026, 11, 6), **notice)
    assert refusal() == [text.format("2026-11-12")]
    enter_special_days(kind="work", start=dt.date(2026, 11, 7), until=dt.date(2026, 11, 8), **notice)
    assert refusal() == [text.format("2026-11-10")]
    form = NoticeForm(selection=selection)
    assert form.initial == {"start": dt.date(2026, 11, 3), "until": dt.date(2026, 11, 10)}
    assert form.fields["until"].help_text == (
        "含开始和结束当天。按工作日计算，已扣除周六、周日和录入的放假，调休上班的算工作日"
    )
    Selection.objects.filter(pk=selection.pk).update(notice_unit="calendar")
    assert selections.start_notice(**early | {"until": dt.date(2026, 11, 7)}).phase == "notice"
