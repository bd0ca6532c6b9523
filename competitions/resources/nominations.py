"""Kind ``nominations``: people whom a union puts forward in a selection. One row is one person in one selection."""

import hashlib

from django.urls import reverse

from competitions.bulk import nominations as nomination_bulk
from competitions.matching import nominations as nomination_matching
from competitions.models import Nomination, Selection
from competitions.rules.selections import NOMINATION_CLEANERS
from core import crypto
from core.access import Permission
from core.exchange import Cleaned, Column, Exchange, Problems, Staged
from core.idnumbers import identity_key
from core.text import mask_number, match_key
from core.widgets import ChoiceWidget, CleanedWidget, CountWidget
from unions.models import Union
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker

Position = Nomination.Position
POSITION_TEXTS = {
    Position.INDUSTRIAL: ("一线产业工人",),
    Position.FRONTLINE: ("其他一线职工", "专业技术人员", "其他一线"),
    Position.SCIENCE: ("科研教育人员", "科教"),
    Position.OTHER: ("其他", "管理人员"),
}
NO_SELECTION = "没有这个名称的推荐评选，或者您的工会不能推荐。{open}请核对名称，名称在评选页面上。"
OPEN_NOW = "现在接受推荐的有：{titles}。"
WHICH_YEAR = "这个名称的推荐评选有 {years} 年度的。请填写年度。"
NOT_THAT_YEAR = "这个名称的推荐评选没有这一年度的，现有 {years}。请改正年度。"
TWO_HOLDERS = "这一年度有两个工会主办同名的推荐评选。请在评选页面上推荐。"
OF_COLLECTIVES = "这次推荐的是集体（班组或单位），本表只推荐职工。请在评选页面上推荐集体。"
SHOWN = 8


class NominationExchange(Exchange):
    """Puts people forward as drafts, and mends drafts and what was sent back; the officer sees the shares and submits
    them on the page of the selection."""

    name = "nominations"
    title = "推荐人选"
    permission = Permission.EDIT_CONTESTS
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "先进推荐人选登记表"
    purpose = "本工会在推荐评选中推荐的职工，导入后是草稿；在评选页面上看过推荐比例，再勾选提交。"
    example = examples.PERSON | {
        "selection": "某某年市五一劳动奖章推荐",
        "year": "2026",
        "position": "产业工人",
        "job": "装配车间班长",
        "reason": "技术攻关成绩突出",
        "merits": "三年完成攻关八项，减少返工。",
    }
    footnote = (
        "填表说明：\n1、每行填写一名推荐人选；推荐评选的名称在评选页面上，同名的不止一个年度时填写年度。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。人选计入本人所在工会的名额。\n"
        "3、职工类别按现岗位认定；农民工、女性、中共党员按名册计算，不用填写。\n"
        "4、导入的是草稿，已是草稿或退回的按本表修改，已提交的不改。推荐表等附件在推荐页面上传。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    selection_title = Column(
        *("selection", "推荐评选", CleanedWidget(longest=100)),
        headings=("评选名称", "推荐评选名称", "推荐项目"),
        required=True,
        uniform=True,
        blank="error",
        width=30,
    )
    year = Column("year", "年度", CountWidget(), headings=("评选年度",), hint="同名的不止一个年度时填写")
    position = Column(
        *(
            "position",
            "职工类别",
            ChoiceWidget(Position, POSITION_TEXTS, what="职工类别", code="unknown_position"),
        ),
        headings=("人员类别", "推荐类别"),
        required=True,
        blank="error",
        width=20,
    )
    job = Column(
        *("job", "岗位", CleanedWidget(NOMINATION_CLEANERS["job"])), headings=("现岗位", "职务", "工作岗位")
    )
    reason = Column(
        *("reason", "推荐理由", CleanedWidget(NOMINATION_CLEANERS["reason"])),
        required=True,
        blank="error",
        hint="一句话，不超过 200 字",
        width=30,
    )
    merits = Column(
        *("merits", "主要事迹", CleanedWidget(NOMINATION_CLEANERS["merits"])),
        headings=("事迹", "主要事迹材料", "先进事迹"),
        required=True,
        blank="error",
        width=50,
    )

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, and the selections the uploader sees."""
        super().prepare(positions)
        unions = Union.objects.within_reach(self.by, Permission.EDIT_CONTESTS)
        self.unions = list((unions.within(self.union) if self.union else unions).values_list("pk", flat=True))
        self.selections: dict[str, list[Selection]] = {}
        for selection in Selection.objects.visible_to(self.by).order_by("-year", "-pk"):
            self.selections.setdefault(match_key(selection.title), []).append(selection)
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number and selection; who it is, and whether there is a place, is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        selection = self._selection(values.pop("selection", None), values.pop("year", None), problems)
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if selection is None or problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "selection": selection, "fields": values}
        return Cleaned(hashlib.sha256(person + selection.to_bytes(8)).digest(), staged, problems)

    def _selection(self, title: str | None, year: int | None, problems: Problems) -> int | None:
        """The selection that the cells name, for people; None with a problem at the cell."""
        if not title:
            return None
        named = self.selections.get(match_key(title), [])
        found = [one for one in named if year in (None, one.year)]
        years = "、".join(str(known) for known in sorted({one.year for one in named}))
        if not named:
            problems.add(self.column("selection"), title, self._unknown(), code="selection.unknown")
        elif not found:
            problems.add(
                self.column("year"), str(year), NOT_THAT_YEAR.format(years=years), code="year.unknown"
            )
        elif len({one.year for one in found}) > 1:
            problems.add(self.column("year"), "", WHICH_YEAR.format(years=years), code="year.missing")
        elif len(found) > 1:
            problems.add(self.column("selection"), title, TWO_HOLDERS, code="selection.ambiguous")
        elif found[0].is_collective:
            problems.add(self.column("selection"), title, OF_COLLECTIVES, code="selection.collective")
        else:
            return found[0].pk
        return None

    def _unknown(self) -> str:
        """That there is no such selection, with those that take nominations."""
        titles = [
            one.title
            for named in self.selections.values()
            for one in named
            if one.phase == Selection.Phase.OPEN and not one.is_collective
        ]
        shown = "、".join(titles[:SHOWN]) + ("等" if len(titles) > SHOWN else "")
        return NO_SELECTION.format(open=OPEN_NOW.format(titles=shown) if titles else "")

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same person in the same selection."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人在同一次推荐评选中。请核对后只保留一行。"

    def compare(self, staged: Staged) -> None:
        """Against the roll and the selections; see ``competitions.matching.nominations``."""
        nomination_matching.compare(staged, self)

    def lock(self, staged: Staged) -> None:
        """The people, then the selections: the order in which people are put forward, and records merged."""
        employment_matching.lock(staged)
        nomination_matching.lock(staged)

    def apply(self, staged: Staged) -> None:
        """See ``competitions.bulk.nominations``."""
        nomination_bulk.write(staged, by=self.by, today=self.today)

    def undo(self, staged: Staged) -> None:
        """See ``competitions.bulk.nominations``."""
        nomination_bulk.revert(staged, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_CONTESTS)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])
