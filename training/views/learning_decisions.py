"""What the town decides about outside learning, and the papers that prove it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt, press, press_as_seen, version_of
from core.idempotency import once
from core.pages import paginate, way_back
from core.papers import send_paper
from training.forms.certificates import EvidenceForm, VerifyForm
from training.forms.learning import RefuseLearningForm
from training.listings.learning import learning_of
from training.models import LearningPaper, OutsideLearning
from training.services.learning import (
    add_learning_paper,
    approve_learning,
    refuse_learning,
    remove_learning_paper,
)
from training.views.learning import detail, editable_learning, visible_learning

SIZE = 30


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_safe
def learning_queue(request):
    """Reported learning that waits for the town, the oldest first."""
    waiting = learning_of(request.user).waiting().prefetch_related("papers").select_related("entered_by")
    context = {
        "page": paginate(request, waiting.order_by("pk"), SIZE),
        "kinds": codes.names("training_kind"),
    }
    return render(request, "training/learning_queue.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_POST
def learning_approve(request, pk):
    """Accept learning as it was seen; back to where the button stood."""
    learning = _decidable(request.user, pk)
    form = VerifyForm(request.POST)
    press_as_seen(
        request, form, f"已认可{learning.worker.name}的“{learning}”", approve_learning, learning=learning
    )
    return redirect(way_back(request, learning))


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def learning_refuse(request, pk):
    """Do not accept learning, for a reason that its union sees."""
    learning = _decidable(request.user, pk)
    form = RefuseLearningForm(request.POST or None, initial={"version": version_of(learning)})
    if attempt(form, refuse_learning, learning=learning, by=request.user):
        messages.success(request, "已登记不予认可")
        return redirect(learning)
    context = {"form": form, "title": "不予认可", "back": learning, "submit": "不予认可"}
    context["hint"] = "不计入统计。登记的工会改正后会再次提交审核。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_POST
def learning_paper_create(request, pk):
    """Keep a scan or photograph with a record."""
    learning = editable_learning(request.user, pk)
    form = EvidenceForm(request.POST, request.FILES)
    if attempt(form, add_learning_paper, learning=learning, by=request.user):
        messages.success(request, "已上传附件")
        return redirect(learning)
    shown = detail(request.user, visible_learning(request.user, pk), form)
    return render(request, "training/learning_detail.html", shown)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def learning_paper_download(request, pk, paper):
    """One paper as an attachment, under a name without personal data; the look is logged."""
    learning = visible_learning(request.user, pk)
    found = get_object_or_404(LearningPaper.objects.filter(learning=learning), pk=paper)
    return send_paper(
        found, learning.worker, "training.learning_paper_download", by=request.user, learning=learning.pk
    )


@requires(Permission.EDIT_TRAINING)
@require_POST
def learning_paper_delete(request, pk, paper):
    """Delete a paper of a record that was not decided yet."""
    learning = editable_learning(request.user, pk)
    found = get_object_or_404(LearningPaper.objects.filter(learning=learning), pk=paper)
    press(request, "已删除附件", remove_learning_paper, paper=found)
    return redirect(learning)


def _decidable(user, pk: int) -> OutsideLearning:
    rows = OutsideLearning.objects.within_reach(user, Permission.DECIDE_TRAINING)
    rows = rows.filter(worker__anonymised_on=None)
    return get_object_or_404(rows.select_related("worker__union").defer("worker__phone"), pk=pk)
