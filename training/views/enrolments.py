"""Pages about the people of a class: enrol them, take them out, record their results."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.access import Permission, requires
from core.forms import press, show_refusal
from core.idempotency import once
from core.pages import paginate
from training import services
from training.forms.classes import ResultForm
from training.models import Enrolment, TrainingClass
from training.queries import classes as class_queries
from training.services.results import Result
from workers.forms.finding import FindForm
from workers.picking import OFFERED, pick, ticked

LINES = 100  # people on one page of results


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def enrolment_create(request, pk):
    """Tick people and enrol them. They are looked for by POST: names and numbers stand in no address."""
    found = TrainingClass.objects.open_to(request.user).select_related("union").with_counts()
    training_class = get_object_or_404(found, pk=pk)
    unions = class_queries.unions_that_enrol(training_class, request.user)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    form = FindForm(request.POST if finding else None, unions=unions)
    error = ""
    if request.method == "POST" and not finding:
        error = _enrol(request, training_class)
        if not error:
            return redirect(training_class)
    picked = pick(form, class_queries.candidates(training_class, request.user), request.user)
    context = {
        "training_class": training_class,
        "form": form,
        "error": error,
        "picked": picked,
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "training/enrolment_create.html", context)


@requires(Permission.EDIT_TRAINING)
@require_POST
def enrolment_withdraw(request, pk):
    """Take a person out of a class."""
    found = Enrolment.objects.editable_by(request.user).select_related("training_class", "worker")
    enrolment = get_object_or_404(found, pk=pk)
    press(
        request,
        f"{enrolment.worker.name}已退出；空出名额的，已按候补顺序递补",
        services.withdraw,
        enrolment=enrolment,
    )
    return redirect(enrolment.training_class)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def result_edit(request, pk):
    """Results of the people with a place, LINES on a page. What is wrong stands beside its line; nothing is
    written then."""
    training_class = get_object_or_404(
        TrainingClass.objects.editable_by(request.user).select_related("union"), pk=pk
    )
    rows = training_class.enrolments.enrolled().select_related("worker", "union")
    rows = rows.defer("worker__phone", "worker__phone_index").order_by("position", "pk")
    page = paginate(request, rows, LINES)
    is_sent = request.method == "POST" and bool(request.POST)
    lines = [(row, _line(request.POST if is_sent else None, row)) for row in page]
    people = [row.worker_id for row in page]
    refusal = ""
    if is_sent:
        refusal = _record(request, training_class, lines)
        if not refusal:
            return redirect(f"{request.path}?{request.GET.urlencode()}")
    gained = class_queries.days_of_certificates(training_class, people, request.user)
    shown = [(row, form, gained.get(row.worker_id)) for row, form in lines]
    context = {"training_class": training_class, "page": page, "lines": shown, "refusal": refusal}
    return render(request, "training/result_edit.html", context)


def _line(data, row: Enrolment) -> ResultForm:
    return ResultForm(data, instance=row, prefix=str(row.pk))


def _record(request, training_class: TrainingClass, lines) -> str:
    """Record the lines; the text of the refusal, or "". Faults of a line stand on its form."""
    readable = [form.is_valid() for _, form in lines]  # each of them, so that each shows its faults
    if not all(readable):
        return "有内容填写有误，尚未保存。请改正标出的各行后重新提交。"
    results = {
        row.pk: Result(request.POST.get(f"{row.pk}-version", ""), form.cleaned_data) for row, form in lines
    }
    try:
        changed = services.record_results(training_class=training_class, results=results, by=request.user)
    except ValidationError as error:
        return _refused(error, lines)
    messages.success(request, f"已保存，更新了 {len(changed)} 人的结论")
    return ""


def _refused(error: ValidationError, lines) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    for row, form in lines:
        if str(row.pk) in error.error_dict:
            show_refusal(form, ValidationError(error.error_dict[str(row.pk)]))
    return "有内容填写有误，尚未保存。请改正标出的各行后重新提交。"


def _enrol(request, training_class: TrainingClass) -> str:
    """Enrol those ticked; the text of the refusal, or ""."""
    try:
        done = services.enrol(training_class=training_class, workers=ticked(request), by=request.user)
    except ValidationError as error:
        return " ".join(error.messages)
    waiting = f"，{len(done.waiting)} 人进入候补" if done.waiting else ""
    messages.success(request, f"已报名 {len(done.enrolled)} 人{waiting}")
    return ""
