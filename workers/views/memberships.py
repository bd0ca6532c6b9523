"""Changes of one person's membership that take effect at once."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.idempotency import once
from unions.forms import attempt
from workers import matters, services
from workers.forms.matters import MembershipForm, offer_of, offers
from workers.models import Worker


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def membership_change(request, pk):
    """Choose a change (``?change=``), then fill in what it needs."""
    worker = editable_worker(request.user, pk)
    unions = matters.unions_of(request.user)
    current = worker.memberships.select_related("union").filter(end=None).first()
    asked = request.POST.get("change") or request.GET.get("change", "")
    offer = offer_of(asked, current)
    form = MembershipForm(request.POST or None, offer=offer, unions=unions) if offer else None
    if form and attempt(form, services.change_membership, worker=worker, by=request.user):
        messages.success(request, f"已办理{worker.name}的会籍变化：{offer.title}")
        return redirect(worker)
    context = {
        "form": form,
        "offer": offer,
        "offers": offers(current, several_unions=unions.count() > 1),
        "worker": worker,
        "current": current,
        "proposal": worker.proposals.open().first(),
        "transfer": worker.transfers.pending().select_related("origin", "destination").first(),
        "nothing_chosen": request.method == "POST" and offer is None,
    }
    return render(request, "workers/membership_change.html", context)


def editable_worker(user, pk) -> Worker:
    """The person, when the user keeps the record; 404 otherwise."""
    workers = Worker.objects.editable_by(user).defer("phone", "phone_index")
    return get_object_or_404(workers.select_related("union", "employer"), pk=pk)
