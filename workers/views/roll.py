"""One person's page, and revealing a number."""

from allauth.account.decorators import reauthentication_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.security import client_ip
from core.access import Permission, requires
from unions.forms import attempt
from workers import cards, comparing, privacy, queries, services
from workers.forms.people import RevealForm
from workers.models import Proposal, Worker


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def worker_detail(request, pk):
    """One person: facts, documents, jobs and memberships through time, and what was done to the record.

    The sign of a merged record leads to the one that was kept, for whoever may see that one.
    """
    kept = Worker.objects.visible_to(request.user).filter(absorbed=pk).values_list("pk", flat=True).first()
    if kept is not None:
        return redirect("workers:worker_detail", kept)
    worker = _visible_worker(request.user, pk)
    return render(request, "workers/worker_detail.html", _detail(request.user, worker, RevealForm()))


@requires(Permission.REVEAL_NUMBERS)
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def worker_reveal(request, pk):
    """Show a number in full, once, for a reason that is logged. The number stands in the page only."""
    reach = Worker.objects.within_reach(request.user, Permission.REVEAL_NUMBERS)
    worker = get_object_or_404(reach.defer("phone").select_related("union", "employer"), pk=pk)
    form = RevealForm(request.POST or None)
    number = attempt(form, services.reveal_number, worker=worker, by=request.user, ip=client_ip(request))
    if number:
        what = dict(form.fields["what"].choices)[form.cleaned_data["what"]]
        return render(
            request, "workers/worker_reveal.html", {"worker": worker, "number": number, "what": what}
        )
    return render(request, "workers/worker_reveal.html", {"worker": worker, "form": form, "number": ""})


def _visible_worker(user, pk) -> Worker:
    workers = Worker.objects.visible_to(user).defer("phone", "phone_index")
    return get_object_or_404(workers.select_related("union", "employer"), pk=pk)


def _detail(user, worker: Worker, reveal: RevealForm) -> dict:
    names = queries.code_names(*queries.DETAIL_TABLES)
    documents, today = list(queries.documents_of(worker)), timezone.localdate()
    proposal = worker.proposals.open().first()
    return {
        "worker": worker,
        "names": names,
        "documents": documents,
        "reminders": queries.document_reminders(documents, names, today),
        "employments": worker.employments.select_related("employer"),
        "memberships": worker.memberships.select_related("union"),
        "history": queries.history(worker, names),
        "looks": privacy.seen_by(worker),
        "reveal": reveal,
        "proposal": proposal,
        "application": proposal and proposal.source == Proposal.Source.APPLICATION,
        "transfer": worker.transfers.pending().select_related("origin", "destination").first(),
        "under_review": cards.open_case_of(worker),
        "hints": comparing.hints_of(worker, user),
        "merges": worker.merges.select_related("merged_by", "absorbed").defer("rows", "absorbed__phone"),
        "today": today,
        "can_edit": Worker.objects.editable_by(user).filter(pk=worker.pk).exists(),
        "can_reveal": not worker.anonymised_on and user.has_perm(Permission.REVEAL_NUMBERS),
        "can_copy": not worker.anonymised_on and user.has_perm(Permission.EXPORT_FILES),
    }
