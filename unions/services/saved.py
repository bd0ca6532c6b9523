"""Views of lists that their readers save: a name for a query string, private or shared to a union."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.errors import RuleError
from core.listing import Listing
from core.text import clean_text
from unions.models import SavedView, Union
from unions.scoping import require_editable

MOST = 50  # of one owner for one list
LONGEST_QUERY = 6000


@transaction.atomic
def save_view(
    *, listing: Listing, query: str, columns: list[str], name: str, by: User, union: Union | None = None
) -> SavedView:
    """Keep a list's query string and columns under a name, for oneself or shared to a union one keeps.

    Raises RuleError by field.
    """
    User.objects.select_for_update().get(pk=by.pk)
    view = SavedView(owner=by, listing=listing.name)
    if SavedView.objects.filter(owner=by, listing=listing.name).count() >= MOST:
        raise RuleError(f"每个列表最多保存 {MOST} 个常用查询，请先删除不用的")
    _set_query(view, query, columns)
    return _stored(view, name, union, by, "unions.view_save")


@transaction.atomic
def edit_view(*, view: SavedView, name: str, by: User, union: Union | None = None) -> SavedView:
    """Give one's view another name, or share it otherwise. Raises RuleError by field."""
    return _stored(_own(view, by), name, union, by, "unions.view_edit")


@transaction.atomic
def overwrite_view(*, view: SavedView, query: str, columns: list[str], by: User) -> SavedView:
    """Let one's view open other rows and columns. Raises RuleError for a query that is too long."""
    view = _own(view, by)
    _set_query(view, query, columns)
    return _stored(view, view.name, view.union, by, "unions.view_edit")


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Remove one's view; whoever shared it loses it too."""
    view = _own(view, by)
    number, union_id = view.pk, view.union_id
    view.delete()
    view.pk = number
    audit.record(by, "unions.view_delete", view, union_id=union_id, listing=view.listing)


def _own(view: SavedView, by: User) -> SavedView:
    """The view, locked. A shared view is changed by its owner only."""
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if view.owner_id != by.pk:
        raise PermissionDenied
    return view


def _set_query(view: SavedView, query: str, columns: list[str]) -> None:
    if len(query) > LONGEST_QUERY:
        raise RuleError("条件太长，不能保存。请减少条件，或把选定的人分批保存")
    view.query, view.columns = query, columns


def _stored(view: SavedView, name: str, union: Union | None, by: User, action: str) -> SavedView:
    kept = Union.objects.within_reach(by, Permission.EDIT_ROLL)
    if union and union.pk != view.union_id and not kept.filter(pk=union.pk).exists():
        raise RuleError({"union": "只能共享给您管理的工会"})
    view.name, view.union = clean_text(name), union
    try:
        view.full_clean(exclude=["columns"])  # no columns: the usual ones
    except ValidationError as error:
        faults = error.message_dict
        raise RuleError({"name" if key == "__all__" else key: texts for key, texts in faults.items()})
    view.save()
    require_editable(view, by)
    audit.record(by, action, view, union_id=view.union_id, listing=view.listing)
    return view
