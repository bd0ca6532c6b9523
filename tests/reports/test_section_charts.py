"""Charts that a section brings, and figures that are quotients rather than shares."""

import datetime as dt
from decimal import Decimal

from core.reporting import Figure, Period, indicators
from reports import charts, drawing, queries
from reports.workbook import value_cell
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.subsidies import ClaimFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory


def test_a_sections_own_chart_is_frozen_and_drawn(union):
    worker = WorkerFactory(employer=EmployerFactory(union=union, employees=30))
    for place in range(2):
        EnrolmentFactory(
            training_class=ClassFactory(union=union, code=f"Z-{place}"), worker=worker, result="passed",
            completed_on=dt.date(2026, 10, 5),
        )  # fmt: skip
    option = queries.section_charts(None, Period.parse("2026-10"))[0]["option"]
    assert [(series["name"], series["data"][-1]) for series in option["series"]] == [
        ("培训人次", 2),
        ("培训人数", 1),
    ]
    drawn = drawing.section_charts({"charts": {"sections": [{"title": "职工教育培训", "option": option}]}})
    assert (drawn[0]["number"], drawn[0]["title"]) == (3, "近十二个月培训人次和培训人数")
    assert drawn[0]["drawing"].startswith("<svg")
    assert drawing.section_charts({"charts": {}}) == []  # a report from before there were any
    assert queries.section_charts(None, Period.parse("2024-01")) == []


def test_only_members_come_and_go(union):
    """Subsidies paid, activities and innovations are dated by month too, and were taken off the members."""
    october = Period.parse("2026-10")
    worker = WorkerFactory(employer=EmployerFactory(union=union))
    ClaimFactory(certificate__worker=worker, state="paid", claimed_on=dt.date(2026, 10, 9))
    assert indicators()["C7N"].measure(None, october).numerator == 1
    movements = queries.movements(None, october)
    assert [column["title"] for column in movements["columns"]] == [
        "入会", "转入", "转为保留会籍", "转出", "除名", "退会", "死亡",
    ]  # fmt: skip
    came, went = (
        sum(column["values"][-1] for column in movements["columns"] if column["sign"] == sign)
        for sign in (1, -1)
    )
    assert (came - went, went) == (movements["net"][-1], 0)


def test_hours_a_person_are_a_quotient_and_stay_out_of_the_chart_of_shares():
    figure = Figure(indicators()["C13"], 250, 40)
    assert (figure.value, figure.text) == (Decimal("6.3"), "6.3学时/人")
    assert Figure(indicators()["C4"], 10, 40).text == "25.0%"
    rows = [queries.figure_row(indicators()[code], "", (1, 4), (1, 8)) for code in ("C4", "C13")]
    assert list(_axis(charts.rates(rows))) == ["培训覆盖率"]
    assert (rows[1]["text"], rows[1]["change_text"]) == ("0.3学时/人", "+0.2学时/人")
    assert [value_cell(value) for value in ("6.3", "12", None)] == [6.3, 12, "无适用单位"]


def _axis(option) -> list:
    return next(axis["data"] for axis in (option["xAxis"], option["yAxis"]) if "data" in axis)
