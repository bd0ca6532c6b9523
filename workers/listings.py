"""The roll as a list: the rows of its page and every column it can show or export."""

from django.db.models import Prefetch
from django.utils import timezone

from core.access import Permission
from core.errors import RuleError
from core.listing import Column, Listing, Reader
from workers import queries
from workers.filters import WorkerFilter
from workers.matters import APPLICATION, open_proposals, pending_transfers
from workers.models import Employment
from workers.plain_rows import PLAIN_NEEDS, plain_rows
from workers.templatetags.roll import masked_number, masked_phone

YES_NO = {True: "是", False: "否"}
TABLES = (*queries.CODE_TABLES.values(), "id_document_type", "employment_form")


def _coded(field: str, table: str = ""):
    table = table or queries.CODE_TABLES[field]
    return lambda worker, names: _name(names, table, getattr(worker, field))


def _name(names: dict, table: str, code: str) -> str:
    return names[table].get(code, code)


def _yes_no(field: str):
    return lambda worker, names: YES_NO.get(getattr(worker, field), "")


def _plain(field: str):
    return lambda worker, names: getattr(worker, field)


def _document(worker):
    return worker.current_documents[0] if worker.current_documents else None


def _document_type(worker, names) -> str:
    document = _document(worker)
    return _name(names, "id_document_type", document.doc_type) if document else ""


def _number(worker, names) -> str:
    """The masked number."""
    return masked_number(_document(worker))


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
    return next((job for job in worker.current_jobs if job.employer_id == worker.employer_id), None)


class WorkerListing(Listing):
    """会员名册."""

    name = "workers"
    title = "会员名册"
    url_name = "workers:worker_list"
    permission = Permission.VIEW_ROLL
    parameters = tuple(WorkerFilter.Meta.fields)
    holds_people = True
    columns = (
        Column("name", "姓名", _plain("name"), personal=True),
        Column("sex", "性别", lambda worker, names: worker.get_sex_display(), width=6),
        Column("number", "证件号码", _number, width=22, number_text=True, personal=True),
        Column("phone", "移动电话", lambda worker, names: masked_phone(worker.phone_tail), width=14,
               number_text=True, personal=True),
        Column("standing", "会籍", _standing, width=16, needs="business"),
        Column("member_since", "入会日期", _plain("member_since")),
        Column("skill_level", "技能等级", _coded("skill_level"), width=14),
        Column("education", "学历", _coded("education")),
        Column("union", "所属工会", lambda worker, names: worker.union.name, width=34),
        Column("employer", "工作单位", lambda worker, names: worker.employer.name if worker.employer else "",
               width=34),
        Column("doc_type", "证件类别", _document_type, width=16, shown=False),
        Column("birth_date", "出生日期", _plain("birth_date"), shown=False, personal=True),
        Column("ethnicity", "民族", _coded("ethnicity"), width=10, shown=False),
        Column("political", "政治面貌", _coded("political"), width=14, shown=False),
        Column("employment_status", "就业状况", _coded("employment_status"), shown=False),
        Column("household_type", "户籍类型", _coded("household_type"), shown=False),
        Column("household_place", "户籍所在地", _plain("household_place"), width=24, shown=False, personal=True),
        Column("native_place", "籍贯", _plain("native_place"), shown=False, personal=True),
        Column("is_migrant", "是否农民工", _yes_no("is_migrant"), width=10, shown=False),
        Column("is_key_post", "关键岗位", _yes_no("is_key_post"), width=10, shown=False),
        Column("is_industrial", "产业工人", _yes_no("is_industrial"), width=10, shown=False),
        Column("form", "用工形式", lambda worker, names: _name(names, "employment_form", _of_job("form")(worker, names)),
               shown=False, needs="jobs"),
        Column("occupation", "工种", _of_job("occupation"), width=16, shown=False, needs="jobs"),
        Column("team", "班组", _of_job("team"), width=16, shown=False, needs="jobs"),
        Column("staff_number", "工号", _of_job("staff_number"), number_text=True, shown=False, needs="jobs"),
        Column("started_on", "入职日期", lambda worker, names: getattr(_job(worker), "start", None), shown=False,
               needs="jobs"),
        Column("confirmed_on", "最近确认在册", _plain("confirmed_on"), shown=False),
        Column("updated_at", "更新日期", lambda worker, names: timezone.localdate(worker.updated_at), shown=False),
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

    def in_chunks(self, rows, columns, *, chunk):
        """Without model instances where the columns allow it: the whole town is a hundred thousand rows."""
        needs = {column.needs for column in columns}
        if needs <= PLAIN_NEEDS:
            return plain_rows(rows, chunk=chunk, needs=needs)
        return super().in_chunks(rows, columns, chunk=chunk)

    def _filter(self, user, query) -> WorkerFilter:
        return WorkerFilter(query, queries.roll_of(user), request=Reader(user))


def shown_value(field, value) -> str:
    """A filter's value as its form shows it."""
    cleaned = field.form.cleaned_data.get(field.name) if field.form.is_valid() else None
    if isinstance(value, list) and hasattr(field.field, "choices"):
        labels = {str(key): label for key, label in field.field.choices}
        return "、".join(str(labels.get(str(one), one)) for one in value)
    if hasattr(cleaned, "pk") or not hasattr(field.field, "choices"):
        return str(cleaned if cleaned is not None else value)
    return next((str(label) for key, label in field.field.choices if str(key) == str(value)), str(value))
