"""Kind ``marks``: points that judges gave on sheets of their own. One row is one judge, entry and criterion."""

import hashlib

from django.core.exceptions import ValidationError
from django.urls import reverse

from competitions.bulk import marks as mark_bulk
from competitions.matching import marks as mark_matching
from competitions.models import Contest, Criterion, Entry, Event, Seat
from competitions.rules.judging import clean_points
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.text import clean_label, match_key
from core.widgets import CleanedWidget, CountWidget
from unions.models import Union

NO_CONTEST = "没有这个竞赛编号，或者它不在本次导入的范围内。请核对竞赛页面上的编号。"
NO_EVENT = "这项竞赛没有这个比赛项目，有：{known}。请核对。"
NO_STAGE = "这个比赛项目没有这个环节，有：{known}。请核对。"
NO_JUDGE = "这个环节没有安排这位评委，有：{known}。请核对，或先在竞赛的评委页面安排。"
TWO_JUDGES = "这个环节有几位同名的评委，无法确定是哪一位。请用评委录入或评分表录入。"
NO_NUMBER = "这个比赛项目没有这个参赛号。请核对。"
NO_CRITERION = "这个环节没有这个评分项，有：{known}。请核对。"


def _label(attribute: str, title: str, longest: int, **facts) -> Column:
    widget = CleanedWidget(lambda value: clean_label(value, longest=longest))
    return Column(attribute, title, widget, required=True, blank="error", **facts)


class MarkExchange(Exchange):
    """Marks of contests that the uploader keeps. A known mark with other points is changed, and the trail tells both."""

    name = "marks"
    title = "竞赛评分"
    permission = Permission.EDIT_CONTESTS
    key_column = "contest"
    record = Entry
    form_title = "竞赛评分登记表"
    purpose = "本工会主办的竞赛，评委在自己的表格里给出的得分。成绩封存之后不能导入。"
    example = {
        "contest": "某某-S2026-01",
        "event": "电工",
        "stage": "实操",
        "judge": "某某",
        "number": "1",
        "criterion": "操作规范",
        "points": "38.5",
    }
    footnote = (
        "填表说明：\n1、每行填写一位评委给一个参赛号一个评分项的得分，最多两位小数；没有评的行不填。\n"
        "2、竞赛编号、比赛项目、环节和评分项照竞赛页面填写；评委应已安排在这个环节。\n"
        "3、缺考的不填得分，在竞赛的评分页面登记缺考。"
    )

    contest = _label("contest", "竞赛编号", 32, headings=("编号",), uniform=True, width=20)
    event = _label("event", "比赛项目", 100, headings=("项目", "工种"), uniform=True, width=16)
    stage = _label("stage", "环节", 50, headings=("比赛环节",), uniform=True)
    judge = _label("judge", "评委", 50, headings=("评委姓名", "裁判", "裁判姓名"), uniform=True, width=12)
    number = Column(
        "number",
        "参赛号",
        CountWidget(),
        headings=("选手号", "抽签号"),
        required=True,
        blank="error",
        width=8,
    )
    criterion = _label("criterion", "评分项", 50, headings=("评分项目", "评分要素"), uniform=True, width=16)
    points = Column(
        *("points", "得分", CleanedWidget()),
        headings=("分数", "评分"), required=True, blank="error", hint="数字，最多两位小数", width=8,
    )  # fmt: skip

    def prepare(self, positions: dict[str, int]) -> None:
        """Contests inside the file's union that the uploader keeps, by code, with what rows name in them."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_CONTESTS)
        unions = unions.within(self.union) if self.union else unions
        contests = Contest.objects.filter(union__in=unions.order_by().values("pk"))
        self.contests = {match_key(one.code): one.pk for one in contests}
        self.known: dict[int, _Known] = {}

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """What the row names, step by step: an unknown event leaves nothing to say of its stage."""
        found = self._found(values, problems)
        if found is None or problems.blocking:
            return Cleaned(None, {}, problems)
        seat, entry, criterion = found
        try:
            points = clean_points(values["points"], criterion.most)
        except ValidationError as error:
            problems.refuse(self.column("points"), raw["points"], error)
            return Cleaned(None, {}, problems)
        keys = {"seat": seat, "entry": entry, "criterion": criterion.pk}
        staged = {"shown": f"{values['number']} 号", "fields": {"points": str(points)}} | keys
        return Cleaned(hashlib.sha256(repr(sorted(keys.items())).encode()).digest(), staged, problems)

    def _found(self, values: dict, problems: Problems) -> tuple[int, int, Criterion] | None:
        if not {"contest", "event", "stage", "judge", "number", "criterion", "points"} <= set(values):
            return None
        contest = self.contests.get(match_key(values["contest"]))
        if contest is None:
            problems.add(self.column("contest"), values["contest"], NO_CONTEST, code="contest.unknown")
            return None
        known = self.known.get(contest)
        if known is None:
            known = self.known[contest] = _Known(contest)
        event = self._one("event", values, known.events, NO_EVENT, problems)
        stage = event and self._one("stage", values, known.stages.get(event, {}), NO_STAGE, problems)
        if not stage:
            return None
        judges = self._one("judge", values, known.seats.get(stage, {}), NO_JUDGE, problems)
        if judges and len(judges) > 1:
            problems.add(self.column("judge"), values["judge"], TWO_JUDGES, code="judge.two")
        criterion = self._one("criterion", values, known.criteria.get(stage, {}), NO_CRITERION, problems)
        entry = known.entries.get((event, values["number"]))
        if entry is None:
            problems.add(self.column("number"), str(values["number"]), NO_NUMBER, code="number.unknown")
        return None if problems.blocking else (judges[0], entry, criterion)

    def _one(self, attribute: str, values: dict, known: dict, text: str, problems: Problems):
        """What a cell names among those known by match key → (title, thing)."""
        found = known.get(match_key(values[attribute]))
        if found is None:
            titles = "、".join(title for title, _ in known.values()) or "（还没有）"
            said = text.format(known=titles)
            problems.add(self.column(attribute), values[attribute], said, code=f"{attribute}.unknown")
            return None
        return found[1]

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same judge, entry and criterion."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一位评委给同一参赛号同一评分项的得分。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against phase, panel and known marks; see ``competitions.matching.marks``."""
        mark_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The seats, then the events: a freeze waits."""
        mark_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``competitions.bulk.marks``."""
        mark_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``competitions.bulk.marks``."""
        mark_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """Entries in the user's reach."""
        return Entry.objects.visible_to(user)

    def record_url(self, target_id: int) -> str:
        """The judging page of the entry's event."""
        event = Entry.objects.filter(pk=target_id).values_list("event", flat=True).first()
        return reverse("competitions:event_judging", args=[event]) if event else ""


class _Known:
    """What rows about one contest may name, by match key → (title, thing); five queries."""

    def __init__(self, contest: int):
        self.events = {
            match_key(one.title): (one.title, one.pk) for one in Event.objects.filter(contest=contest)
        }
        self.stages: dict[int, dict] = {}
        self.seats: dict[int, dict] = {}
        self.criteria: dict[int, dict] = {}
        for criterion in Criterion.objects.filter(stage__event__contest=contest).order_by("position"):
            titled = self.criteria.setdefault(criterion.stage_id, {})
            titled[match_key(criterion.title)] = (criterion.title, criterion)
        for event, stage, title in Event.objects.filter(contest=contest, stages__isnull=False).values_list(
            "pk", "stages", "stages__title"
        ):
            self.stages.setdefault(event, {})[match_key(title)] = (title, stage)
        seats = Seat.objects.filter(stage__event__contest=contest).order_by("pk")
        for stage, name, seat in seats.values_list("stage", "judge__name", "pk"):
            held = self.seats.setdefault(stage, {})
            keys = held[match_key(name)][1] if match_key(name) in held else []
            held[match_key(name)] = (name, [*keys, seat])
        numbered = Entry.objects.filter(event__contest=contest, start_number__isnull=False)
        self.entries = {
            (event, number): entry
            for event, number, entry in numbered.values_list("event", "start_number", "pk")
        }
