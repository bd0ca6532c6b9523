"""Rows of the roll for long files: what the columns read, without the weight of model instances.

A hundred thousand people with union, firm and document are four hundred thousand instances. These rows answer to
the same attributes, so one column serves page and file alike.
"""

from collections.abc import Iterator
from operator import attrgetter

from django.utils import timezone

from unions.models import Employer, Union
from workers.models import Employment, IdentityDocument, Proposal, Sex, Standing, Transfer

FIELDS = (
    "pk", "name", "sex", "birth_date", "ethnicity", "phone_tail", "education", "skill_level", "political",
    "employment_status", "household_type", "household_place", "native_place", "is_migrant", "is_key_post",
    "is_industrial", "confirmed_on", "union_id", "employer_id", "standing", "member_since", "updated_at",
)  # fmt: skip
DOCUMENT_FIELDS = ("worker_id", "doc_type", "number_tail")
JOB_FIELDS = ("worker_id", "employer_id", "form", "occupation", "team", "staff_number", "start")
PLAIN_NEEDS = {"", "jobs", "business"}  # what columns may need and still be served here
SEXES, STANDINGS = dict(Sex.choices), dict(Standing.choices)


class PlainWorker:
    """One person. ``union`` and ``employer`` know their names only."""

    def __init__(self, values):
        self.__dict__.update(zip(FIELDS, values, strict=True))
        self.current_documents = []
        self.current_jobs = []
        self.open_proposals = []
        self.pending_transfers = []

    def get_sex_display(self) -> str:
        """As the model says it."""
        return SEXES.get(self.sex, self.sex)

    def get_standing_display(self) -> str:
        """As the model says it."""
        return STANDINGS.get(self.standing, self.standing)


class PlainRow:
    """A row of another table by the names of its columns."""

    def __init__(self, names, values):
        self.__dict__.update(zip(names, values, strict=True))


def plain_rows(rows, *, chunk: int, needs: set[str]) -> Iterator[PlainWorker]:
    """The people of a queryset in its order, read in chunks; a chunk asks some queries, whatever its size."""
    unions = _Names(Union)
    employers = _Names(Employer)
    part: list[PlainWorker] = []
    for values in rows.prefetch_related(None).values_list(*FIELDS).iterator(chunk_size=chunk):
        part.append(PlainWorker(values))
        if len(part) == chunk:
            yield from _completed(part, unions, employers, needs)
            part = []
    yield from _completed(part, unions, employers, needs)


def _completed(part: list[PlainWorker], unions: "_Names", employers: "_Names", needs: set[str]):
    """The chunk with names, documents in use and what else the columns need."""
    if not part:
        return part
    people = {worker.pk: worker for worker in part}
    unions.put(part, "union")
    employers.put(part, "employer")
    _attach(people, IdentityDocument.objects.filter(is_current=True), "current_documents", DOCUMENT_FIELDS)
    if "jobs" in needs:
        _attach(people, Employment.objects.on(timezone.localdate()), "current_jobs", JOB_FIELDS)
    if "business" in needs:
        _attach(people, Proposal.objects.open(), "open_proposals", ("worker_id", "source"))
        _attach(people, Transfer.objects.pending(), "pending_transfers", ("worker_id",))
    return part


def _attach(people: dict[int, PlainWorker], rows, attribute: str, fields: tuple[str, ...]) -> None:
    """Put the rows of another table that belong to these people into their lists."""
    for values in rows.filter(worker__in=list(people)).order_by("pk").values_list(*fields):
        getattr(people[values[0]], attribute).append(PlainRow(fields, values))


class _Names:
    """Names of unions or firms by key, asked for once each."""

    def __init__(self, model):
        self.model = model
        self.known = {None: None}

    def put(self, part: list[PlainWorker], attribute: str) -> None:
        """Set the attribute of every row from the key beside it."""
        key_of = attrgetter(f"{attribute}_id")
        missing = {key_of(worker) for worker in part} - self.known.keys()
        if missing:
            found = self.model.objects.filter(pk__in=missing).order_by().values_list("pk", "name")
            self.known |= {key: PlainRow(("name",), (name,)) for key, name in found}
        for worker in part:
            setattr(worker, attribute, self.known[key_of(worker)])
