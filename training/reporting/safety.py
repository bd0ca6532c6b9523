"""C9 安全培训达标率 (domain facts 8.1 and 15.1), and the section that shows it beside C8."""

from types import MappingProxyType

from django.db.models import BigIntegerField, F
from django.db.models.functions import Coalesce

from core.reporting import Direction, Indicator, Line, Period, Section, counted
from training.listings.safety import missing
from training.queries import safety
from training.reporting.permits import overdue_permits, permit_lines
from unions.reporting import covering_union
from workers.models import Employment, Worker


def new_staff(unions, period: Period):
    """Jobs begun in the period that run at the cut-off, each at the union that covers the firm then."""
    jobs = safety.new_staff((period.start, period.end), period.end).select_related("worker", "employer")
    place = Coalesce(
        covering_union(period.end, "employer"), F("employer__union"), output_field=BigIntegerField()
    )
    jobs = counted(jobs.defer("worker__phone", "worker__phone_index"), place, unions)
    return jobs.order_by("start", "pk")


def trained_new_staff(unions, period: Period):
    """Those of them who had the hours and levels at the cut-off."""
    return new_staff(unions, period).filter(met=True)


def job_lines(records, user) -> list[Line]:
    """People by name with firm, day of entry and what is missing."""
    jobs: list[Employment] = list(records)
    may_open = Worker.objects.visible_to(user).filter(pk__in=[job.worker_id for job in jobs])
    opened = set(may_open.values_list("pk", flat=True))
    return [
        Line(job.worker.name, _detail(job), job.worker.get_absolute_url() if job.worker_id in opened else "")
        for job in jobs
    ]


def _detail(job) -> str:
    standing = missing(job, {})
    return f"{job.employer.name}，{job.start:%Y-%m-%d}入职，{standing if job.met else f'尚缺 {standing}'}"


class SafetySection(Section):
    """Permits for special work that should have been reviewed or renewed, and the training of new staff."""

    code = "safety"
    title = "安全生产培训"
    lines = MappingProxyType({"training.permit": permit_lines, "workers.employment": job_lines})
    indicators = (
        Indicator(
            code="C8",
            title="特种作业证到期未审",
            unit="本",
            direction=Direction.DOWN,
            numerator=overdue_permits,
            denominator=None,
            numerator_title="到期或逾期未复审的特种作业操作证",
            numerator_unit="本",
            note="在册在岗职工截止日在用的操作证中，应复审或换证日期早于截止日、又没有登记合格复审或换发新证的；"
            "已注销、已换发的不计。一人有几张证的分别计。",
        ),
        Indicator(
            code="C9",
            title="安全培训达标率",
            unit="%",
            direction=Direction.UP,
            numerator=trained_new_staff,
            denominator=new_staff,
            numerator_title="截止日前学满应训学时的新上岗人员",
            denominator_title="统计期内入职、截止日在岗的新上岗人员",
            numerator_unit="人次",
            denominator_unit="人次",
            note="按就业登记的入职日期统计，同时在几家单位入职的分别计；离职不满六个月又回原单位的不算新上岗；"
            "单位内转岗没有日期记录，不计。应训学时按入职日适用的规则：登记为高危行业的 72 学时，其他 24 学时；"
            "实行三级教育的单位，厂、车间、班组三级都要合格。学时为入职后安全培训班次登记到课的学时。",
        ),
    )
