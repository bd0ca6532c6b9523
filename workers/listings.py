"""The roll as a list: the rows of its page and every column it can show or export."""

from django.db.models import Prefetch
from django.utils import timezone

from core.access import Permission
from core.errors import RuleError
from core.lines import AsRead
from core.listing import Column, Listing, Reader, shown_value
from workers import queries
from workers.filters import WorkerFilter
from workers.matters import APPLICATION, open_proposals, pending_transfers
from workers.models import Employment, Worker
from workers.plain_rows import PlainWorker, readable
from workers.services.privacy import note_people_shown
from workers.templatetags.roll import masked_number, masked_phone

YES_NO = {True: "是", False: "否"}
# Where to change what a file that comes back may not change.
ON_PAGE = "请在职工页面点“修改”办理。"
BY_DOCUMENT = "请在职工页面的“证件”中办理。"
BY_MEMBERSHIP = "请用“更新表”填写会籍变化，或在职工页面办理会籍变化。"
BY_JOB = "换单位请在职工页面办理，或用空白表报送。"
COMPUTED = "这一列由系统记录，不能修改。"
TABLES = (*queries.CODE_TABLES.values(), "id_document_type", "employment_form")


def _fact(key: str, title: str, **options) -> Column:
    """A column that says a field of the person as it is."""
    return Column(key, title, AsRead(key), reads=(key,), **options)


def _code(key: str, title: str, **options) -> Column:
    """A column that says a coded field by the name of its code."""
    table = queries.CODE_TABLES[key]
    return Column(
        key,
        title,
        lambda worker, names: _name(names, table, getattr(worker, key)),
        reads=(key,),
        attribute=key,
        **options,
    )


def _flag(key: str, title: str) -> Column:
    """A column that says a flag as 是 or 否."""
    return Column(
        key,
        title,
        lambda worker, names: YES_NO.get(getattr(worker, key), ""),
        width=10,
        shown=False,
        reads=(key,),
        attribute=key,
    )


def _job_fact(key: str, title: str, field: str = "", **options) -> Column:
    """A column that says a fact of the running job."""
    field = field or key
    return Column(
        key,
        title,
        _of_job(field),
        shown=False,
        needs="jobs",
        reads=(f"job__{field}", "job__id"),
        attribute=field,
        **options,
    )


def _name(names: dict, table: str, code: str) -> str:
    return names[table].get(code, code)


def _document(worker):
    return worker.current_documents[0] if worker.current_documents else None


def _document_type(worker, names) -> str:
    document = _document(worker)
    return _name(names, "id_document_type", document.doc_type) if document else ""


def masked_document(worker, names) -> str:
    """The number of the document in use, masked."""
    return masked_number(_document(worker))


def full_number(key: str) -> Column:
    """The column of whole identity numbers, for those who may see them; files only."""
    return Column(
        key,
        "证件号码",
        lambda worker, names: worker.document.number if worker.document else "",
        width=22,
        number_text=True,
        personal=True,
        reads=("document__number", "document__id"),
        attribute="number",
        fixed=BY_DOCUMENT,
    )


def full_phone(key: str) -> Column:
    """The column of whole phone numbers, for those who may see them; files only."""
    return Column(
        key,
        "移动电话",
        lambda worker, names: worker.phone or "",
        width=14,
        number_text=True,
        personal=True,
        reads=("phone",),
        attribute="phone",
    )


def _of_job(field: str):
    return lambda worker, names: getattr(_job(worker), field, "")


def _standing(worker, names) -> str:
    """With what is on its way: an application, a transfer."""
    applied = any(proposal.source == APPLICATION for proposal in worker.open_proposals)
    on_its_way = [
        text for text, found in (("申请中", applied), ("接转中", worker.pending_transfers)) if found
    ]
    return "·".join([worker.get_standing_display(), *on_its_way])


def _job(worker) -> Employment | None:
    """The running job at today's main employer."""
    if isinstance(worker, PlainWorker):
        return worker.job
    return next((job for job in worker.current_jobs if job.employer_id == worker.employer_id), None)


class WorkerListing(Listing):
    """会员名册."""

    name = "workers"
    title = "会员名册"
    url_name = "workers:worker_list"
    permission = Permission.VIEW_ROLL
    parameters = tuple(WorkerFilter.Meta.fields)
    holds_people = True
    kind = "workers"
    layouts = {"form": "member_form", "update": "worker_update"}
    columns = (
        _fact("name", "姓名", personal=True, attribute="name"),
        Column("sex", "性别", lambda worker, names: worker.get_sex_display(), width=6, reads=("sex",),
               attribute="sex", fixed=ON_PAGE),
        Column("number", "证件号码", masked_document, width=34, number_text=True, personal=True,
               reads=("document__doc_type", "document__number_tail"), attribute="number", fixed=BY_DOCUMENT,
               full=full_number("number_full")),
        Column("phone", "移动电话", lambda worker, names: masked_phone(worker.phone_tail), width=18,
               number_text=True, personal=True, reads=("phone_tail",), attribute="phone",
               full=full_phone("phone_full")),
        Column("standing", "会籍", _standing, width=16, needs="business", reads=("standing", "applied", "moving"),
               fixed=BY_MEMBERSHIP),
        _fact("member_since", "入会日期", fixed=BY_MEMBERSHIP),
        _code("skill_level", "技能等级", width=14),
        _code("education", "学历"),
        Column("union", "所属工会", AsRead("union__name"), width=34, reads=("union__name",),
               fixed=BY_MEMBERSHIP),
        Column("employer", "工作单位", AsRead("employer__name"),
               width=34, reads=("employer__name",), attribute="employer", fixed=BY_JOB),
        Column("doc_type", "证件类别", _document_type, width=16, shown=False, reads=("document__doc_type",),
               attribute="doc_type", fixed=BY_DOCUMENT),
        _fact("birth_date", "出生日期", shown=False, personal=True, attribute="birth_date", fixed=ON_PAGE),
        _code("ethnicity", "民族", width=10, shown=False),
        _code("political", "政治面貌", width=14, shown=False),
        _code("employment_status", "就业状况", shown=False),
        _code("household_type", "户籍类型", shown=False),
        _fact("household_place", "户籍所在地", width=24, shown=False, personal=True, attribute="household_place"),
        _fact("native_place", "籍贯", shown=False, personal=True, attribute="native_place"),
        _flag("is_migrant", "是否农民工"),
        _flag("is_key_post", "关键岗位"),
        _flag("is_industrial", "产业工人"),
        Column("form", "用工形式", lambda worker, names: _name(names, "employment_form", _of_job("form")(worker, names)),
               shown=False, needs="jobs", reads=("job__form", "job__id"), attribute="form"),
        _job_fact("occupation", "工种", width=16),
        _job_fact("team", "班组", width=16),
        _job_fact("staff_number", "工号", number_text=True),
        _job_fact("started_on", "入职日期", "start"),
        _fact("confirmed_on", "最近确认在册", shown=False, fixed=COMPUTED),
        Column("updated_at", "更新日期", lambda worker, names: timezone.localdate(worker.updated_at), shown=False,
               reads=("updated_at",), fixed=COMPUTED),
    )  # fmt: skip

    def filtered(self, user, query):
        """As the page of the roll shows them."""
        found = self._filter(user, query)
        if not found.form.is_valid():
            raise RuleError("筛选条件有误，请回到名册重新查询。", code="bad_filter")
        return found.qs

    def in_words(self, user, query):
        """Each filter in use by its label; the search box only as a fact."""
        found = self._filter(user, query)
        lines = []
        for field in found.form:
            value = field.value()
            if field.name == "find":
                if found.text:
                    lines.append(("查找", "按姓名、号码等查找（内容不记录）"))
            elif field.name == "by":
                continue
            elif field.name == "people":
                if found.picked:
                    lines.append(("范围", f"逐个选定的 {len(set(found.picked))} 人"))
            elif value not in (None, "", []):
                lines.append((str(field.label), shown_value(field, value)))
        return lines or [("范围", "在册全部人员")]

    def present(self, user, keys):
        """As the roll shows them now, members or not."""
        return queries.roll_of(user).filter(pk__in=list(keys))

    def require_full(self, user, rows):
        """Whole numbers of people inside the reach of the right to see them, and of nobody else."""
        seen = Worker.objects.within_reach(user, Permission.REVEAL_NUMBERS).order_by().values("pk")
        if not user.has_perm(Permission.REVEAL_NUMBERS) or rows.order_by().exclude(pk__in=seen).exists():
            raise RuleError("您没有查看这些人员完整号码的权限。请不勾选“完整号码”后再导出。", code="full")

    def note_full(self, by, export, keys, **details):
        """One entry in the log, which each of these people shows."""
        note_people_shown(by, "exchange.export_full", keys, obj=export, people=len(keys), **details)

    def names(self):
        """Names of the codes."""
        return queries.code_names(*TABLES)

    def enriched(self, rows, columns):
        """Running jobs and open business come with one or two more queries when a column asks for them."""
        needs = {column.needs for column in columns}
        if "jobs" in needs:
            running = Employment.objects.on(timezone.localdate())
            rows = rows.prefetch_related(Prefetch("employments", queryset=running, to_attr="current_jobs"))
        if "business" in needs:
            rows = rows.prefetch_related(open_proposals(), pending_transfers())
        return rows

    def readable(self, rows, reads):
        """Documents, jobs and open business beside the people."""
        return readable(rows, reads)

    as_row = PlainWorker

    def _filter(self, user, query) -> WorkerFilter:
        return WorkerFilter(query, queries.roll_of(user), request=Reader(user))
