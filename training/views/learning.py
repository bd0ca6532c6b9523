"""Pages of outside learning: the list, one record, reporting and correcting it, and a person's card."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from training.forms.certificates import EvidenceForm
from training.forms.learning import LearningEditForm, LearningForm
from training.listings.courses import place_of
from training.listings.learning import LearningListing, learning_of, learning_waiting
from training.models import Learner, OutsideLearning
from training.services.learning import edit_learning, report_learning
from workers.list_pages import people_list_page
from workers.models import Worker


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def learning_list(request):
    """Outside learning in reach. The search box is posted and comes back sealed in the address."""
    listing = LearningListing()
    may_decide = request.user.has_perm(Permission.DECIDE_TRAINING)
    waiting = learning_waiting(request.user) if may_decide else 0
    return people_list_page(
        request, listing, "training/learning_list.html", search="姓名", may_decide=may_decide, waiting=waiting
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def learning_detail(request, pk):
    """One record with its papers and what was decided."""
    return render(
        request, "training/learning_detail.html", detail(request.user, visible_learning(request.user, pk))
    )


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def learning_create(request, worker):
    """Report what one person learned elsewhere."""
    reach = Worker.objects.within_reach(request.user, Permission.EDIT_TRAINING).filter(anonymised_on=None)
    person = get_object_or_404(reach.defer("phone", "phone_index"), pk=worker)
    form = LearningForm(request.POST or None)
    if learning := attempt(form, report_learning, worker=person, by=request.user):
        messages.success(request, "已登记，待镇总工会审核。可在下方上传证明材料")
        return redirect(learning)
    context = {"form": form, "worker": person, "title": "登记校外学习", "back": person.get_absolute_url()}
    return render(request, "training/learning_form.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def learning_edit(request, pk):
    """Correct what was reported. When somebody else saved meanwhile, the latest facts are shown."""
    learning = editable_learning(request.user, pk)
    form = LearningEditForm(request.POST or None, learning=learning)
    if attempt(form, edit_learning, learning=learning, by=request.user):
        messages.success(request, "已保存")
        return redirect(learning)
    if any(error.code == "stale" for error in form.non_field_errors().as_data()):
        faults = form.non_field_errors()
        form = LearningEditForm(learning=learning)
        for fault in faults:
            messages.error(request, fault)
    context = {
        "form": form,
        "worker": learning.worker,
        "title": "修改校外学习",
        "back": learning.get_absolute_url(),
    }
    return render(request, "training/learning_form.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def worker_learning(request, worker):
    """The card of outside learning on a person's page."""
    person = get_object_or_404(Worker.objects.within_reach(request.user, Permission.VIEW_TRAINING), pk=worker)
    context = {
        "worker": person,
        "rows": person.outside_learning.all(),
        "learners": [
            (row, place_of(row))
            for row in Learner.objects.filter(worker=person).select_related("course").with_progress()
        ],
        "can_edit": not person.anonymised_on and request.user.has_perm(Permission.EDIT_TRAINING),
    }
    return render(request, "training/_worker_learning.html", context)


def visible_learning(user, pk: int) -> OutsideLearning:
    """One record in the user's reach, or 404."""
    return get_object_or_404(learning_of(user).select_related("entered_by", "decided_by", "union"), pk=pk)


def editable_learning(user, pk: int) -> OutsideLearning:
    """One record that the user may change, or 404."""
    rows = OutsideLearning.objects.editable_by(user)
    return get_object_or_404(rows.select_related("worker__union").defer("worker__phone"), pk=pk)


def detail(user, learning: OutsideLearning, form=None) -> dict:
    """What the page of a record shows."""
    states = OutsideLearning.State
    is_waiting = learning.state == states.ENTERED
    can_edit = user.has_perm(Permission.EDIT_TRAINING) and learning.is_reported
    return {
        "learning": learning,
        "worker": learning.worker,
        "kinds": codes.names("training_kind"),
        "papers": learning.papers.select_related("added_by"),
        "form": form or EvidenceForm(),
        "can_edit": can_edit,
        "can_add": can_edit and learning.state in (states.ENTERED, states.REFUSED),
        "can_remove": can_edit and is_waiting,
        "can_decide": is_waiting and user.has_perm(Permission.DECIDE_TRAINING),
    }
