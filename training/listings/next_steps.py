"""差一步 as a list: people one rung below an open class of their trade (training.queries.ladder)."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from core import codes
from core.access import Permission
from core.lines import AsRead
from core.listing import Column, FilterListing
from core.text import clean_label
from training.filters.certificates import level_choices
from training.models import Certificate, Enrolment, TrainingClass
from training.queries.ladder import NEXT, enters_high_skill, leading_classes, one_step_below
from unions.filters import UnionBelowFilter
from workers.querysets import HIGH_SKILL

FREE, ENROLLED, HIGH = "free", "enrolled", "high"


class NextStepFilter(filters.FilterSet):
    """Query string of the list."""

    union = UnionBelowFilter()
    level = filters.ChoiceFilter(
        label="现有等级",
        choices=lambda: [choice for choice in level_choices() if choice[0] in NEXT],
        empty_label="全部",
    )
    trade = filters.CharFilter(label="工种", method="by_trade")
    standing = filters.ChoiceFilter(
        label="情况",
        method="by_standing",
        choices=[(FREE, "还没有报名"), (ENROLLED, "已报名"), (HIGH, "进入高技能人才")],
        empty_label="全部",
    )

    class Meta:
        model = Certificate
        fields = ["union", "level", "trade", "standing"]

    def by_trade(self, queryset, name, value):
        """Part of the trade."""
        return queryset.filter(trade__icontains=clean_label(value[:50], longest=50))

    def by_standing(self, queryset, name, value):
        """Enrolled in one of the classes or not, or a step into 高技能人才."""
        if value == HIGH:
            return queryset.filter(Q(next_level__in=HIGH_SKILL) & ~Q(level__in=HIGH_SKILL))
        return queryset.filter(is_enrolled=value == ENROLLED)


def _level(name: str):
    return lambda row, names: names["skill_level"].get(getattr(row, name), getattr(row, name))


def high(row, names: dict) -> str:
    """Whether the step leads into 高技能人才."""
    return "是" if enters_high_skill(row.level, row.next_level) else ""


class NextStepListing(FilterListing):
    """People from whose certificate an open class leads one rung up, those whose class begins first."""

    name = "next_steps"
    title = "差一步"
    url_name = "training:next_step_list"
    permission = Permission.VIEW_TRAINING
    parameters = tuple(NextStepFilter.Meta.fields)
    filter_class = NextStepFilter
    order = ("class_starts_on", "pk")
    whole = "全部差一步的职工"
    holds_people = True
    columns = (
        Column("name", "姓名", AsRead("worker__name"), reads=("worker__name",), personal=True),
        Column("trade", "工种", AsRead("trade"), width=16, reads=("trade",)),
        Column("level", "现有等级", _level("level"), width=16, reads=("level",)),
        Column("next_level", "下一级", _level("next_level"), width=16, reads=("next_level",)),
        Column("high", "进入高技能人才", high, width=14, reads=("level", "next_level")),
        Column("class", "报名中的班次", AsRead("class_title"), width=34, reads=("class_title",)),
        Column("class_starts_on", "开始日期", AsRead("class_starts_on"), reads=("class_starts_on",)),
        Column("enrolled", "报名", lambda row, names: "已报名" if row.is_enrolled else "未报名",
               reads=("is_enrolled",)),
        Column("union", "所属工会", AsRead("worker__union__name"), width=34, reads=("worker__union__name",)),
        Column("employer", "工作单位", AsRead("worker__employer__name"), width=34, shown=False,
               reads=("worker__employer__name",)),
        Column("issued_on", "发证日期", AsRead("issued_on"), shown=False, reads=("issued_on",)),
    )  # fmt: skip

    def everything(self, user, query):
        """Certificates of people on the roll in reach, with the first class that leads up: ``class_key``,
        ``class_title`` and ``class_starts_on``; ``is_enrolled`` in any of them."""
        rows = Certificate.objects.visible_to(user).filter(worker__anonymised_on=None)
        rows = rows.exclude(worker__standing="left").select_related("worker__union", "worker__employer")
        found = one_step_below(rows, user, timezone.localdate())
        first = leading_classes(user)
        open_ones = TrainingClass.objects.offered_to(user).filter(state=TrainingClass.State.OPEN)
        taken = Enrolment.objects.standing().filter(
            worker=OuterRef("worker"),
            training_class__in=open_ones.order_by().values("pk"),
            training_class__trade=OuterRef("trade"),
            training_class__level=OuterRef("next_level"),
        )
        found = found.annotate(
            class_key=Subquery(first.values("pk")[:1]),
            class_title=Subquery(first.values("title")[:1]),
            class_starts_on=Subquery(first.values("starts_on")[:1]),
            is_enrolled=Exists(taken),
        )
        return found.defer("worker__phone", "worker__phone_index")

    def names(self):
        """Names of the levels."""
        return {"skill_level": codes.names("skill_level")}
