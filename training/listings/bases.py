"""实训基地 as a list, with the last evaluation and what was held there this year."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from training.filters.bases import BaseFilter
from training.models import BaseEvaluation, Enrolment, TrainingBase
from training.queries.bases import year_to_evaluate

CONCLUSIONS = dict(BaseEvaluation.Conclusion.choices)


def evaluation_sign(row, year: int) -> str:
    """What a list says of the yearly evaluation: the missing year, or the last year with its conclusion."""
    if row.is_unevaluated:
        return f"{year} 年度未评估"
    if row.evaluated_year is None:
        return "尚未评估"
    return f"{row.evaluated_year} 年度{CONCLUSIONS[row.evaluated_as]}"


class BaseListing(FilterListing):
    """实训基地."""

    name = "bases"
    title = "实训基地"
    url_name = "training:base_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(BaseFilter.Meta.fields)
    filter_class = BaseFilter
    order = ("name", "pk")
    whole = "认定中的实训基地"
    numbers = ("capacity", "attendances")
    columns = (
        Column("name", "基地名称", AsRead("name"), width=34),
        Column("level", "级别", lambda row, names: names["levels"].get(row.level, row.level), width=14),
        Column("host", "依托单位", lambda row, names: row.employer.name if row.employer else row.host, width=34),
        Column("trades", "可培训工种", AsRead("trades"), width=30),
        Column("capacity", "可同时培训人数", AsRead("capacity"), width=14),
        Column("recognised_on", "认定日期", AsRead("recognised_on")),
        Column("evaluation", "年度评估", lambda row, names: evaluation_sign(row, names["year"]), width=18),
        Column("attendances", "本年培训人次", AsRead("attendances"), width=12),
        Column("union", "归口工会", AsRead("union__name"), width=34, shown=False),
        Column("recognised_by", "认定机关", AsRead("recognised_by"), width=26, shown=False),
        Column("document_number", "认定文号", AsRead("document_number"), width=22, shown=False),
        Column("equipment", "场地与设备", AsRead("equipment"), width=40, shown=False),
        Column("withdrawn_on", "撤销日期", AsRead("withdrawn_on"), shown=False),
        Column("withdrawal_note", "撤销说明", AsRead("withdrawal_note"), width=30, shown=False),
    )  # fmt: skip

    def everything(self, user, query):
        """All bases: they are the town's and name nobody."""
        return bases_of(user)

    def names(self):
        """Names of the levels, and the year whose evaluation is looked for."""
        return {"levels": codes.names("base_level"), "year": year_to_evaluate(timezone.localdate())}


def bases_of(user):
    """Bases with ``evaluated_year`` and ``evaluated_as`` (the last evaluation), ``is_unevaluated`` (that of the last
    full year is missing) and ``attendances``: completed enrolments of this year (人次)."""
    today = timezone.localdate()
    last = BaseEvaluation.objects.filter(base=OuterRef("pk")).order_by("-year")
    missing = TrainingBase.objects.filter(pk=OuterRef("pk"), withdrawn_on=None)
    missing = missing.unevaluated(year_to_evaluate(today))
    rows = Enrolment.objects.completed().filter(
        training_class__base=OuterRef("pk"), completed_on__year=today.year
    )
    rows = rows.order_by().values("training_class__base").annotate(found=Count("pk")).values("found")
    return (
        TrainingBase.objects.visible_to(user)
        .select_related("union", "employer")
        .annotate(
            evaluated_year=Subquery(last.values("year")[:1]),
            evaluated_as=Subquery(last.values("conclusion")[:1]),
            is_unevaluated=Exists(missing),
            attendances=Coalesce(Subquery(rows), 0, output_field=IntegerField()),
        )
    )
