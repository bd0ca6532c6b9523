"""Who was a member, or worked without being one, on a past day: from the dated rows, with the union, firm and
standing of that day.

Reach goes by the day as well: an officer sees who was in the officer's union then, also those who have moved on
since. Of these a list shows what it showed then, and nothing leads to the record that another union keeps now.
"""

import datetime as dt

from django.db.models import DateField, Exists, OuterRef, Prefetch, Subquery, Value

from core.access import Permission
from unions.models import Coverage, Employer
from unions.scoping import reaches_all
from workers.models import Employment, IdentityDocument, Membership, Standing, Worker

FEW_PEOPLE = 5000  # as many keys as a statement is given rather than a sub-query
MEMBERS = (Standing.MEMBER, Standing.RETAINED)


def members_on(user, day: dt.date):
    """Memberships in effect on the day at the unions in the user's reach, one row a person.

    In the order of the people's keys, which an index gives, so that any page takes the same time.
    """
    return Membership.objects.visible_to(user).on(day).order_by("worker_id", "pk")


def others_on(user, day: dt.date):
    """People with a job on the day and no membership anywhere: those of the firms that the unions in reach
    covered on the day, or, where nobody did, have in their charge today.

    The people of a few firms are looked up first: left to a sub-query, the planner walks the whole roll in its
    order to find them (1 s of a million people, for one officer's page).
    """
    firms = _firms_on(user, day)
    people = Worker.objects.filter(merged_into=None).order_by("pk")
    jobs = Employment.objects.on(day).order_by()
    spells = Membership.objects.on(day).order_by()
    if firms is not None:
        jobs = jobs.filter(employer__in=firms)
        # A scalar sub-query is asked row by row, by the index; EXISTS would read every membership of the town.
        spell = Subquery(spells.filter(worker=OuterRef("worker")).values("pk")[:1])
        idle = jobs.alias(spell=spell).filter(spell__isnull=True)
        keys = list(idle.values_list("worker", flat=True)[: FEW_PEOPLE + 1])
        if len(keys) <= FEW_PEOPLE:
            return people.filter(pk__in=set(keys))
    of_person = {"worker": OuterRef("pk")}
    return people.filter(Exists(jobs.filter(**of_person)), ~Exists(spells.filter(**of_person)))


def employed_on(day: dt.date, employer: Employer):
    """Keys of the people who worked for the firm on the day."""
    return Employment.objects.on(day).filter(employer=employer).order_by().values("worker")


def covered_by(unions, day: dt.date):
    """Keys of the firms that these unions covered on the day."""
    return Coverage.objects.on(day).inside(unions).order_by().values("employer")


def with_day(rows, day: dt.date):
    """The rows with what a list shows of that day: jobs, the unions that covered the firms, documents."""
    prefix = "worker__" if rows.model is Membership else ""
    coverages = Coverage.objects.on(day).select_related("union")
    jobs = Employment.objects.on(day).select_related("employer").prefetch_related(
        Prefetch("employer__coverages", queryset=coverages, to_attr="day_coverages")
    )  # fmt: skip
    documents = IdentityDocument.objects.defer("number", "number_index").order_by(
        "replaced_on", "-is_current"
    )
    rows = rows.annotate(as_at=Value(day, DateField())).prefetch_related(
        Prefetch(f"{prefix}employments", queryset=jobs, to_attr="day_jobs"),
        Prefetch(f"{prefix}documents", queryset=documents, to_attr="day_documents"),
    )
    if not prefix:
        return rows.defer("phone", "phone_index")
    return rows.select_related("worker", "union").defer("worker__phone", "worker__phone_index")


def person_of(row) -> Worker:
    """The person of a row: a membership, or somebody without one."""
    return row if isinstance(row, Worker) else row.worker


def job_of(row) -> Employment | None:
    """The main job of the day: at a firm that the union of the membership covered, then the latest."""
    union = getattr(row, "union_id", None) if isinstance(row, Membership) else None

    def rank(job):
        covered = any(coverage.union_id == union for coverage in job.employer.day_coverages)
        return covered, job.start or dt.date.min, job.pk

    return max(person_of(row).day_jobs, key=rank, default=None)


def union_of(row) -> str:
    """Name of the union of the day: that of the membership, else the one that covered the firm."""
    if isinstance(row, Membership):
        return row.union.name
    job = job_of(row)
    return job.employer.day_coverages[0].union.name if job and job.employer.day_coverages else ""


def document_of(row) -> IdentityDocument | None:
    """The document that was in use on the day: one replaced later, else the present one."""
    documents = person_of(row).day_documents
    later = [document for document in documents if document.replaced_on and document.replaced_on > row.as_at]
    return next(iter([*later, *(document for document in documents if document.is_current)]), None)


def standing_of(row) -> Standing:
    """What the person was on the day."""
    if isinstance(row, Worker):
        return Standing.NONE
    return Standing.RETAINED if row.is_retained else Standing.MEMBER


def reachable(user, rows) -> set[int]:
    """Which of the people of these rows the user reaches today: only they are linked."""
    keys = [person_of(row).pk for row in rows]
    return set(Worker.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))


def _firms_on(user, day: dt.date) -> list[int] | None:
    """Keys of the firms in the user's reach on the day; None for the whole town."""
    if reaches_all(user, Permission.VIEW_ROLL):
        return None
    covered = Coverage.objects.on(day)
    inside = Coverage.objects.within_reach(user, Permission.VIEW_ROLL).on(day)
    in_charge = Employer.objects.within_reach(user, Permission.VIEW_ROLL)
    uncovered = in_charge.filter(~Exists(covered.filter(employer=OuterRef("pk")).order_by()))
    return [*inside.values_list("employer", flat=True), *uncovered.values_list("pk", flat=True)]
