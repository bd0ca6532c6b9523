"""Code tables and the written rules: read by all who keep rolls, kept by the town office."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import coding, definitions
from core.access import Permission, requires
from core.codetables import TABLES, CodedField, CodeTable, fields_using
from core.forms import attempt
from core.forms_codes import AliasForm, CodeForm, ReinstateForm, RenameForm, WithdrawForm, WordingForm
from core.idempotency import once
from core.models import Code, CodeAlias, CodeRelease, Definition

READERS = (Permission.VIEW_ROLL, Permission.EDIT_CODES)


@dataclass
class Row:
    """A table on the list, or a code on the page of its table."""

    about: CodeTable | Code
    uses: list[CodedField] = field(default_factory=list)
    codes: int = 0
    local: int = 0
    released: object = None
    aliases: list[CodeAlias] = field(default_factory=list)
    state: str = ""


@requires(*READERS)
@never_cache
@require_safe
def table_list(request):
    """All code tables: what uses them, how many codes, the release that was loaded last."""
    rows = {name: Row(table, fields_using(name)) for name, table in TABLES.items()}
    for table, is_local in Code.objects.filter(table__in=rows).values_list("table", "is_local"):
        rows[table].codes += 1
        rows[table].local += is_local
    for table, loaded_at in CodeRelease.objects.order_by("pk").values_list("table", "loaded_at"):
        if table in rows:
            rows[table].released = loaded_at
    return render(request, "core/code_table_list.html", {"rows": rows.values()})


@requires(*READERS)
@never_cache
@require_safe
def table_detail(request, table):
    """The codes of one table with their days, names and aliases, and the releases of its file."""
    found = _table(table)
    context = {
        "table": found,
        "uses": fields_using(table),
        "rows": _codes(table),
        "releases": CodeRelease.objects.filter(table=table)[:10],
        "can_edit": request.user.has_perm(Permission.EDIT_CODES),
    }
    return render(request, "core/code_table_detail.html", context)


@requires(Permission.EDIT_CODES)
@never_cache
@require_safe
def table_usage(request, table):
    """How many records hold each code, counted when asked: the whole roll is read."""
    _table(table)
    columns = [(str(use), use.counts()) for use in fields_using(table)]
    codes = Code.objects.filter(table=table).values_list("code", "name")
    rows = [
        (code, name, [counts.get(code, 0) for _, counts in columns])
        for code, name in codes
        if any(code in counts for _, counts in columns)
    ]
    context = {"titles": [title for title, _ in columns], "rows": rows, "counted_at": timezone.now()}
    return render(request, "core/_code_usage.html", context)


@requires(Permission.EDIT_CODES)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def code_create(request, table):
    """Add a local code."""
    found = _table(table)
    form = CodeForm(request.POST or None)
    if code := attempt(form, coding.add_code, table=table, by=request.user):
        messages.success(request, f"已增加代码 {code.code}“{code.name}”")
        return redirect("codes:table_detail", table)
    context = {"table": found, "form": form, "title": "增加代码", "submit": "增加", "hint": found.why_closed}
    return render(request, "core/code_change.html", context)


@requires(Permission.EDIT_CODES)
@never_cache
@require_http_methods(["GET", "POST"])
def code_rename(request, pk):
    """Change the shown name of a code."""
    code = _code(pk)
    form = RenameForm(request.POST or None, code=code)
    if attempt(form, coding.rename_code, code=code, by=request.user):
        messages.success(request, "已调整名称")
        return redirect("codes:table_detail", code.table)
    hint = "只改显示的名称，代码不变，已有记录随之显示新名称；已发布的报告不变。"
    return _change(request, code, form, "调整名称", "保存", hint)


@requires(Permission.EDIT_CODES)
@never_cache
@require_http_methods(["GET", "POST"])
def code_withdraw(request, pk):
    """Withdraw a code from a day."""
    code = _code(pk)
    form = WithdrawForm(request.POST or None, code=code)
    if code := attempt(form, coding.withdraw_code, code=code, by=request.user):
        messages.success(request, f"“{code.name}”自 {code.valid_to} 起停用")
        return redirect("codes:table_detail", code.table)
    code = _code(pk)
    hint = "停用后新登记不再可选，导入的表格填写它会被退回；已有记录照旧显示，不作改动。"
    return _change(request, code, form, "停用代码", "停用", hint)


@requires(Permission.EDIT_CODES)
@require_POST
def code_reinstate(request, pk):
    """Take a withdrawal back."""
    code = _code(pk)
    form = ReinstateForm(request.POST, code=code)
    if attempt(form, coding.reinstate_code, code=code, by=request.user):
        messages.success(request, f"“{code.name}”已恢复使用")
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect("codes:table_detail", code.table)


@requires(Permission.EDIT_CODES)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def alias_create(request, pk):
    """Let another text mean the code."""
    code = _code(pk)
    form = AliasForm(request.POST or None)
    if alias := attempt(form, coding.add_alias, code=code, by=request.user):
        messages.success(request, f"以后“{alias.text}”认作“{code.name}”")
        return redirect("codes:table_detail", code.table)
    hint = "导入表格时，填写别名与填写名称一样。"
    return _change(request, code, form, "增加别名", "增加", hint)


@requires(Permission.EDIT_CODES)
@require_POST
def alias_remove(request, pk):
    """Take a local alias away."""
    alias = get_object_or_404(CodeAlias.objects.filter(table__in=TABLES), pk=pk)
    table, text = alias.table, alias.text
    try:
        coding.remove_alias(alias=alias, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"已删除别名“{text}”")
    return redirect("codes:table_detail", table)


@requires(*READERS)
@never_cache
@require_safe
def definition_list(request):
    """The written rules with their former wordings."""
    context = {"words": definitions.words(), "can_edit": request.user.has_perm(Permission.EDIT_CODES)}
    return render(request, "core/definition_list.html", context)


@requires(Permission.EDIT_CODES)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def definition_create(request, code):
    """Issue a new wording of a rule."""
    last = Definition.objects.filter(code=code).order_by("-valid_from").first()
    if last is None:
        raise Http404
    form = WordingForm(request.POST or None, initial={"text": last.text})
    if rule := attempt(form, definitions.issue_wording, code=code, by=request.user):
        messages.success(request, f"“{rule.title}”的新规则自 {rule.valid_from} 起施行")
        return redirect("codes:definition_list")
    return render(request, "core/definition_create.html", {"form": form, "last": last})


def _table(name: str) -> CodeTable:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _code(pk: int) -> Code:
    return get_object_or_404(Code.objects.filter(table__in=TABLES), pk=pk)


def _codes(table: str) -> list[Row]:
    today = timezone.localdate()
    rows = {code.code: Row(code, state=_state(code, today)) for code in Code.objects.filter(table=table)}
    for alias in CodeAlias.objects.filter(table=table).order_by("-is_local", "pk"):
        if alias.code in rows:
            rows[alias.code].aliases.append(alias)
    return list(rows.values())


def _state(code: Code, today) -> str:
    if code.valid_to and code.valid_to <= today:
        return "withdrawn"
    if code.valid_from and code.valid_from > today:
        return "coming"
    return "ending" if code.valid_to else "valid"


def _change(request, code: Code, form, title: str, submit: str, hint: str):
    table = TABLES[code.table]
    context = {"table": table, "code": code, "form": form, "title": title, "submit": submit, "hint": hint}
    return render(request, "core/code_change.html", context)
