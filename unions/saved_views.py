"""What stands above a list besides its filters: the columns it shows and the views its readers have saved.

A saved view is a query string with columns. Opening one is following an address: the filters in it meet the
rows of whoever opens it, so a shared view never shows anybody more than they reach.
"""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.urls import reverse

from core.listing import Column, Listing
from unions.models import SavedView

COLUMNS, VIEW = "columns", "view"


@dataclass
class ViewLink:
    """One saved view as the drop-down shows it."""

    view: SavedView
    address: str
    is_own: bool


@dataclass
class ListTools:
    """The state of one list page. ``query`` holds which rows, without columns and place; ``current`` is the view
    that was opened."""

    listing: Listing
    query: QueryDict
    columns: list[Column]
    views: list[ViewLink]
    current: ViewLink | None = None
    always: tuple[str, ...] = field(default=())

    @property
    def chooser(self) -> list[tuple[Column, bool, bool]]:
        """(column, shown, cannot be hidden) of all columns."""
        shown = {column.key for column in self.columns}
        return [(column, column.key in shown, column.key in self.always) for column in self.listing.columns]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Names and values of the query, for hidden inputs."""
        return [(name, value) for name, values in self.query.lists() for value in values]

    @property
    def column_keys(self) -> str:
        """The shown columns as one value of a query string; empty for the usual ones."""
        usual = [column.key for column in self.listing.columns if column.shown]
        keys = [column.key for column in self.columns]
        return "" if keys == usual else ",".join(keys)

    @property
    def address(self) -> str:
        """Query string of exactly these rows and columns, without a leading question mark."""
        return joined(self.query, self.column_keys.split(",") if self.column_keys else [])


def list_tools(request, listing: Listing, *, always: tuple[str, ...] = ("name",)) -> ListTools:
    """Columns and saved views of the page that the request asks for; ``always`` are columns nobody can hide."""
    asked = columns_asked(request.GET)
    chosen = listing.chosen([*always, *asked] if asked else [])
    views = view_links(request.user, listing)
    opened = request.GET.get(VIEW, "")
    current = next((link for link in views if str(link.view.pk) == opened), None)
    return ListTools(listing, listing.kept(request.GET), chosen, views, current, always)


def view_links(user, listing: Listing) -> list[ViewLink]:
    """The saved views of a list that the user may open, by name."""
    found = SavedView.objects.usable_by(user, listing.name).select_related("union", "owner")
    return [ViewLink(view, f"?{address_of(view)}", view.owner_id == user.pk) for view in found]


def columns_asked(query: QueryDict) -> list[str]:
    """Keys of columns in a query string: ``columns=a,b`` or ``columns=a&columns=b``."""
    return [key for text in query.getlist(COLUMNS) for key in text.split(",") if key]


def address_of(view: SavedView) -> str:
    """The query string that opens a view."""
    query = QueryDict(view.query, mutable=True)
    query[VIEW] = str(view.pk)
    return joined(query, view.columns)


def joined(query: QueryDict, columns: list[str]) -> str:
    """A query string with its columns."""
    whole = query.copy()
    if columns:
        whole[COLUMNS] = ",".join(columns)
    return whole.urlencode(safe=",")


def page_of(listing: Listing) -> str:
    """The address of the list's own page."""
    return reverse(listing.url_name)
