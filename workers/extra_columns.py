"""Columns beyond the circulated form: two flags of the person, and the facts of the job (domain facts 2.2).

A sheet may have any of them. The flags are facts of the person like the others; what is said about the job goes
to the person's employment at the firm of the line, running or new.
"""

from functools import partial

from core.exchange import Column, Problems
from core.text import clean_label
from core.widgets import CleanedWidget, CodeWidget, DayWidget, YesNoWidget

JOB = ("form", "occupation", "team", "staff_number", "start")
COLUMNS = (
    Column(
        "is_key_post",
        "关键岗位",
        YesNoWidget(),
        headings=("是否关键岗位", "是否关键岗位人员"),
        hint="填写“是”或“否”",
    ),
    Column("is_industrial", "产业工人", YesNoWidget(), headings=("是否产业工人",), hint="填写“是”或“否”"),
    Column(
        "form",
        "用工形式",
        CodeWidget("employment_form"),
        headings=("用工方式", "用工类型", "用工性质", "用工类别"),
        width=22,
    ),
    Column(
        "occupation",
        "工种",
        CleanedWidget(longest=50),
        headings=("岗位", "岗位名称", "工作岗位", "工种名称", "工种岗位", "岗位工种", "职业（工种）"),
    ),
    Column("team", "班组", CleanedWidget(longest=50), headings=("所在班组", "车间班组", "班组名称")),
    Column(
        "staff_number",
        "工号",
        CleanedWidget(partial(clean_label, longest=30)),
        headings=("企业工号", "员工编号", "职工编号", "员工号", "职工号", "员工工号", "职工工号"),
        number_text=True,
    ),
    Column(
        "start",
        "入职日期",
        DayWidget(),
        headings=(
            "入职时间",
            "入职年月日",
            "到岗日期",
            "到岗时间",
            "进厂日期",
            "进厂时间",
            "入厂日期",
            "入厂时间",
            "入司日期",
            "入司时间",
        ),
        hint="格式：yyyy/MM/dd",
    ),
)
TITLES = {column.attribute: column.column_name for column in COLUMNS}

NO_JOB = "没有填写工作单位，所填的{facts}无处登记。请填写单位全称，或清空这些栏。"
BEFORE_LAST = "此人在该单位的上一段就业到 {end} 才结束，入职日期应不早于这一天。请核对入职日期。"
AFTER_END = "入职日期应早于本行登记的离开日期 {end}。请核对日期。"

# People who are not on the roll yet and have no firm: what is said about the job has no place.
JOBLESS = """
UPDATE {rows} r
SET verdict = 'problem', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', %(firm)s::text, 'value', '', 'message', %(no_job)s::text, 'level', 'error',
    'code', 'employer.job_without_firm', 'compared', true))
WHERE {of_run} AND r.verdict = 'new' AND r."values" ->> 'employer' IS NULL AND r."values" ? 'job'
"""


def check_start(column: Column, job: dict, raw: dict, problems: Problems, *, today, closed_on) -> None:
    """The first day of a job is not to come and lies before the day on which the firm closed."""
    start = job.get("start")
    if start and start > today.isoformat():
        problems.add(column, raw["start"], "入职日期在今天之后。请核对日期。", code="start.future")
    elif start and closed_on and start >= closed_on.isoformat():
        message = f"该单位已于 {closed_on} 关停，入职日期应早于这一天。请核对日期。"
        problems.add(column, raw["start"], message, code="start.firm_closed")


def revise(said: dict, running: dict | None, plan: dict, last_end, *, leaves: bool) -> tuple[str, str] | None:
    """Add to ``plan`` what becomes of the facts that a line states about the job; ``running`` is the open
    employment at the firm with its ``id``, ``last_end`` the end of the one before. Returns a fault as
    (attribute, message), or None."""
    job = plan.get("job") or {}
    if job.get("to"):
        if last_end and said.get("start", job["on"]) < last_end.isoformat():
            return "start", BEFORE_LAST.format(end=last_end)
        if said:
            plan["job"] = job | {"facts": said}
    elif said and running:
        start = said.get("start")
        if start and last_end and start < last_end.isoformat():
            return "start", BEFORE_LAST.format(end=last_end)
        if start and job and start >= job["on"]:
            return "start", AFTER_END.format(end=job["on"])
        if new := {name: value for name, value in said.items() if running[name] != value}:
            was = {name: running[name] for name in new}
            plan["facts"] = {"id": running["id"], "set": new, "was": was}
    elif said and not leaves:
        return "employer", NO_JOB.format(facts="、".join(TITLES[name] for name in said))
    return None


def describe(plan: dict, kind) -> list[tuple[str, str, str]]:
    """What changes about the job, as (title, before, after) for the preview; ``kind`` shows codes by name."""
    job = plan.get("job") or {}
    facts = plan.get("facts") or {"set": job.get("facts") or {}, "was": {}}
    return [
        (title, kind.show(name, facts["was"]), kind.show(name, facts["set"]))
        for name, title in TITLES.items()
        if name in facts["set"]
    ]
