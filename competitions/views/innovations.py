"""Pages of innovations: the list, one innovation, its way from entry on, and who made it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.innovations import InnovationForm, InnovationPaperForm, MoveForm, RoleForm
from competitions.listings.innovations import InnovationListing
from competitions.models import Contributor, Innovation, Publication
from competitions.models.innovation_kinds import WORDS, Kind
from competitions.queries import innovations as queries
from competitions.queries.showcase import state_on_show
from competitions.rules.patents import doubts
from core import codes
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from unions.forms import attempt, only_one
from unions.list_pages import list_page
from unions.models import Union
from workers.forms.finding import FindForm
from workers.models import Worker
from workers.picking import OFFERED, pick, ticked


@requires(Permission.VIEW_CONTESTS)
@require_safe
def innovation_list(request):
    """Innovations of the unions in reach."""
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    decides = request.user.has_perm(Permission.DECIDE_CONTESTS)
    context = {"can_edit": may, "can_decide": decides}
    return list_page(
        request, InnovationListing(), "competitions/innovation_list.html", always=("title",), **context
    )


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def innovation_detail(request, pk):
    """One innovation. Whoever comes from another union sees of an accepted method what it is, and nobody's name."""
    user = request.user
    found = Innovation.objects.visible_to(user).select_related(
        "union", "employer", "decided_by", "entered_by"
    )
    innovation = get_object_or_404(found, pk=pk)
    own = Innovation.objects.within_reach(user, Permission.VIEW_CONTESTS).filter(pk=pk).exists()
    can_edit = own and Innovation.objects.editable_by(user).filter(pk=pk).exists()
    context = {
        "innovation": innovation,
        "levels": codes.names("innovation_level"),
        "own": own,
        "can_edit": can_edit,
        "can_move": can_edit and bool(innovation.words.moves.get(innovation.stage)),
        "can_decide": own and user.has_perm(Permission.DECIDE_CONTESTS),
        "can_take_over": user.has_perm(Permission.EDIT_CONTESTS),
        "promotions": queries.promotions_of(innovation, user) if innovation.is_method else [],
    }
    if own:
        context |= {
            "people": queries.people_of(innovation, user),
            "papers": innovation.papers.select_related("added_by"),
            "pictures": innovation.pictures.count(),
            "doubts": doubts(innovation.patent_number, innovation.patent_kind),
            "publication": Publication.objects.filter(innovation=innovation).first(),
            "shown": state_on_show(innovation),
            "form": InnovationPaperForm() if can_edit else None,
        }
    return render(request, "competitions/innovation_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def innovation_create(request):
    """Enter an innovation of a kind (``?kind=``); without one the kinds are offered."""
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        return render(request, "competitions/innovation_kinds.html", {"kinds": Kind.choices})
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    form = InnovationForm(
        request.POST or None,
        kind=kind,
        unions=unions,
        firms=queries.firms_for(request.user),
        initial={"union": only_one(unions)},
    )
    if entered := attempt(form, services.enter_innovation, kind=kind, by=request.user):
        messages.success(request, f"已登记。请接着登记{entered.words.lead}，完成之后由镇总工会评审。")
        return redirect(entered)
    context = {"form": form, "title": f"登记{Kind(kind).label}", "innovation": None}
    return render(request, "competitions/innovation_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def innovation_edit(request, pk):
    """Correct the facts; the town reviews anew."""
    innovation = kept_innovation(request.user, pk)
    firms = queries.firms_for(request.user)
    form = InnovationForm(request.POST or None, instance=innovation, kind=innovation.kind, firms=firms)
    if attempt(form, services.edit_innovation, innovation=innovation, by=request.user):
        messages.success(request, "已保存")
        return redirect(innovation)
    context = {"form": form, "title": f"修改{innovation.get_kind_display()}", "innovation": innovation}
    return render(request, "competitions/innovation_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def innovation_move(request, pk):
    """Say how far it has come."""
    innovation = kept_innovation(request.user, pk)
    if not innovation.words.moves.get(innovation.stage):
        messages.error(request, f"现在是“{innovation.standing}”，没有下一步进展")
        return redirect(innovation)
    form = MoveForm(request.POST or None, innovation=innovation)
    if attempt(form, services.move_innovation, innovation=innovation, by=request.user):
        messages.success(request, "已变更进展")
        return redirect(innovation)
    context = {"form": form, "title": "变更进展", "back": innovation, "submit": "变更"}
    context["hint"] = f"现在是“{innovation.standing}”。完成之后不能退回，登记错的请修改日期。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def contributor_add(request, pk):
    """Tick who made it. They are looked for by POST."""
    innovation = kept_innovation(request.user, pk)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    unions = Union.objects.within(innovation.union).within_reach(request.user, Permission.EDIT_CONTESTS)
    form = FindForm(request.POST if finding else None, unions=unions.order_by("path"))
    has_lead = innovation.contributors.filter(role=Contributor.Role.LEAD).exists()
    adding = request.POST if request.method == "POST" and not finding else None
    role = RoleForm(adding, innovation=innovation, has_lead=has_lead)
    facts = {"innovation": innovation, "workers": ticked(request), "by": request.user}
    if rows := attempt(role, services.add_contributors, **facts):
        messages.success(request, f"已登记 {len(rows)} 人")
        return redirect(innovation)
    context = {
        "innovation": innovation,
        "form": form,
        "role": role,
        "picked": pick(form, queries.candidates(innovation, request.user), request.user),
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "competitions/contributor_add.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def contributor_remove(request, pk):
    """Take back somebody named by mistake."""
    rows = Contributor.objects.editable_by(request.user)
    rows = rows.filter(innovation__in=Innovation.objects.editable_by(request.user).values("pk"))
    contributor = get_object_or_404(rows.select_related("innovation"), pk=pk)
    press(request, "已删去", services.remove_contributor, contributor=contributor)
    return redirect(contributor.innovation)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def worker_innovations(request, worker):
    """The card of innovations on a person's page."""
    reach = Worker.objects.within_reach(request.user, Permission.VIEW_CONTESTS)
    person = get_object_or_404(reach.defer("phone", "phone_index"), pk=worker)
    context = {"worker": person, "rows": queries.contributions_of(person, request.user), "words": WORDS}
    return render(request, "competitions/_worker_innovations.html", context)


def kept_innovation(user, pk, permission=Permission.EDIT_CONTESTS) -> Innovation:
    """The innovation, if the user may do this with it; otherwise 404."""
    rows = Innovation.objects.within_reach(user, permission)
    return get_object_or_404(rows.select_related("union", "employer"), pk=pk)
