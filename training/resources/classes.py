"""Kind ``classes``: classes of the uploader's unions. One row is one class: a new one, or by its code a planned one.

A few hundred rows at most, so each goes through the services of classes, with their rules and audit entries.
"""

import datetime as dt
import hashlib
from decimal import Decimal
from functools import cached_property

from django.urls import reverse

from core.access import Permission
from core.edited_cells import clean_edited
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.numbers import cell_count, cell_decimal
from core.text import clean_label, match_key
from core.widgets import ChoiceWidget, CleanedWidget, CodeWidget, DayWidget, YesNoWidget
from training.bulk import classes as class_bulk
from training.matching import classes as class_matching
from training.models import SAFETY, Provider, SafetyLevel, TrainingClass
from training.rules.classes import CLASS_CLEANERS
from unions.models import Union
from unions.naming import clean_title, employer_key

DAY = "格式：yyyy/MM/dd"
UNKNOWN_UNION = "没有这个工会，或者它不在本次导入的范围内。请核对主办工会的名称或编号。"
SAFETY_TEXTS = {
    SafetyLevel.PLANT: ("厂级", "公司级"),
    SafetyLevel.WORKSHOP: ("车间",),
    SafetyLevel.TEAM: ("班组",),
}
# What an emptied cell of an exported list means.
EMPTY = {"planned_hours": None, "capacity": None, "is_open_below": False}


def clean_hours(value) -> str:
    """学时 with one decimal at most, as text. Raises TextError."""
    return cell_decimal(
        *(value, "学时"),
        units=("学时", "课时"),
        places=1,
        fits=lambda hours: 0 <= hours < 100_000,
        remedy="请填写 0 以上的数字，最多一位小数",
        code="not_hours",
    )


def clean_capacity(value) -> int | None:
    """The number of places; 不限 is none. Raises TextError."""
    return None if str(value).strip() in ("不限", "无限制") else cell_count(value)


def _text(name: str) -> CleanedWidget:
    return CleanedWidget(CLASS_CLEANERS[name])


class ClassExchange(Exchange):
    """Plans classes, and changes planned ones; a blank cell says nothing."""

    name = "classes"
    title = "培训班次"
    permission = Permission.EDIT_TRAINING
    key_column = "code"
    record = TrainingClass
    form_title = "培训班次登记表"
    purpose = "本工会主办的培训班次：新增计划中的班次，或按班次编号修改还在计划中的班次。"
    example = {
        "code": "某某-2026-001",
        "title": "（示例）电工安全生产培训班",
        "kind": "安全生产培训",
        "trade": "电工",
        "level": "中级工(四级)",
        "safety_level": "厂（公司）级",
        "union": "某某公司工会委员会",
        "provider": "某某培训学校",
        "place": "某某会议室",
        "starts_on": "2026/03/02",
        "ends_on": "2026/03/20",
        "planned_hours": "32",
        "teachers": "某某某",
        "fund_source": "工会经费",
        "subsidy_note": "按镇总工会的规定",
        "capacity": "40",
        "is_open_below": "否",
    }
    footnote = (
        "填表说明：\n1、每行填写一个班次；新增的班次编号空着，由系统编号；修改的填写原编号。\n"
        "2、已开放报名、开课、结束或取消的班次不能用表格修改，请在班次页面办理。\n"
        "3、承办机构填写名单中的名称或统一社会信用代码；名单中没有的，作为其他承办单位登记。"
    )

    code = Column(
        *("code", "班次编号", CleanedWidget(lambda value: clean_label(value, longest=32))),
        headings=("班级编号", "培训班编号"),
        hint="新增的空着",
        width=20,
    )
    class_title = Column(
        *("title", "培训名称", _text("title")),
        headings=("班次名称", "培训班名称", "班级名称"),
        required=True,
        blank="error",
        width=30,
    )
    kind = Column(
        *("kind", "培训类别", CodeWidget("training_kind")),
        headings=("类别", "培训类型"),
        required=True,
        uniform=True,
        blank="error",
        width=16,
    )
    trade = Column("trade", "工种", _text("trade"), headings=("培训工种", "职业（工种）"))
    level = Column(*("level", "技能等级", CodeWidget("skill_level")), headings=("级别", "培训等级", "等级"))
    safety_level = Column(
        "safety_level",
        "安全教育层级",
        ChoiceWidget(SafetyLevel, SAFETY_TEXTS, what="安全教育层级", code="unknown_level"),
        headings=("安全教育级别",),
    )
    union_name = Column(
        *("union", "主办工会", CleanedWidget(clean_title)),
        headings=("主办单位", "主办"),
        uniform=True,
        width=28,
    )
    provider = Column(
        *("provider", "承办机构", _text("organiser")),
        headings=("承办单位", "培训机构", "承办机构及资质"),
        uniform=True,
        width=24,
    )
    place = Column("place", "地点", _text("place"), headings=("培训地点", "上课地点"), width=20)
    starts_on = Column(
        *("starts_on", "开始日期", DayWidget()),
        headings=("开班日期", "起始日期", "培训开始日期"),
        required=True,
        uniform=True,
        blank="error",
        hint=DAY,
    )
    ends_on = Column(
        *("ends_on", "结束日期", DayWidget()),
        headings=("结业日期", "终止日期", "培训结束日期"),
        required=True,
        uniform=True,
        blank="error",
        hint=DAY,
    )
    planned_hours = Column("planned_hours", "计划学时", CleanedWidget(clean_hours), headings=("学时", "课时"))
    teachers = Column("teachers", "授课教师", _text("teachers"), headings=("教师", "师资"), width=20)
    fund_source = Column(
        "fund_source", "经费来源", _text("fund_source"), headings=("资金来源",), uniform=True
    )
    subsidy_note = Column("subsidy_note", "补贴标准", _text("subsidy_note"), uniform=True)
    capacity = Column(
        *("capacity", "名额", CleanedWidget(clean_capacity)),
        headings=("计划人数", "招生人数"),
        hint="整数，不限的空着",
    )
    is_open_below = Column(
        *("is_open_below", "下级工会可以报名", YesNoWidget()), uniform=True, hint="填写“是”或“否”"
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, by name and code."""
        super().prepare(positions)
        reach = Union.objects.within_reach(self.by, Permission.EDIT_TRAINING).filter(dissolved_on=None)
        unions = list(reach.within(self.union) if self.union else reach)
        self.unions = {union.pk: union for union in unions}
        self.union_by_text = {match_key(union.code): union.pk for union in unions}
        self.union_by_text |= {employer_key(union.name): union.pk for union in unions}

    @cached_property
    def providers(self) -> dict[str, Provider]:
        """The town's list by name and credit code; an undo asks for it too, without ``prepare``."""
        rows = list(Provider.objects.visible_to(self.by))
        return {row.credit_code: row for row in rows if row.credit_code} | {
            match_key(row.name): row for row in rows
        }

    def provider_of(self, text: str) -> Provider | None:
        """The provider of the town's list that a cell names."""
        return self.providers.get(text) or self.providers.get(match_key(text))

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Days, levels and the organising union; whether the class is known is told in ``compare``."""
        unread = raw.keys() - values.keys()
        for attribute, text, code in self.faults(values):
            if attribute not in unread:
                problems.add(self.column(attribute), raw.get(attribute, ""), text, code=f"{attribute}.{code}")
        union, code = self._union_of(values.pop("union", None), problems), values.pop("code", None)
        staged = {"shown": values.get("title", "")}
        if problems.blocking:
            return Cleaned(None, staged, problems)
        self._tell_provider(values, problems)
        staged |= {"code": code, "union": union, "fields": values}
        told = code or f"{union or ''}:{values['title']}:{values['starts_on']}"
        return Cleaned(hashlib.sha256(told.encode()).digest(), staged, problems)

    def _union_of(self, text: str | None, problems: Problems) -> int | None:
        """The organising union: as the cell says, else the one the file was uploaded for, else the only one."""
        if text:
            found = self.union_by_text.get(employer_key(text)) or self.union_by_text.get(match_key(text))
            if found is None:
                problems.add(self.column("union"), text, UNKNOWN_UNION, code="union.unknown")
            return found
        if self.union:
            return self.union.pk
        return next(iter(self.unions)) if len(self.unions) == 1 else None

    def _tell_provider(self, values: dict, problems: Problems) -> None:
        text = values.get("provider")
        if text and self.provider_of(text) is None:
            message = "承办机构名单中没有这个名称，将作为其他承办单位登记。"
            problems.add(self.column("provider"), text, message, level="warning", code="provider.unlisted")

    def faults(self, facts: dict) -> list[tuple[str, str, str]]:
        """(attribute, sentence, code) of what does not go together among the facts of a class."""
        found = []
        begins, ends = facts.get("starts_on"), facts.get("ends_on")
        if begins and ends and ends < begins:
            found.append(("ends_on", f"结束日期早于开始日期 {begins}。请核对两个日期。", "before_start"))
        if facts.get("safety_level") and facts.get("kind") != SAFETY:
            found.append(
                ("safety_level", "只有安全生产培训填写安全教育层级。请空着，或核对培训类别。", "not_safety")
            )
        if facts.get("capacity") == 0:
            found.append(("capacity", "名额应大于 0；不限名额的请空着。", "zero"))
        provider = self.provider_of(facts.get("provider") or "")
        if provider and not provider.is_active:
            found.append(("provider", f"“{provider.name}”已停用。请选择在用的承办机构。", "retired"))
        return found

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Edited cells of an exported class; what they make together is judged in ``compare``."""
        problems = Problems()
        values, _, emptied = clean_edited(self, texts, problems)
        self._tell_provider(values, problems)
        fields = values | {name: EMPTY.get(name, "") for name in emptied}
        return Cleaned(None, {"keyed": pk, "shown": "", "fields": fields}, problems)

    def typed(self, fields: dict) -> dict:
        """Staged facts as the services take them; the provider by name or as another organiser."""
        found = {name: value for name, value in fields.items() if name != "provider"}
        for name in ("starts_on", "ends_on"):
            if name in found:
                found[name] = dt.date.fromisoformat(found[name])
        if found.get("planned_hours"):
            found["planned_hours"] = Decimal(found["planned_hours"])
        if "provider" in fields:
            text = fields["provider"]
            provider = self.provider_of(text) if text else None
            found |= {"provider": provider, "organiser": "" if provider else text}
        return found

    def compare(self, staged: Staged) -> None:
        """Against the classes of the unions in reach; see ``training.matching.classes``."""
        class_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The known classes, in one order."""
        class_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """Row by row through the services; see ``training.bulk.classes``."""
        class_bulk.write(staged, self)

    def undo(self, staged: Staged) -> None:
        """See ``training.bulk.classes``."""
        class_bulk.revert(staged, self)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same class."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一个班次。请核对后只保留一行。"

    @classmethod
    def records(cls, user):
        """Classes in the user's reach."""
        return TrainingClass.objects.visible_to(user)

    def record_url(self, target_id: int) -> str:
        """The page of the class."""
        return reverse("training:class_detail", args=[target_id])
