"""The roll as at a day as a list: its rows, its columns, and the words for its filter."""

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy

from core.access import Permission
from core.errors import RuleError
from core.forms import DateInput, LongSelect, RemoteSelect
from core.listing import Column, Listing, Reader, shown_value
from unions.filters import visible_unions
from unions.rules import past_or_today
from unions.scoping import unions_under
from workers import as_at, queries
from workers.filters import WorkerFilter
from workers.models import Change, Employment, Membership, Standing, Worker
from workers.people_filters import visible_employers
from workers.search import read, search as search_rows, unseal
from workers.templatetags.roll import masked_number

NOBODYS = Standing.NONE.value
# Facts about the person: the roll keeps today's only, and only of those in reach today.
PERSONAL = (
    "sex", "age_from", "age_to", "birth_month", "ethnicity", "education", "skill_level", "political",
    "employment_status", "household_type", "migrant", "key_post", "industrial",
)  # fmt: skip
# What everybody in the list shows may be searched in everybody; the rest only in those in reach today.
SHOWN_TO_ALL = ("name", "pinyin")


class AsAtForm(forms.Form):
    """The filter of the list: the day, and what was the case on it."""

    as_at = forms.DateField(label="截至日期", widget=DateInput())
    find = forms.CharField(required=False, widget=forms.HiddenInput)
    standing = forms.ChoiceField(
        label="当日会籍",
        required=False,
        choices=[
            ("", "会员（含保留会籍）"),
            (Standing.MEMBER.value, "在籍会员"),
            (Standing.RETAINED.value, "保留会籍"),
            (NOBODYS, "未入会的在职职工"),
        ],
    )
    union = forms.ModelChoiceField(
        label="当日工会（含下级）", queryset=None, required=False, empty_label="全部", widget=LongSelect()
    )
    employer = forms.ModelChoiceField(
        label="当日工作单位", queryset=None, required=False, empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )  # fmt: skip

    def __init__(self, data, *, user):
        super().__init__(data)
        self.fields["union"].queryset = visible_unions(Reader(user))
        self.fields["employer"].queryset = visible_employers(Reader(user))

    def clean_as_at(self):
        """Past days and today; what will be nobody knows."""
        return past_or_today(self.cleaned_data["as_at"])


class AsAtListing(Listing):
    """会员名册（截至某日）."""

    name = "workers_as_at"
    title = "会员名册（截至某日）"
    url_name = "workers:worker_list"
    permission = Permission.VIEW_ROLL
    parameters = (*AsAtForm.base_fields, *PERSONAL)
    holds_people = True
    columns = (
        Column("name", "姓名", lambda row, names: as_at.person_of(row).name, personal=True),
        Column("number", "证件号码", lambda row, names: masked_number(as_at.document_of(row)), width=22,
               number_text=True, personal=True),
        Column("standing", "当日会籍", lambda row, names: as_at.standing_of(row).label, width=12),
        Column("status", "会籍状态", lambda row, names: _code(names, "membership_status", _of(row, "status")), width=18),
        Column("union", "当日工会", lambda row, names: as_at.union_of(row), width=34),
        Column("employer", "当日工作单位", lambda row, names: _employer(row), width=34),
        Column("start", "本段会籍起", lambda row, names: _of(row, "start")),
        Column("start_change", "起始变化", lambda row, names: _change(row), width=10),
        Column("form", "当日用工形式", lambda row, names: _code(names, "employment_form", _job(row, "form")), shown=False),
        Column("job_start", "入职日期", lambda row, names: _job(row, "start"), shown=False),
    )  # fmt: skip

    def filtered(self, user, query):
        """As the page shows them."""
        form, person = self.forms(user, query)
        if not (form.is_valid() and person.form.is_valid()):
            raise RuleError("筛选条件有误，请回到名册重新查询。", code="bad_filter")
        return self.rows(user, form.cleaned_data, person)

    def forms(self, user, query) -> tuple[AsAtForm, WorkerFilter]:
        """The filter of the day, and the one of personal facts."""
        personal = QueryDict(mutable=True)
        for name in PERSONAL:
            if values := [value for value in query.getlist(name) if value]:
                personal.setlist(name, values)
        workers = Worker.objects.visible_to(user)
        return AsAtForm(query, user=user), WorkerFilter(personal, workers, request=Reader(user))

    def rows(self, user, asked: dict, person: WorkerFilter):
        """Memberships of the day, or people without one, by the filters; ready to be shown."""
        day, standing = asked["as_at"], asked["standing"]
        rows = as_at.others_on(user, day) if standing == NOBODYS else as_at.members_on(user, day)
        if standing in as_at.MEMBERS:
            rows = rows.filter(is_retained=standing == Standing.RETAINED)
        rows = _in_place(rows, asked)
        key = "worker__in" if rows.model is Membership else "pk__in"
        if asked["find"]:
            rows = rows.filter(**{key: _found(user, unseal(asked["find"]))})
        if any(person.data.get(name) for name in PERSONAL):
            rows = rows.filter(**{key: person.everybody().order_by().values("pk")})
        return as_at.with_day(rows, day)

    def in_words(self, user, query):
        """The day first, then each filter in use; the search box only as a fact."""
        form, person = self.forms(user, query)
        lines = []
        for field in [*form, *(person.form[name] for name in PERSONAL)]:
            if field.value() in (None, "", []):
                continue
            if field.name == "find":
                lines.append(("查找", "按姓名、号码等查找（内容不记录）"))
            else:
                lines.append((str(field.label), shown_value(field, field.value())))
        return lines

    def names(self):
        """Names of the codes."""
        return queries.code_names("membership_status", "employment_form")


def _in_place(rows, asked: dict):
    """The union and firm of the day. The tree of unions is today's."""
    day, union, employer = asked["as_at"], asked["union"], asked["employer"]
    is_member = rows.model is Membership
    if union and is_member:
        rows = rows.filter(union__in=unions_under([union.path]))
    elif union:
        covered = as_at.covered_by(unions_under([union.path]), day)
        jobs = Employment.objects.on(day).filter(employer__in=covered)
        rows = rows.filter(pk__in=jobs.order_by().values("worker"))
    if employer:
        key = "worker__in" if is_member else "pk__in"
        rows = rows.filter(**{key: as_at.employed_on(day, employer)})
    return rows


def _found(user, text: str):
    """Keys of whom the search box finds: by what the list shows of everybody, else among those in reach today."""
    way = read(text)
    everybody = Worker.objects.filter(merged_into=None)
    workers = everybody if way.kind in SHOWN_TO_ALL else Worker.objects.visible_to(user)
    return search_rows(workers, text).order_by().values("pk")


def _of(row, field: str):
    return getattr(row, field) if isinstance(row, Membership) else ""


def _job(row, field: str):
    return getattr(as_at.job_of(row), field, "")


def _employer(row) -> str:
    job = as_at.job_of(row)
    return job.employer.name if job else ""


def _change(row) -> str:
    return Change(row.start_change).label if isinstance(row, Membership) else ""


def _code(names: dict, table: str, code: str) -> str:
    return names[table].get(code, code)
