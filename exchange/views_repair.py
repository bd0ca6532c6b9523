"""Putting a checked run right: one cell in the grid, or all cells with the same text."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from core.access import Permission, requires
from core.errors import RuleError
from core.pages import wants_fragment
from exchange import checking, leaving, queries, services
from exchange.forms import MendAllForm, MendForm
from exchange.pages import may_write, run_of, unknown_of


@requires(Permission.IMPORT_FILES)
@never_cache
@require_http_methods(["GET", "POST"])
def run_fix(request, pk, number):
    """GET: one cell as a small form. POST: put the new text in and show the row as checked again."""
    run = run_of(request, pk)
    line = get_object_or_404(run.lines, number=number)
    form = MendForm(request.POST or request.GET)
    if not form.is_valid() or form.cleaned_data["column"] not in run.header.get("positions", {}):
        return HttpResponse("没有这一列", status=400)
    attribute, error = form.cleaned_data["column"], ""
    if request.method == "POST":
        try:
            texts = {attribute: form.cleaned_data["text"]}
            numbers = services.mend(run=run, number=number, texts=texts, by=request.user)
        except RuleError as refused:
            error = refused.messages[0]
        else:
            return _after_mending(request, run.pk, number, attribute, form.shown() & set(numbers))
    context = {
        "run": run,
        "line": line,
        "attribute": attribute,
        "title": run.kind_class.columns()[attribute].column_name,
        "text": form.cleaned_data["text"] if error else queries.cell_text(run, line, attribute),
        "offered": queries.offered(run, attribute),
        "error": error,
    }
    template = "exchange/_cell_form.html" if wants_fragment(request) else "exchange/cell_edit.html"
    return render(request, template, context, status=422 if error and not wants_fragment(request) else 200)


def _after_mending(request, pk, number: int, attribute: str, twins: set[int]):
    """The row, those of the page about the same record, and what depends on them."""
    run = run_of(request, pk)
    if not wants_fragment(request):
        messages.success(request, f"第 {number} 行已重新核对")
        return redirect(run)
    lines = run.lines.filter(number__in={number, *twins}).order_by("number")
    context = {
        "run": run,
        "rows": queries.grid_rows(run, lines, checking.kind_for(run)),
        "may_write": may_write(request, run),
        "conflicts": queries.conflicts_of(run),
        "leaving": leaving.standing(run),
        "texts": queries.repeated_texts(run),
        "mark_job": queries.mark_job_of(run),
        "unknown": unknown_of(run),
    }
    response = render(request, "exchange/_mended.html", context)
    return trigger_client_event(response, "mended", {"row": number, "column": attribute}, after="settle")


@requires(Permission.IMPORT_FILES)
@require_POST
def run_fix_all(request, pk):
    """Put one text into all cells of a column that say another, and check those rows again."""
    run = run_of(request, pk)
    form = MendAllForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写改成什么。")
        return redirect(run)
    try:
        rows = services.mend_all(run=run, by=request.user, **form.cleaned_data)
    except RuleError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"已改正 {rows} 行并重新核对。")
    return redirect(run)
