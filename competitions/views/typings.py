"""Pages of score sheets on paper: print one, type it back in two rounds, compare and settle."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.models import Seat
from competitions.queries.competing import sieves_before
from competitions.queries.typings import compare, sheet_of, typed_of
from competitions.rules.judging import plain_number
from competitions.services.typings import restart_typings, save_typing, settle_typings
from core import pdf
from core.access import Permission, requires
from core.forms import press

BLANK = "空"  # what is typed for a blank on the paper when the difference report asks


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def score_sheet(request, pk):
    """The score sheet of a seat as PDF: start numbers and criteria, blanks to fill in by hand."""
    seat = _kept_seat(request, pk)
    sheet = sheet_of(seat)
    context = _frame(seat) | {"sheet": sheet, "today": timezone.localdate()}
    context["contest"] = seat.stage.event.contest
    context["full"] = plain_number(sum(one.most for one in sheet.criteria)) if sheet.criteria else "0"
    try:
        content = pdf.render("competitions/score_sheet.html", context, title="评分表")
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect("competitions:judge_list", seat.stage.event.contest_id)
    name = content_disposition_header(True, f"评分表-{seat.stage.event.contest.code}-{seat.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def typing_edit(request, pk):
    """Type the sheet of a seat; nobody sees what the other one typed."""
    seat = _kept_seat(request, pk)
    typings = list(seat.typings.select_related("typed_by"))
    own = next((one for one in typings if one.typed_by_id == request.user.pk), None)
    faults, texts = {}, None
    if request.method == "POST":
        texts, is_finished = _cells(request), request.POST.get("action") == "finish"
        try:
            save_typing(seat=seat, cells=texts, is_finished=is_finished, by=request.user)
        except ValidationError as error:
            faults = _faults(error)
        else:
            messages.success(request, "已提交录入" if is_finished else "已保存，录完后请提交")
            return redirect("competitions:typing_edit", seat.pk)
    if texts is None:
        texts = {cell: plain_number(points) for cell, points in typed_of(own).items()}
    is_free = own.finished_at is None if own else len(typings) < 2
    context = _frame(seat) | {
        "typings": typings,
        "is_open": is_free,
        "rows": _rows(sheet_of(seat), texts, faults),
        "faults": faults,
        "both_done": len(typings) == 2 and all(one.finished_at for one in typings),
    }
    return render(request, "competitions/typing_edit.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def typing_compare(request, pk):
    """Where the two typings differ; decided by the paper and settled into marks."""
    seat = _kept_seat(request, pk)
    typings = list(seat.typings.select_related("typed_by"))
    both_done = len(typings) == 2 and all(one.finished_at for one in typings)
    texts, faults = {}, {}
    if request.method == "POST":
        texts = {cell: text.strip() for cell, text in _cells(request).items() if text.strip()}
        chosen = {cell: "" if text == BLANK else text for cell, text in texts.items()}
        try:
            done = settle_typings(seat=seat, chosen=chosen, by=request.user)
        except ValidationError as error:
            faults = _faults(error)
        else:
            messages.success(request, f"已核对入账，{done} 项得分")
            return redirect("competitions:event_judging", seat.stage.event_id)
    differences = compare(seat) if both_done else []
    context = _frame(seat) | {
        "typings": typings,
        "both_done": both_done,
        "is_settled": both_done and typings[0].settled_at is not None,
        "faults": faults,
        "rows": [
            (one, f"c-{one.entry.pk}-{one.criterion.pk}", texts.get(one.cell, "")) for one in differences
        ],
        "blank": BLANK,
    }
    return render(request, "competitions/typing_compare.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def typing_restart(request, pk):
    """Throw both typings of a seat away."""
    seat = _kept_seat(request, pk)
    press(request, "已撤销两次录入，请重新录入", restart_typings, seat=seat)
    return redirect("competitions:typing_edit", seat.pk)


def _kept_seat(request, pk) -> Seat:
    found = Seat.objects.editable_by(request.user)
    return get_object_or_404(found.select_related("stage__event__contest__union", "judge__union"), pk=pk)


def _frame(seat: Seat) -> dict:
    return {
        "seat": seat,
        "stage": seat.stage,
        "event": seat.stage.event,
        "sieves": sieves_before(seat.stage),
    }


def _cells(request) -> dict[tuple[int, int], str]:
    """(entry, criterion) → text of the fields ``c-<entry>-<criterion>``; other names are left out."""
    found = {}
    for name, text in request.POST.items():
        parts = name.split("-")
        numbers = parts[1:] if parts[0] == "c" and len(parts) == 3 else []
        if numbers and all(one.isascii() and one.isdigit() and len(one) <= 18 for one in numbers):
            found[int(numbers[0]), int(numbers[1])] = text
    return found


def _faults(error: ValidationError) -> dict[str, str]:
    if hasattr(error, "error_dict"):
        return {name: " ".join(texts) for name, texts in error.message_dict.items()}
    return {"": " ".join(error.messages)}


def _rows(sheet, texts, faults) -> list[tuple]:
    """(entry, [(criterion, name, text, whether at fault)])."""
    return [
        (
            entry,
            [
                (
                    one,
                    f"c-{entry.pk}-{one.pk}",
                    texts.get((entry.pk, one.pk), ""),
                    f"c-{entry.pk}-{one.pk}" in faults,
                )
                for one in sheet.criteria
            ],
        )
        for entry in sheet.entries
    ]
