"""The contract of a list that can be exported: which rows a page shows, and what its columns say.

A listing is one subclass of ``Listing`` in its app's ``listings.py``, named in ``settings.LISTINGS``. The page and
the export ask the same object, so a file holds exactly the rows of the page, in its order, with its columns.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.module_loading import import_string

from core.access import Permission
from core.errors import RuleError
from core.form_layouts import FormLayout
from core.lines import AsRead, PlainRow, plain_lines

PAPERS = "papers"  # the layout of a listing that gives a document for each row
PAGING = ("after", "before", "page")  # where in the list the reader stands, not what is listed
Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Column:
    """One column: ``value(row, names)`` gives text, number, date or None.

    ``needs`` names what ``Listing.enriched`` must fetch with the rows; ``number_text`` marks digits that must
    stay text; ``personal`` marks what the page masks and a file masks too. ``reads`` names the fields that
    ``value`` asks a row for (``union__name``): a long file reads those alone (``core.lines``).

    For a list that names the kind of file it belongs to (``Listing.kind``): ``attribute`` is the kind's column that
    an edited cell of a file that comes back means, ``fixed`` says where to change what no file may. ``full`` is the
    same column with what this one masks, for those who may see it.
    """

    key: str
    title: str
    value: Callable[[Any, dict], Cell]
    width: int = 12
    shown: bool = True
    number_text: bool = False
    personal: bool = False
    needs: str = ""
    reads: tuple[str, ...] = ()
    attribute: str = ""
    fixed: str = ""
    full: "Column | None" = None

    @property
    def is_editable(self) -> bool:
        """An edited cell of a file that comes back is written."""
        return bool(self.attribute) and not self.fixed


KEY = Column("pk", "", AsRead("pk"), reads=("pk",))


@dataclass(frozen=True)
class Reader:
    """Who reads a list: what a filter needs of a request."""

    user: Any


class Listing:
    """Base of every list. Subclasses set the attributes and the methods that raise NotImplementedError here."""

    name = ""
    title = ""
    url_name = ""  # the page that shows it
    permission: Permission  # to read the rows
    columns: tuple[Column, ...] = ()
    parameters: tuple[str, ...] = ()  # what a query string may say; everything else is dropped
    holds_people = False  # a list of people is logged as a look into personal data
    layout = "list"  # how its files stand: as a list, as the form in ``form``, or as one paper a row (PAPERS)
    form: FormLayout | None = None
    layouts: dict[str, str] = {}  # further layouts of the same rows → the listing that has it
    most_rows: int | None = None  # as many rows as one file may have; None is settings.EXPORT_MAX_ROWS
    kind = ""  # the kind of file its rows can come back as (core.exchange), told by row keys (core.rowkeys)

    def filtered(self, user, query: QueryDict):
        """The rows of the page with this query string, in the page's order, inside the user's reach.

        Raises RuleError for a filter that cannot be read: a file must not silently hold more than the page.
        """
        raise NotImplementedError

    def in_words(self, user, query: QueryDict) -> list[tuple[str, str]]:
        """The filter as (title, value); of a search only that there was one, never its text."""
        raise NotImplementedError

    def present(self, user, keys: Iterable[int]):
        """The records with these keys inside the user's reach, as rows of the list; of lists with a ``kind``."""
        raise NotImplementedError

    def require_full(self, user, rows) -> None:
        """Raise RuleError unless the user may see what the columns of these rows mask."""
        raise RuleError("这个列表没有可以完整导出的号码。", code="full")

    def note_full(self, by, export, keys: list[int], **details) -> None:
        """Log that a file holds whole numbers of the records with these keys; of lists with ``Column.full``."""
        raise NotImplementedError

    def paper(self, row) -> bytes:
        """The document of a row as PDF; of lists with the layout PAPERS. Raises RuleError or core.pdf.PrintError for
        a row that cannot be drawn."""
        raise NotImplementedError

    def paper_name(self, row) -> str:
        """The name of a row's document, without the ending; unlike that of any other row."""
        raise NotImplementedError

    def names(self) -> dict:
        """Look-ups that the columns' values use, loaded once."""
        return {}

    def enriched(self, rows, columns: Iterable[Column]):
        """The rows with what these columns need; the number of queries does not depend on the rows."""
        return rows

    def lines(
        self, rows, columns: list[Column], *, chunk: int, finish: Callable[[Cell], Cell] | None = None
    ) -> Iterator[Sequence[Cell]]:
        """The rows as cells for a file, read ``chunk`` by chunk so that memory does not grow with them.

        ``finish`` has the last word on each cell. Where all columns say what they read, nothing else is read.
        """
        names = self.names()
        if all(column.reads for column in columns):
            reads = {path for column in columns for path in column.reads}
            rows = self.readable(rows.prefetch_related(None), reads)
            yield from plain_lines(rows, columns, names, chunk=chunk, as_row=self.as_row, finish=finish)
            return
        values = [column.value for column in columns]
        for row in self.enriched(rows, columns).iterator(chunk_size=chunk):
            line = [value(row, names) for value in values]
            yield [finish(cell) for cell in line] if finish else line

    def readable(self, rows, reads: set[str]):
        """The rows with what ``reads`` names beyond the model's own fields."""
        return rows

    as_row = PlainRow

    @property
    def every_column(self) -> list[Column]:
        """All columns a file may hold, those with full numbers included."""
        return [*self.columns, *(column.full for column in self.columns if column.full)]

    def chosen(self, keys: Iterable[str]) -> list[Column]:
        """The columns of these keys, in their order; the usual ones when none of the keys is known."""
        known = {column.key: column for column in self.columns}
        found = [known[key] for key in dict.fromkeys(keys) if key in known]
        return found or [column for column in self.columns if column.shown]

    def kept(self, query: QueryDict) -> QueryDict:
        """The part of a query string that says which rows: known parameters, without the place in the list."""
        kept = QueryDict(mutable=True)
        for name in self.parameters:
            values = [value for value in query.getlist(name) if value]
            if values and name not in PAGING:
                kept.setlist(name, values)
        return kept


class FilterListing(Listing):
    """A list whose rows a FilterSet narrows: its page and its files ask for them by ``asked`` and ``ordered``."""

    filter_class: type
    order: tuple[str, ...] = ()  # down to the key, so that rows that are alike stand in one order everywhere
    unsaid: tuple[str, ...] = ()  # filters that may hold a person's name: never repeated in words
    whole = "全部"  # the rows without any filter, in words

    def everything(self, user, query: QueryDict):
        """All rows inside the user's reach."""
        raise NotImplementedError

    def asked(self, user, query: QueryDict):
        """The filter with this query string. A page shows the rows without what it cannot read."""
        return self.filter_class(query, self.everything(user, query), request=Reader(user))

    def ordered(self, asked):
        """The rows of a filter, as the page lists them."""
        return asked.qs.order_by(*self.order)

    def filtered(self, user, query):
        """As the page shows them."""
        asked = self.asked(user, query)
        require_readable(asked.form)
        return self.ordered(asked)

    def in_words(self, user, query):
        """Each filter in use by its label."""
        return filters_in_words(self.asked(user, query).form, self.unsaid) or [("范围", self.whole)]


def require_readable(form) -> None:
    """Raise RuleError for a filter that cannot be read: a file would hold more than was asked for."""
    if not form.is_valid():
        raise RuleError("筛选条件有误，请回到列表重新查询。", code="bad_filter")


def to_the_minute(moment: dt.datetime | None) -> str:
    """A moment as pages write it, for a cell: files format days only."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def shown_value(field, value) -> str:
    """A filter's value as its form shows it."""
    cleaned = field.form.cleaned_data.get(field.name) if field.form.is_valid() else None
    if isinstance(value, list) and hasattr(field.field, "choices"):
        labels = {str(key): label for key, label in field.field.choices}
        return "、".join(str(labels.get(str(one), one)) for one in value)
    if hasattr(cleaned, "pk") or not hasattr(field.field, "choices"):
        return str(cleaned if cleaned is not None else value)
    return next((str(label) for key, label in field.field.choices if str(key) == str(value)), str(value))


def filters_in_words(form, unsaid: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(label, value) of the filters in use, as their form shows them; of the ``unsaid`` only that they are."""
    return [
        (str(field.label), "（内容不记录）" if field.name in unsaid else shown_value(field, field.value()))
        for field in form
        if field.value() not in (None, "", [])
    ]


def listings() -> dict[str, Listing]:
    """Name → listing, as named in settings.LISTINGS."""
    found = [import_string(path)() for path in settings.LISTINGS]
    return {listing.name: listing for listing in found}


def listing_of(name: str, user) -> Listing:
    """The listing of this name, if the user may read its rows. Raises RuleError."""
    listing = listings().get(name)
    if listing is None or not user.has_perm(listing.permission):
        raise RuleError("没有这个列表，或者您没有查看它的权限。", code="unknown_listing")
    return listing
