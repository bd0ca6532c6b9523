"""Kind ``entries``: people and teams for the events of contests. One row is one person in one event."""

import hashlib

from django.urls import reverse

from competitions.bulk import entries as entry_bulk
from competitions.matching import entries as entry_matching
from competitions.models import Event
from core import crypto
from core.access import Permission
from core.characters import match_key
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import clean_label, mask_number
from core.widgets import CleanedWidget
from unions.models import Union
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker

NO_CONTEST = "没有这个编号的竞赛，或者您的工会不能报名。请核对竞赛编号，编号在竞赛页面上。"
NO_EVENT = "这项竞赛没有这个比赛项目，现有：{titles}。请改为其中之一。"
SHOWN = 8


class EntryExchange(Exchange):
    """Enters people of the uploader's unions; who is entered already stays as it is."""

    name = "entries"
    title = "竞赛报名"
    permission = Permission.EDIT_CONTESTS
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "竞赛报名表"
    purpose = "本工会职工报名参加竞赛项目，个人和团体都可以。已经报名的不改动；报名之后由主办工会审核。"
    example = examples.PERSON | {
        "contest_code": "某某-S2026-01",
        "event_title": "电工",
        "team_name": "",
        "remark": "去年二等奖",
    }
    footnote = (
        "填表说明：\n1、每行填写一人参加的一个比赛项目；竞赛编号和比赛项目在竞赛页面上。\n"
        "2、团体项目写队名，同一队的人写同一个队名，整队一起报名；个人项目不写队名。\n"
        "3、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "4、不符合参赛条件的也可以报名，由主办工会审核；名额已满的不能报名。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    contest_code = Column(
        *("contest_code", "竞赛编号", CleanedWidget(lambda value: clean_label(value, longest=32))),
        headings=("竞赛代码", "比赛编号"),
        required=True,
        uniform=True,
        blank="error",
        width=20,
    )
    event_title = Column(
        *("event_title", "比赛项目", CleanedWidget(longest=100)),
        headings=("项目名称", "竞赛项目", "参赛项目", "参赛工种"),
        required=True,
        uniform=True,
        blank="error",
        width=20,
    )
    team_name = Column(
        *("team_name", "队名", CleanedWidget(longest=50)),
        headings=("参赛队", "队伍名称"),
        hint="团体项目填写",
    )
    remark = Column("remark", "备注", CleanedWidget(longest=200), headings=("报名备注",), width=24)

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, and the events open to the uploader."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_CONTESTS)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.events: dict[str, dict[str, tuple[int, str]]] = {}
        events = Event.objects.visible_to(self.by).order_by("pk")
        for code, title, pk in events.values_list("contest__code", "title", "pk"):
            self.events.setdefault(code, {})[match_key(title)] = (pk, title)
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number, event and team; who it is, and whether there is a place, is told in ``compare``. A row with a
        fault keeps its event and team: the team cannot be entered without it."""
        check = row_checks.check_number(self, values, raw, problems)
        event = self._event(values.pop("contest_code", None), values.pop("event_title", None), problems)
        staged = {"event": event, "team": values.get("team_name", "")}
        if check is None:
            return Cleaned(None, staged, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged |= {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if event is None or problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "fields": values}
        key = hashlib.sha256(person + event.to_bytes(8)).digest()
        return Cleaned(key, staged, problems)

    def _event(self, code: str | None, title: str | None, problems: Problems) -> int | None:
        if not code or not title:
            return None
        events = self.events.get(code)
        if events is None:
            problems.add(self.column("contest_code"), code, NO_CONTEST, code="contest_code.unknown")
            return None
        if found := events.get(match_key(title)):
            return found[0]
        titles = [known for _, known in events.values()]
        shown = "、".join(titles[:SHOWN]) + ("等" if len(titles) > SHOWN else "")
        message = NO_EVENT.format(titles=shown)
        problems.add(self.column("event_title"), title, message, code="event_title.unknown")
        return None

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person in the same event."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人报同一个项目。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and the entries; see ``competitions.matching.entries``."""
        entry_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The events, then the people: the order in which everybody enters people."""
        entry_matching.lock(staged)
        employment_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``competitions.bulk.entries``."""
        entry_bulk.write(staged, by=self.by)

    def undo(self, staged: Staged) -> None:
        """See ``competitions.bulk.entries``."""
        entry_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_CONTESTS)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
