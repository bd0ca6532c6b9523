"""Pages of agreements with schools (校企合作协议) and their papers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.idempotency import once
from core.papers import send_paper
from training import services
from training.forms.certificates import EvidenceForm
from training.forms.providers import AgreementForm, EndForm
from training.listings.providers import AgreementListing
from training.models import Agreement, AgreementPaper, TrainingClass
from training.queries.providers import standing_of
from unions.forms import attempt
from unions.list_pages import list_page
from unions.models import Union

LATEST = 10  # classes the page of an agreement shows


@requires(Permission.VIEW_TRAINING)
@require_safe
def agreement_list(request):
    """Agreements of the unions in reach, and of unions above."""
    may = request.user.has_perm(Permission.EDIT_TRAINING)
    return list_page(
        request,
        AgreementListing(),
        "training/agreement_list.html",
        always=("title",),
        paint=_paint,
        can_edit=may,
    )


@requires(Permission.VIEW_TRAINING)
@require_safe
def agreement_detail(request, pk):
    """One agreement: its facts, its papers for those of the unions in reach, its latest classes."""
    return _detail(request, pk, EvidenceForm())


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def agreement_create(request):
    """Record an agreement."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    form = AgreementForm(request.POST or None, unions=unions)
    if agreement := attempt(form, services.enter_agreement, by=request.user):
        messages.success(request, "已登记，可在下方上传协议的扫描件")
        return redirect(agreement)
    return _form(request, form, "登记校企合作协议", None)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def agreement_edit(request, pk):
    """Correct an agreement."""
    agreement = _editable(request, pk)
    form = AgreementForm(request.POST or None, instance=agreement)
    if attempt(form, services.edit_agreement, agreement=agreement, by=request.user):
        messages.success(request, "已保存")
        return redirect(agreement)
    return _form(request, form, "修改校企合作协议", _editable(request, pk))


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def agreement_end(request, pk):
    """Say that an agreement ended before its time."""
    agreement = _editable(request, pk)
    form = EndForm(request.POST or None, agreement=agreement)
    if attempt(form, services.end_agreement, agreement=agreement, by=request.user):
        messages.success(request, "已登记终止")
        return redirect(agreement)
    return _form(request, form, "登记协议终止", agreement)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_POST
def paper_create(request, pk):
    """Keep a scan with an agreement."""
    agreement, form = _editable(request, pk), EvidenceForm(request.POST, request.FILES)
    if attempt(form, services.add_paper, agreement=agreement, by=request.user):
        messages.success(request, "已上传附件")
        return redirect(agreement)
    return _detail(request, pk, form)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def paper_download(request, pk, paper):
    """One paper as an attachment; the look is logged. Papers of unions above are not opened."""
    found = AgreementPaper.objects.visible_to(request.user).select_related("agreement")
    paper = get_object_or_404(found, pk=paper, agreement=pk)
    return send_paper(
        paper, paper.agreement, "training.agreement_paper_download", by=request.user, paper=paper.pk
    )


@requires(Permission.EDIT_TRAINING)
@require_POST
def paper_delete(request, pk, paper):
    """Delete a scan."""
    found = get_object_or_404(AgreementPaper, pk=paper, agreement=_editable(request, pk))
    agreement = services.remove_paper(paper=found, by=request.user)
    messages.success(request, "已删除附件")
    return redirect(agreement)


def _paint(agreements) -> None:
    today = timezone.localdate()
    for row in agreements:
        row.tone = standing_of(row, today)[1]


def _editable(request, pk) -> Agreement:
    found = Agreement.objects.editable_by(request.user).select_related("union", "partner")
    return get_object_or_404(found, pk=pk)


def _detail(request, pk, form):
    found = Agreement.objects.visible_to(request.user).select_related("union", "partner")
    agreement = get_object_or_404(found, pk=pk)
    keeps = Agreement.objects.editable_by(request.user).filter(pk=pk).exists()
    word, tone = standing_of(agreement, timezone.localdate())
    classes = TrainingClass.objects.visible_to(request.user).filter(agreement=agreement)
    context = {
        "agreement": agreement,
        "word": word,
        "tone": tone,
        "mode": codes.names("cooperation_mode").get(agreement.mode, agreement.mode),
        "papers": AgreementPaper.objects.visible_to(request.user)
        .filter(agreement=agreement)
        .select_related("added_by"),
        "classes": classes.select_related("union")[:LATEST],
        "form": form,
        "keeps": keeps,
    }
    return render(request, "training/agreement_detail.html", context)


def _form(request, form, title: str, agreement: Agreement | None):
    context = {"form": form, "title": title, "about": agreement, "list_url": "training:agreement_list"}
    return render(request, "training/record_form.html", context)
