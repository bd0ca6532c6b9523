"""Pages of the union tree."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.idempotency import once
from core.text import clean_text
from unions import queries, services
from unions.forms import AsAtForm, DissolveForm, MoveForm, RegistrationForm, TermForm, UnionForm, attempt
from unions.models import Union

OFFERED = 20
# Beyond this many rows the tree opens with its second tier folded.
FOLD_ABOVE = 60


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def union_tree(request):
    """The unions the user sees as a tree, with rolled-up figures; ``?on=`` shows it as at a day that has passed."""
    search = clean_text(request.GET.get("q", ""))[:50]
    form = AsAtForm(request.GET or None)
    on = form.cleaned_data.get("on") if form.is_valid() else None
    nodes = queries.union_tree(request.user, search=search, on=on)
    context = {
        "nodes": nodes,
        "search": search,
        "form": form,
        "on": on,
        "folded": not search and len(nodes) > FOLD_ABOVE,
        "total": queries.total_of(nodes),
        "can_edit": request.user.has_perm(Permission.EDIT_ORGANISATION),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": request.GET.urlencode(),
    }
    return render(request, "unions/union_tree.html", context)


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def union_detail(request, pk):
    """One union: facts, place in the tree, firms, terms, certificate, officers, declared and counted people."""
    seen = Union.objects.visible_to(request.user).select_related("merged_into")
    union = get_object_or_404(seen.prefetch_related("terms", "registrations"), pk=pk)
    today = timezone.localdate()
    context = {
        "union": union,
        "today": today,
        "soon": queries.soon_after(today),
        "children": union.children.filter(dissolved_on=None).order_by("code"),
        "posts": queries.posts_seen_by(request.user).filter(union=union).order_by("end", "-start"),
        **_figures(union, today),
        **_place(union, request.user),
        **_rights(union, request.user),
    }
    return render(request, "unions/union_detail.html", context)


def _figures(union: Union, today) -> dict:
    """Counted and declared people, firms, and what the law would object to."""
    figures, standings = queries.figures_of(union), queries.standings_in(union)
    profile = queries.profile_of(union)
    coverages = list(queries.covered_firms(union, today))
    members = standings["member"]
    return {
        "figures": figures,
        "declared_note": "各基层工会申报数之和" if union.is_federation else "按采集表申报",
        "standings": standings,
        "profile": profile,
        "comparisons": queries.comparisons_of(union, profile),
        "coverages": coverages,
        "warnings": queries.warnings_about(union, members=members, firms=len(coverages), on=today),
    }


def _place(union: Union, user) -> dict:
    """The way from the root, where the union hung before, and the unions that closed into it. Names of unions
    out of reach are shown without a link."""
    parents = queries.parents_of(union)
    history = list(union.placements.select_related("parent"))
    absorbed = list(union.absorbed.order_by("-dissolved_on", "pk"))
    shown = [*parents, *(row.parent for row in history), *absorbed]
    if union.merged_into:
        shown.append(union.merged_into)
    visible = Union.objects.visible_to(user).filter(pk__in=[row.pk for row in shown])
    return {
        "parents": parents,
        "history": history,
        "absorbed": absorbed,
        "visible": set(visible.values_list("pk", flat=True)),
    }


def _rights(union: Union, user) -> dict:
    return {
        "can_edit": Union.objects.editable_by(user).filter(pk=union.pk).exists(),
        "can_manage_posts": user.has_perm(Permission.MANAGE_POSTS),
        "can_view_roll": user.has_perm(Permission.VIEW_ROLL),
        "due": _due(union, user),
    }


def _due(union: Union, user) -> list:
    """What runs out below a federation; a committee's own term and certificate stand among the warnings."""
    counts = [row for row in queries.due_counts(user, union) if row.overdue or row.soon]
    return [row for row in counts if union.is_federation or row.kind == queries.POST]


@requires(Permission.EDIT_ROLL)
@require_safe
def destination_options(request):
    """Where a member can be transferred to, as ``[{value, text}]`` for long selects; 20 at most.

    Names of the whole town's unions for those who keep a roll: nothing else about them is told.
    """
    text = clean_text(request.GET.get("q", ""))[:50]
    found = queries.destinations(text).values_list("pk", "name")[:OFFERED]
    return JsonResponse([{"value": pk, "text": name} for pk, name in found], safe=False)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
@once
def union_create(request):
    """Add a union below one the user may edit; ``?parent=`` fills in the place."""
    parents = Union.objects.editable_by(request.user)
    parent = request.GET.get("parent", "")
    form = UnionForm(
        request.POST or None, parents=parents, initial={"parent": parent if parent.isdecimal() else None}
    )
    if union := attempt(form, services.create_union, by=request.user):
        messages.success(request, f"已新增{union.name}")
        return redirect(union)
    return render(request, "unions/union_form.html", {"form": form, "union": None})


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
def union_edit(request, pk):
    """Change facts of a union."""
    union = get_object_or_404(Union.objects.editable_by(request.user), pk=pk)
    form = UnionForm(request.POST or None, instance=union)
    if attempt(form, services.edit_union, union=union, by=request.user):
        messages.success(request, "已保存")
        return redirect(union)
    return render(request, "unions/union_form.html", {"form": form, "union": union})


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
def union_move(request, pk):
    """Hang a union under another parent."""
    union = get_object_or_404(Union.objects.editable_by(request.user), pk=pk)
    parents = Union.objects.editable_by(request.user).exclude(path__startswith=union.path)
    form = MoveForm(request.POST or None, unions=parents)
    if attempt(form, services.move_union, union=union, by=request.user):
        messages.success(request, "已变更上级工会，下级工会一并移动")
        return redirect(union)
    context = {"form": form, "title": "变更上级工会", "back": union, "submit": "变更"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
def union_dissolve(request, pk):
    """Close a union that has nothing left below it."""
    union = get_object_or_404(Union.objects.editable_by(request.user), pk=pk)
    form = DissolveForm(request.POST or None)
    if attempt(form, services.dissolve_union, union=union, by=request.user):
        messages.success(request, f"{union.name}已撤销")
        return redirect(union)
    context = {
        "form": form,
        "title": "撤销工会",
        "back": union,
        "submit": "撤销",
        "hint": "撤销前须先转出会员、单位和下级工会；该工会的任职自撤销之日终止。历史记录保留。",
    }
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
@once
def term_create(request, pk):
    """Record an elected committee."""
    union = get_object_or_404(Union.objects.editable_by(request.user), pk=pk)
    last = union.terms.order_by("-start").first()
    form = TermForm(request.POST or None, initial={"number": last.number + 1 if last else 1, "years": 5})
    if attempt(form, services.add_term, union=union, by=request.user):
        messages.success(request, "已登记届次")
        return redirect(union)
    context = {"form": form, "title": "登记委员会届次", "back": union, "submit": "登记"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
@once
def registration_create(request, pk):
    """Record a certificate as a legal person."""
    union = get_object_or_404(Union.objects.editable_by(request.user), pk=pk)
    last = union.registrations.order_by("-start").first()
    form = RegistrationForm(
        request.POST or None, initial={"number": last.number, "start": last.end} if last else {}
    )
    if attempt(form, services.add_registration, union=union, by=request.user):
        messages.success(request, "已登记法人证书")
        return redirect(union)
    context = {
        "form": form,
        "title": "换发工会法人证书" if last else "登记工会法人证书",
        "back": union,
        "submit": "登记",
        "hint": f"现有证书 {last.number}，有效期至 {last.end}。登记后原证书保留在历史中。" if last else "",
    }
    return render(request, "unions/action_form.html", context)
