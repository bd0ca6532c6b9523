"""Pages of honours of people and of collectives: lists, one honour, entering and correcting."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from competitions.forms.honours import (
    CollectiveHonourFactsForm,
    CollectiveHonourForm,
    HonourFactsForm,
    HonourForm,
)
from competitions.listings.honours import CollectiveHonourListing, HonourListing
from competitions.models import Honour, StudioMember, Team
from competitions.services import honours as services
from competitions.views.recognised import detail_of, found_to_edit
from core import codes
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from unions.forms import only_one
from unions.list_pages import list_page
from unions.models import Union
from workers.list_pages import people_list_page
from workers.models import Worker
from workers.picking import person_kept

SAVED = "已登记，待镇总工会核实。可在下方上传文件或证书的扫描件"
AGAIN = "已核实的修改后，要再核实一次。"


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def honour_list(request):
    """Honours of the people in reach. The search box is posted and comes back sealed in the address."""
    listing = HonourListing()
    may_edit = request.user.has_perm(Permission.EDIT_CONTESTS)
    told = {"search": "姓名 / 拼音 / 号码末四位", "always": ("name",), "can_edit": may_edit}
    return people_list_page(request, listing, "competitions/honour_list.html", **told)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def honour_detail(request, pk):
    """One honour of a person with its papers and what was decided."""
    return render(request, "competitions/honour_detail.html", detail_of(request.user, "honour", pk))


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def honour_create(request, pk=None):
    """Record an honour; with ``pk`` it is that person's. Names and numbers are posted, never in addresses."""
    person = person_kept(request.user, pk, Permission.EDIT_CONTESTS) if pk is not None else None
    initial = {"year": timezone.localdate().year}
    if person:
        form, fixed = HonourFactsForm(request.POST or None, initial=initial), {"worker": person}
    else:
        form, fixed = HonourForm(request.POST or None, by=request.user, initial=initial), {}
    if honour := attempt(form, services.enter_honour, by=request.user, **fixed):
        messages.success(request, SAVED)
        return redirect(honour)
    hint = "只登记个人荣誉；五一劳动奖状、工人先锋号等集体荣誉请在“集体荣誉”登记。保存后待镇总工会核实。"
    return _form(request, form, "登记个人荣誉", hint, back=person, about=person, list_of="honour_list")


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def honour_edit(request, pk):
    """Correct the facts; the town decides anew."""
    honour = found_to_edit(request.user, "honour", pk)
    form = HonourFactsForm(request.POST or None, row=honour)
    if attempt(form, services.edit_honour, honour=honour, by=request.user):
        messages.success(request, "已保存")
        return redirect(honour)
    about = honour.worker
    return _form(request, form, "修改个人荣誉", AGAIN, back=honour, about=about, list_of="honour_list")


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def worker_honours(request, pk):
    """Honours of one person, and the teams and studios where they lead or work, as a part of the person's page."""
    found = Worker.objects.within_reach(request.user, Permission.VIEW_CONTESTS).only("pk", "name", "union")
    worker = get_object_or_404(found, pk=pk)
    terms = StudioMember.objects.visible_to(request.user).filter(worker=worker)
    context = {
        "worker": worker,
        "rows": Honour.objects.visible_to(request.user).filter(worker=worker),
        "teams": Team.objects.visible_to(request.user).filter(leader=worker),
        "led": worker.led_studios.visible_to(request.user),
        "terms": terms.select_related("studio"),
        "types": codes.names("honour_type"),
        "levels": codes.names("base_level"),
        "can_edit": not worker.anonymised_on and request.user.has_perm(Permission.EDIT_CONTESTS),
    }
    return render(request, "competitions/_worker_honours.html", context)


@requires(Permission.VIEW_CONTESTS)
@require_safe
def collective_honour_list(request):
    """Honours of collectives of the unions in reach."""
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    return list_page(
        request,
        CollectiveHonourListing(),
        "competitions/collective_honour_list.html",
        always=("holder",),
        can_edit=may,
    )


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def collective_honour_detail(request, pk):
    """One honour of a collective with its papers and what was decided."""
    context = detail_of(request.user, "collective", pk)
    return render(request, "competitions/collective_honour_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def collective_honour_create(request):
    """Record an honour of a collective; ``?team=`` proposes a team."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    initial = {"union": only_one(unions), "year": timezone.localdate().year}
    key = request.GET.get("team", "")
    if team := Team.objects.editable_by(request.user).filter(pk=int(key) if _is_key(key) else 0).first():
        initial |= {"team": team.pk, "union": team.union_id}
    form = CollectiveHonourForm(request.POST or None, user=request.user, unions=unions, initial=initial)
    if honour := attempt(form, services.enter_collective_honour, by=request.user):
        messages.success(request, SAVED)
        return redirect(honour)
    hint = "只登记集体荣誉，不登记个人。保存后待镇总工会核实。"
    return _form(request, form, "登记集体荣誉", hint, list_of="collective_honour_list")


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def collective_honour_edit(request, pk):
    """Correct the facts; the holder stays, and the town decides anew."""
    honour = found_to_edit(request.user, "collective", pk)
    form = CollectiveHonourFactsForm(request.POST or None, row=honour)
    if attempt(form, services.edit_collective_honour, honour=honour, by=request.user):
        messages.success(request, "已保存")
        return redirect(honour)
    return _form(request, form, "修改集体荣誉", AGAIN, back=honour, list_of="collective_honour_list")


def _form(request, form, title: str, hint: str, *, list_of: str, back=None, about=None):
    context = {"form": form, "title": title, "hint": hint, "back": back, "worker": about}
    context |= {"list_url": f"competitions:{list_of}", "submit": "保存"}
    return render(request, "competitions/honour_form.html", context)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
