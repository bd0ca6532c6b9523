"""Pages of the quarterly roll call: which unions have done it, the screen of one union, and its result."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.pages import paginate
from core.reporting import Period
from unions.models import Union
from workers import roll_calls as reading, services
from workers.models import RollCall
from workers.roll_call_listing import RollCallListing, state_of
from workers.services.roll_calls import ABSENCES, UNKNOWN

# People on one screen: above this, the screen is cut into parts.
PART = 1000
# A share of unticked members above which the number must be typed.
UNUSUAL_SHARE = 0.2


@requires(Permission.VIEW_ROLL)
@require_safe
def roll_call_list(request):
    """Which unions have called the roll in a quarter."""
    listing = RollCallListing()
    asked = listing.asked(request.user, request.GET)
    page = paginate(request, listing.ordered(asked))
    for union in page:
        union.call = next(iter(union.called), None)
        union.state = state_of(union.call)
    context = {
        "filter": asked,
        "page": page,
        "period": Period.parse(asked.quarter_shown),
        "is_now": asked.quarter_shown == reading.quarter_of_today(),
        "totals": reading.totals(request.user, asked.quarter_shown),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": listing.kept(request.GET).urlencode(),
        "can_edit": request.user.has_perm(Permission.EDIT_ROLL),
    }
    return render(request, "workers/roll_call_list.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def roll_call_screen(request, pk):
    """Tick who is still here. Saving keeps the ticks; "next" goes on to those who were not ticked."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_ROLL)
    union = get_object_or_404(unions, pk=pk)
    if request.method == "POST":
        return _save(request, union)
    roll_call = reading.open_roll_call(union)
    if roll_call and roll_call.completed_at:
        return redirect(roll_call)
    part = reading.part_of(union, roll_call, request.GET.get("part", ""), PART)
    context = {"union": union, "roll_call": roll_call, "part": part, "period": _period(roll_call)}
    return render(request, "workers/roll_call_screen.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def roll_call_finish(request, pk):
    """Say what happened to everybody who was not ticked, and complete the roll call."""
    roll_call = get_object_or_404(RollCall.objects.editable_by(request.user).select_related("union"), pk=pk)
    if roll_call.completed_at:
        return redirect(roll_call)
    missing = reading.with_places(reading.missing_members(roll_call))
    ticked = roll_call.entries.filter(is_present=True).count()
    context = {
        "roll_call": roll_call,
        "union": roll_call.union,
        "missing": missing,
        "ticked": ticked,
        "absences": [(key, absence.label) for key, absence in ABSENCES.items()],
        "chosen": {person.pk: request.POST.get(f"absence_{person.pk}", UNKNOWN) for person in missing},
        "must_type": len(missing) > UNUSUAL_SHARE * (ticked + len(missing)),
        "error": "",
        "period": _period(roll_call),
    }
    if request.method == "POST":
        context["error"] = _complete(request, roll_call, context)
        if not context["error"]:
            return redirect(roll_call)
    return render(request, "workers/roll_call_finish.html", context)


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def roll_call_detail(request, pk):
    """What a roll call found: how many were confirmed, and what became of the others."""
    calls = RollCall.objects.visible_to(request.user).select_related("union", "started_by")
    roll_call = get_object_or_404(calls, pk=pk)
    proposals = roll_call.proposals.select_related("worker", "decided_by").order_by("-pk")
    context = {
        "roll_call": roll_call,
        "union": roll_call.union,
        "period": _period(roll_call),
        "page": paginate(request, proposals),
        "can_edit": RollCall.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "workers/roll_call_detail.html", context)


def _save(request, union):
    try:
        roll_call = services.save_ticks(
            union=union, shown=_keys(request, "shown"), present=_keys(request, "present"), by=request.user
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("workers:roll_call_list")
    if request.POST.get("action") == "next":
        return redirect("workers:roll_call_finish", roll_call.pk)
    messages.success(request, "已保存勾选，可以继续，也可以离开后再来")
    return redirect(f"{request.path}?part={request.POST.get('part', '1')[:4]}")


def _complete(request, roll_call: RollCall, context: dict) -> str:
    """Complete it; the text of the refusal, or ""."""
    count = len(context["missing"])
    if context["must_type"] and request.POST.get("typed", "").strip() != str(count):
        return f"未勾选 {count} 人，超过两成。请核对；确实如此的，请在下方输入人数 {count}。"
    absences = {pk: request.POST.get(f"absence_{pk}", "") for pk in context["chosen"]}
    try:
        services.complete_roll_call(roll_call=roll_call, absences=absences, by=request.user)
    except ValidationError as error:
        return " ".join(error.messages)
    messages.success(request, "点名已完成，未勾选人员的拟办变化在“待办会籍”中等待决定")
    return ""


def _keys(request, name: str) -> set[int]:
    texts = ",".join(request.POST.getlist(name)).split(",")
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18}


def _period(roll_call: RollCall | None) -> Period:
    return Period.parse(roll_call.quarter if roll_call else reading.quarter_of_today())
