"""What the pages of a run share: the run inside the user's reach, and a service called for it."""

from django.shortcuts import get_object_or_404, redirect

from core.forms import press
from exchange import checking
from exchange.models import ImportRun
from exchange.texts import UnknownTexts, unknown_texts


def run_of(request, pk) -> ImportRun:
    """The run, or 404 outside the user's reach."""
    runs = ImportRun.objects.visible_to(request.user).select_related(
        "union", "created_by", "applied_by", "undone_by"
    )
    return get_object_or_404(runs, pk=pk)


def may_write(request, run: ImportRun) -> bool:
    """May the user write records of the run's kind?"""
    return request.user.has_perm(run.kind_class.permission)


def unknown_of(run: ImportRun) -> list[UnknownTexts]:
    """The texts of a checked run that a person may explain."""
    if run.state != ImportRun.State.CHECKED or not run.failed:
        return []
    kind = checking.kind_for(run)
    kind.prepare(run.header["positions"])
    return unknown_texts(run, kind)


def carry_out(request, run: ImportRun, service, **options):
    """Call the service for the run; a refusal is told on the run's page, which comes next."""
    press(request, "", service, run=run, **options)
    return redirect(run)
