"""Kinds ``honours`` and ``collective_honours``: one row is one honour of a person, or of a collective.

They enter honours, and correct known ones, which then wait for the town anew; a blank cell says nothing. A kind of honour
that is not given to such a holder is a problem of its cell: a collective's honour never gets into the sheet of people.
"""

import hashlib

from django.urls import reverse

from competitions.bulk import honours as honour_bulk
from competitions.matching import honours as honour_matching
from competitions.matching.honour_changes import DAYS, same
from competitions.models import CollectiveHonour, Honour, HonourType, Nature
from competitions.resources import honour_columns
from competitions.rules.honours import TEAM_CLEANERS, WHO, day_faults
from core import codes, crypto
from core.access import Permission
from core.edited_cells import clean_edited
from core.exchange import Cleaned, Column, Exchange, Problems
from core.idnumbers import identity_key
from core.text import clean_short, mask_number, match_key
from core.widgets import CleanedWidget
from unions.models import Union
from unions.naming import employer_key
from workers import employment_matching, examples, row_checks, who_columns
from workers.models import Worker

UNKNOWN_UNION = "没有这个工会，或者它不在本次导入的范围内。请核对工会的名称或编号。"
FACTS_EXAMPLE = {
    "level": "县级(乐清市)",
    "issuer": "乐清市总工会",
    "batch": "第三批",
    "year": "2026",
    "document_number": "乐工发〔2026〕1号",
    "awarded_on": "2026/05/01",
    "valid_until": "2029/04/30",
    "recheck_on": "2028/05/01",
}


class _HonourSheet(Exchange):
    """What both sheets have in common; ``nature`` is who holds their honours."""

    permission = Permission.EDIT_CONTESTS
    nature: Nature

    def prepare(self, positions: dict[str, int]) -> None:
        """Unions inside the file's union that the uploader may write to, and the kinds given to this nature."""
        super().prepare(positions)
        reach = Union.objects.within_reach(self.by, Permission.EDIT_CONTESTS).filter(dissolved_on=None)
        self.union_rows = list(reach.within(self.union) if self.union else reach)
        self.unions = [union.pk for union in self.union_rows]
        self.given: dict[str, list[str]] = {}
        for code, nature in HonourType.objects.values_list("code", "nature"):
            self.given.setdefault(code, []).append(nature)
        self.type_names = codes.names("honour_type")

    def check_facts(self, values: dict, raw: dict, problems: Problems) -> list[str]:
        """The kind against its rule, the days against each other; completes year and title, and returns which of the two
        no cell said."""
        kind, awarded = values.get("type"), values.get("awarded_on", "")
        implied = [name for name in ("year", "title") if values.get(name) in (None, "")]
        if kind and self.nature not in self.given.get(kind, []):
            problems.add(self.column("type"), raw["type"], self._not_given(kind), code="type.nature")
        for name, text, code in day_faults(values, self.today):
            problems.add(self.column(name), raw.get(name, ""), text, code=f"{name}.{code}")
        if awarded:
            values.setdefault("year", int(awarded[:4]))
        if kind and not values.get("title"):
            values["title"] = self.type_names.get(kind, kind)
        return implied

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """Edited cells of an exported honour; what they make together is judged in ``compare``."""
        problems = Problems()
        values, _, emptied = clean_edited(self, texts, problems)
        if "year" in emptied:
            problems.blank(self.column("year"))
        fields = values | {name: None if name in DAYS else "" for name in emptied}
        return Cleaned(None, {"keyed": pk, "shown": "", "fields": fields}, problems)

    def _not_given(self, kind: str) -> str:
        name, natures = self.type_names.get(kind, kind), self.given.get(kind, [])
        if not natures:
            return f"“{name}”还没有授予对象的规则，不能登记。请镇总工会先在“荣誉种类规则”中补充。"
        whose = "、".join(WHO[nature] for nature in natures)
        return f"“{name}”授予{whose}，不能登记给{WHO[self.nature]}。请改正种类，或用另一种表格。"

    def key_of(self, holder: bytes, values: dict) -> bytes:
        """What tells the row from others of the sheet."""
        told = ":".join(str(part) for part in same(values))
        return hashlib.sha256(holder + told.encode()).digest()


class HonourExchange(_HonourSheet):
    """Honours of people, who are named by number."""

    name = "honours"
    title = "个人荣誉"
    nature = Nature.INDIVIDUAL
    key_column = "number"
    record = Worker
    holds_people = True
    form_title = "个人荣誉登记表"
    purpose = "职工获得的个人荣誉，每行一项；登记后待镇总工会核实。工人先锋号等集体荣誉用“集体荣誉”表。"
    example = examples.PERSON | {"type": "乐清工匠", "title": "乐清工匠"} | FACTS_EXAMPLE
    footnote = (
        "填表说明：\n1、每行填写一人获得的一项荣誉，对照文件或证书填写。\n"
        "2、人员须已在会员名册中；姓名用来核对证件号码有没有填错，须与名册一致。\n"
        "3、同一人、同一种类、同一年度的荣誉已登记的，按本表修改，空着的不改；改过的由镇总工会重新核实。\n"
        "4、登记的年度有误的，填写文件号：按种类和文件号找到原来的登记，年度随之更正。\n"
        "5、种类登记错的请在荣誉页面修改：用本表填写正确的种类会另外登记一项。"
    )

    full_name = who_columns.FULL_NAME
    doc_type, number = who_columns.DOC_TYPE, who_columns.NUMBER
    kind, level, honour_title = honour_columns.TYPE, honour_columns.LEVEL, honour_columns.TITLE
    issuer, batch, year = honour_columns.ISSUER, honour_columns.BATCH, honour_columns.YEAR
    document_number, awarded_on = honour_columns.DOCUMENT, honour_columns.AWARDED_ON
    valid_until, recheck_on = honour_columns.VALID_UNTIL, honour_columns.RECHECK_ON

    def prepare(self, positions: dict[str, int]) -> None:
        """Also the keys of the index of numbers."""
        super().prepare(positions)
        self.index_number = crypto.indexer("identity")

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Number, kind and days of the row; who it is, and whether it is known, is told in ``compare``."""
        check = row_checks.check_number(self, values, raw, problems)
        implied = self.check_facts(values, raw, problems)
        if check is None:
            return Cleaned(None, {}, problems)
        person = self.index_number(identity_key(values.pop("doc_type"), check.number))
        staged = {"shown": mask_number(check.number), "person": f"\\x{person.hex()}"}
        if problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"name": values.pop("name"), "fields": values, "implied": implied}
        return Cleaned(self.key_of(person, values), staged, problems)

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same honour of the same person."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一人同一年度的同一种荣誉。请核对后只保留一行。"

    def compare(self, staged) -> None:
        """See ``competitions.matching.honours``."""
        honour_matching.compare(staged, self)

    def lock(self, staged) -> None:
        """The people the file names."""
        employment_matching.lock(staged)

    def apply(self, staged) -> None:
        """See ``competitions.bulk.honours``."""
        honour_bulk.write(staged, by=self.by)

    def undo(self, staged) -> None:
        """See ``competitions.bulk.honours``."""
        honour_bulk.revert(staged, Honour, by=self.by)

    @classmethod
    def records(cls, user):
        """People on the roll in the user's reach."""
        return Worker.objects.within_reach(user, Permission.VIEW_CONTESTS)

    def record_url(self, target_id: int) -> str:
        """The worker's page."""
        return reverse("workers:worker_detail", args=[target_id])


class CollectiveHonourExchange(_HonourSheet):
    """Honours of teams, firms and unions, which are named."""

    name = "collective_honours"
    title = "集体荣誉"
    nature = Nature.COLLECTIVE
    key_column = "team"
    record = CollectiveHonour
    form_title = "集体荣誉登记表"
    purpose = "班组、用人单位或工会获得的集体荣誉，每行一项；登记后待镇总工会核实。"
    example = {
        "union": "",
        "team": "（示例）装配一班",
        "employer": "",
        "type": "工人先锋号",
        "title": "工人先锋号",
    }
    example |= FACTS_EXAMPLE
    footnote = (
        "填表说明：\n1、每行填写一个集体获得的一项荣誉。授予班组的填班组名称，授予单位的填用人单位，授予工会的两项都空着。\n"
        "2、班组须已登记，名称须与登记的一致。工会空着的，在上传时选择的工会及其下级工会范围内查找班组和用人单位。\n"
        "3、同一集体、同一种类、同一年度的荣誉已登记的，按本表修改，空着的不改；改过的由镇总工会重新核实。\n"
        "4、登记的年度有误的，填写文件号：按种类和文件号找到原来的登记，年度随之更正。\n"
        "5、种类登记错的请在荣誉页面修改：用本表填写正确的种类会另外登记一项。"
    )

    union_name = Column(
        *("union", "工会", CleanedWidget(lambda value: clean_short(value, longest=100))),
        headings=("工会名称", "所属工会", "工会编号"),
        uniform=True,
        width=30,
    )
    team = Column("team", "班组", CleanedWidget(TEAM_CLEANERS["name"]), headings=("班组名称",), width=20)
    employer = Column(
        *("employer", "用人单位", CleanedWidget(lambda value: clean_short(value, longest=100))),
        headings=("单位", "单位名称", "企业名称"),
        width=30,
    )
    kind, level, honour_title = honour_columns.TYPE, honour_columns.LEVEL, honour_columns.TITLE
    issuer, batch, year = honour_columns.ISSUER, honour_columns.BATCH, honour_columns.YEAR
    document_number, awarded_on = honour_columns.DOCUMENT, honour_columns.AWARDED_ON
    valid_until, recheck_on = honour_columns.VALID_UNTIL, honour_columns.RECHECK_ON

    def prepare(self, positions: dict[str, int]) -> None:
        """Also the unions by name and code."""
        super().prepare(positions)
        self.union_by_text = {match_key(union.code): union.pk for union in self.union_rows}
        self.union_by_text |= {employer_key(union.name): union.pk for union in self.union_rows}

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Kind, days and union of the row; whose it is, and whether it is known, is told in ``compare``."""
        implied = self.check_facts(values, raw, problems)
        union = self._union_of(values.pop("union", None), problems)
        holder = {"union": union, "team": values.pop("team", None), "employer": values.pop("employer", None)}
        staged = {"shown": holder["team"] or holder["employer"] or ""} | holder
        if problems.blocking:
            return Cleaned(None, staged, problems)
        staged |= {"fields": values, "implied": implied}
        told = ":".join(str(part or "") for part in holder.values())
        return Cleaned(self.key_of(told.encode(), values), staged, problems)

    def _union_of(self, text: str | None, problems: Problems) -> int | None:
        """The union as the cell says, else the one the file was uploaded for, else the only one; None: any in reach."""
        if text:
            found = self.union_by_text.get(employer_key(text)) or self.union_by_text.get(match_key(text))
            if found is None:
                problems.add(self.column("union"), text, UNKNOWN_UNION, code="union.unknown")
            return found
        if self.union:
            return self.union.pk
        return self.unions[0] if len(self.unions) == 1 else None

    def duplicate_message(self, numbers: list[int]) -> str:
        """The same honour of the same collective."""
        listed = "、".join(str(number) for number in numbers[:10])
        return f"第 {listed} 行是同一个集体同一年度的同一种荣誉。请核对后只保留一行。"

    def compare(self, staged) -> None:
        """See ``competitions.matching.honours``."""
        honour_matching.compare_collective(staged, self)

    def lock(self, staged) -> None:
        """The unions of the rows, then the honours."""
        honour_matching.lock_collective(staged)

    def apply(self, staged) -> None:
        """See ``competitions.bulk.honours``."""
        honour_bulk.write_collective(staged, by=self.by)

    def undo(self, staged) -> None:
        """See ``competitions.bulk.honours``."""
        honour_bulk.revert(staged, CollectiveHonour, by=self.by)

    @classmethod
    def records(cls, user):
        """Honours of collectives in the user's reach."""
        return CollectiveHonour.objects.visible_to(user)

    def record_url(self, target_id: int) -> str:
        """The page of the honour."""
        return reverse("competitions:collective_honour_detail", args=[target_id])
