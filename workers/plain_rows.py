"""People of the roll for long files: what the columns of the listings read, joined by the database.

The document in use, the running job at the main employer and what is on its way stand beside each person, and a row
made of them answers to the names that the page's rows have (``core.lines``).
"""

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils import timezone

from core.lines import PlainRow
from workers.models import Proposal, Sex, Standing, Transfer

DOCUMENT, JOB, APPLIED, MOVING = "document", "job", "applied", "moving"
SEXES, STANDINGS = dict(Sex.choices), dict(Standing.choices)


class PlainWorker(PlainRow):
    """One person, as far as it was read."""

    def get_sex_display(self) -> str:
        """As the model says it."""
        return SEXES.get(self.sex, self.sex)

    def get_standing_display(self) -> str:
        """As the model says it."""
        return STANDINGS.get(self.standing, self.standing)

    @property
    def current_documents(self) -> list:
        """The document in use."""
        return [self.document] if self.document else []

    @property
    def open_proposals(self) -> list:
        """An application, if there is one; no other is read."""
        return [PlainRow(["source"], [Proposal.Source.APPLICATION])] if self.applied else []

    @property
    def pending_transfers(self) -> list:
        """Something if the person is on the way to another union."""
        return [self] if self.moving else []


def readable(rows, reads: set[str]):
    """People with what the paths name beyond their own fields and relations."""
    wanted = {path.partition("__")[0] for path in reads}
    if DOCUMENT in wanted:
        rows = rows.annotate(document=FilteredRelation("documents", condition=Q(documents__is_current=True)))
    if JOB in wanted:
        rows = rows.annotate(job=FilteredRelation("employments", condition=_running(timezone.localdate())))
    mine = {"worker": OuterRef("pk")}
    if APPLIED in wanted:
        applications = Proposal.objects.open().filter(source=Proposal.Source.APPLICATION, **mine)
        rows = rows.annotate(applied=Exists(applications))
    if MOVING in wanted:
        rows = rows.annotate(moving=Exists(Transfer.objects.pending().filter(**mine)))
    return rows


def _running(day) -> Q:
    """The job at today's main employer that is in effect on the day, as ``Employment.objects.on`` has it."""
    started = Q(employments__start=None) | Q(employments__start__lte=day)
    not_ended = Q(employments__end=None) | Q(employments__end__gt=day)
    return started & not_ended & Q(employments__employer=F("employer"))
