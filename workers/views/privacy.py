"""The copy of a person's data, and anonymising people whose retention is over."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.security import client_ip
from core.access import Permission, requires
from core.data_groups import retention_months
from core.forms import attempt
from core.idempotency import once
from core.pages import paginate
from workers.forms.privacy import AnonymiseForm, PersonFileForm
from workers.models import Worker
from workers.privacy import with_last_day
from workers.services.anonymising import AT_ONCE, anonymise, due
from workers.services.copies import copy_of_person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.EXPORT_FILES)
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def person_file(request, pk):
    """Everything held about one person as a workbook, for the person."""
    reach = Worker.objects.within_reach(request.user, Permission.EXPORT_FILES).filter(anonymised_on=None)
    worker = get_object_or_404(reach.defer("phone", "phone_index"), pk=pk)
    form = PersonFileForm(request.POST or None)
    content = attempt(form, copy_of_person, worker=worker, by=request.user, ip=client_ip(request))
    if content:
        name = f"personal-data-{worker.pk}-{timezone.localdate():%Y%m%d}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=XLSX, headers=headers)
    return render(request, "workers/person_file.html", {"form": form, "worker": worker})


@requires(Permission.MANAGE_PRIVACY)
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
@once
def anonymise_due(request):
    """People whose retention is over: pick some or all, look at the preview, type the confirmation."""
    today = timezone.localdate()
    people = due(request.user, today).select_related("union").defer("phone", "phone_index")
    if request.method == "POST" and "typed" in request.POST:
        return _confirmed(request, people)
    picked = _picked(request, people) if request.method == "POST" else []
    if picked:
        return _preview(request, people, picked, None)
    context = {
        "months": retention_months("roll"),
        "page": paginate(request, with_last_day(people).order_by("-pk")),
        "at_once": AT_ONCE,
        "nobody_picked": request.method == "POST",
    }
    return render(request, "workers/anonymise_due.html", context)


def _confirmed(request, people):
    picked = _keys(request.POST.get("people", "").split(","))
    form = AnonymiseForm(request.POST, phrase=_phrase(picked))
    if not form.is_valid():
        return _preview(request, people, picked, form)
    done = anonymise(worker_ids=picked, by=request.user)
    messages.success(request, f"已匿名化 {done} 人")
    if done < len(picked):
        messages.warning(request, f"{len(picked) - done} 人在预览之后有了变化，没有改动")
    return redirect("workers:anonymise_due")


def _preview(request, people, picked: list[int], form: AnonymiseForm | None):
    found = with_last_day(people.filter(pk__in=picked)).order_by("-pk")
    form = form or AnonymiseForm(initial={"people": ",".join(map(str, picked))}, phrase=_phrase(picked))
    context = {"form": form, "people": found[:20], "count": len(picked), "more": max(len(picked) - 20, 0)}
    return render(request, "workers/anonymise_preview.html", context)


def _picked(request, people) -> list[int]:
    """Those ticked that are still due, or the first of all of them."""
    if "everybody" not in request.POST:
        people = people.filter(pk__in=_keys(request.POST.getlist("people")))
    return list(people.order_by("-pk").values_list("pk", flat=True)[:AT_ONCE])


def _keys(texts) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19][:AT_ONCE]


def _phrase(picked: list[int]) -> str:
    return f"匿名化{len(picked)}人"
