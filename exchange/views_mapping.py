"""Pages of the wizard on which a person says which column is which, and what unknown texts mean."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.access import Permission, requires
from core.errors import RuleError
from exchange import mapping, queries, services
from exchange.forms_mapping import choice_of_form, pairs_of_form, place_of_query
from exchange.heads import heads_of
from exchange.models import ImportRun
from exchange.pages import may_write, run_of

NOT_CHOSEN = "请选择工作表和表头所在的行，并为各列选择对应的项目。"


@requires(Permission.IMPORT_FILES)
@never_cache
@require_http_methods(["GET", "POST"])
def run_mapping(request, pk):
    """GET: the columns of the file with what they are read as; the query string chooses sheet and header.
    POST: read the file as said, and check it again."""
    run = run_of(request, pk)
    if not may_write(request, run):
        raise PermissionDenied
    sheets = heads_of(run)
    if run.state not in services.MAPPABLE or not sheets:
        return redirect(run)
    if request.method == "GET":
        place = place_of_query(request.GET, mapping.place_for(run, sheets))
        return _page(request, run, sheets, place)
    choice = choice_of_form(request.POST)
    if choice is None:
        return _page(request, run, sheets, mapping.place_for(run, sheets), error=NOT_CHOSEN)
    try:
        services.choose_columns(run=run, choice=choice, remember="remember" in request.POST, by=request.user)
    except RuleError as error:
        place = (choice.sheet_index, choice.first_row, choice.last_row)
        return _page(request, run, sheets, place, choice=choice, error=error.messages[0])
    return redirect(run)


def _page(request, run: ImportRun, sheets: list[dict], place, *, choice=None, error: str = ""):
    place, choice = _inside(run, sheets, place, choice)
    said = (choice.columns, choice.constants) if choice else ()
    table = mapping.table_for(run, sheets, place, *said)
    is_new = request.method == "GET"
    context = {
        "run": run,
        "kind": run.kind_class,
        "steps": queries.STEPS,
        "step": queries.STEP_OF["mapping"],
        "table": table,
        "sheets": sheets,
        "options": list(run.kind_class.columns().items()),
        "error": error,
        "remember": is_new or "remember" in request.POST,
        "skip_hidden": run.skip_hidden if is_new else "skip_hidden" in request.POST,
        "mended": run.lines.exclude(mended=[]).count() if run.state == ImportRun.State.CHECKED else 0,
    }
    return render(request, "exchange/run_mapping.html", context)


def _inside(run: ImportRun, sheets: list[dict], place, choice):
    """The place, moved to the likeliest header of its sheet when it does not lie inside the file."""
    sheet = next((sheet for sheet in sheets if sheet["index"] == place[0]), None) or sheets[0]
    numbers = {number for number, _ in sheet["head"]}
    rows = set(range(place[1], place[2] + 1))
    if sheet["index"] == place[0] and rows and rows <= numbers and len(rows) <= mapping.HEADER_ROWS:
        return place, choice
    row = mapping.likely_header(sheet, run.kind_class)
    return (sheet["index"], row, row), None


@requires(Permission.IMPORT_FILES)
@require_POST
def run_meanings(request, pk):
    """Say what unknown texts of coded columns mean; the rows that hold them are checked again."""
    run = run_of(request, pk)
    pairs = pairs_of_form(request.POST)
    try:
        rows = services.map_texts(run=run, pairs=pairs, remember="remember" in request.POST, by=request.user)
    except RuleError as error:
        messages.error(request, error.messages[0])
    else:
        if rows is not None:
            messages.success(request, f"已按所选含义重新核对 {rows} 行。")
    return redirect(run)
