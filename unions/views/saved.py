"""Saved views of lists: keep the page one looks at under a name, share it, rename, overwrite and delete it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.errors import RuleError
from core.idempotency import once
from core.listing import Listing, listing_of
from unions import services
from unions.forms import SavedViewForm, attempt
from unions.models import SavedView, Union
from unions.saved_views import address_of, columns_asked, page_of, view_links


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def saved_view_list(request, listing):
    """The views of a list that the user may open, with what may be done to them."""
    found = _listing(request, listing)
    context = {"listing": found, "links": view_links(request.user, found), "page_url": page_of(found)}
    return render(request, "unions/saved_view_list.html", context)


@requires(Permission.VIEW_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def saved_view_create(request, listing):
    """Save the list as the query string shows it."""
    found = _listing(request, listing)
    form = SavedViewForm(request.POST or None, unions=_unions(request))
    kept = _kept(request, found)
    if view := attempt(form, services.save_view, listing=found, by=request.user, **kept):
        messages.success(request, f"已保存常用查询“{view.name}”")
        return redirect(_opened(found, view))
    return render(request, "unions/saved_view_form.html", {"form": form, "listing": found, "view": None})


@requires(Permission.VIEW_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def saved_view_edit(request, pk):
    """Another name, or shared otherwise."""
    view = _own(request, pk)
    found = _listing(request, view.listing)
    unions = _unions(request) | Union.objects.filter(pk=view.union_id)
    initial = {"name": view.name, "union": view.union_id}
    form = SavedViewForm(request.POST or None, unions=unions, initial=initial)
    if attempt(form, services.edit_view, view=view, by=request.user):
        messages.success(request, "已保存")
        return redirect("unions:saved_view_list", view.listing)
    return render(request, "unions/saved_view_form.html", {"form": form, "listing": found, "view": view})


@requires(Permission.VIEW_ROLL)
@never_cache
@require_POST
def saved_view_overwrite(request, pk):
    """Let the view open what the list shows now."""
    view = _own(request, pk)
    found = _listing(request, view.listing)
    try:
        view = services.overwrite_view(view=view, by=request.user, **_kept(request, found))
    except RuleError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"已用当前条件更新“{view.name}”")
    return redirect(_opened(found, view))


@requires(Permission.VIEW_ROLL)
@never_cache
@require_POST
def saved_view_delete(request, pk):
    """Remove one's view."""
    view = _own(request, pk)
    services.delete_view(view=view, by=request.user)
    messages.success(request, f"已删除常用查询“{view.name}”")
    return redirect("unions:saved_view_list", view.listing)


def _listing(request, name: str) -> Listing:
    try:
        return listing_of(name, request.user)
    except RuleError as error:
        raise Http404 from error


def _own(request, pk: int) -> SavedView:
    """404 for what the user may not open, 403 for a view of somebody else."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if view.owner_id != request.user.pk:
        raise PermissionDenied
    return view


def _unions(request):
    return Union.objects.within_reach(request.user, Permission.EDIT_ROLL)


def _kept(request, listing: Listing) -> dict:
    """The rows and columns of the query string, by which the form came and went."""
    asked = columns_asked(request.GET)
    columns = [column.key for column in listing.chosen(asked)] if asked else []
    return {"query": listing.kept(request.GET).urlencode(), "columns": columns}


def _opened(listing: Listing, view: SavedView) -> str:
    return f"{page_of(listing)}?{address_of(view)}"
