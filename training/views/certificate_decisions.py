"""What the town decides about certificates, and the papers that prove them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt, press, press_as_seen, version_of
from core.idempotency import once
from core.pages import paginate, ticked_versions, way_back
from core.papers import send_paper
from training.filters.certificates import WaitingFilter
from training.forms.certificates import EvidenceForm, RefuseForm, RestoreForm, RevokeForm, VerifyForm
from training.listings.certificates import certificates_of
from training.models import Certificate, Evidence, Title
from training.rules.certificates import doubts_of
from training.services import (
    add_evidence,
    refuse_certificate,
    remove_evidence,
    restore_certificate,
    revoke_certificate,
    verify_certificate,
    verify_certificates,
)
from training.views.certificates import detail, editable_certificate, visible_certificate

SIZE, TITLES = 50, 20


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_safe
def certificate_queue(request):
    """Certificates that wait for the town, the oldest entry first, with what is odd about their numbers."""
    waiting = (
        certificates_of(request.user).waiting().prefetch_related("evidence").select_related("entered_by")
    )
    queue = WaitingFilter(request.GET, queryset=waiting.order_by("pk"), request=request)
    page = paginate(request, queue.qs, SIZE)
    levels = codes.names("skill_level")
    rows = [(row, doubts_of(row, levels)) for row in page]
    titles = Title.objects.within_reach(request.user, Permission.DECIDE_TRAINING).waiting()
    titles = titles.select_related("worker__union", "entered_by").defer("worker__phone").order_by("pk")
    context = {
        "page": page,
        "rows": rows,
        "levels": levels,
        "filter": queue,
        "is_filtered": any(request.GET.get(name) for name in queue.form.fields),
    }
    context |= {"titles": titles[:TITLES], "waiting_titles": titles.count()}
    return render(request, "training/certificate_queue.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_POST
@once
def certificates_verify(request):
    """Accept the certificates ticked in the queue as they were seen, all of them or none; back to the queue."""
    seen = ticked_versions(request, "certificate")
    try:
        done = verify_certificates(certificates=seen, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"已核验 {len(done)} 张证书")
    return redirect(way_back(request, "training:certificate_queue"))


@requires(Permission.DECIDE_TRAINING)
@require_POST
def certificate_verify(request, pk):
    """Accept a certificate as it was seen; back to where the button stood."""
    certificate = _decidable(request.user, pk)
    form = VerifyForm(request.POST)
    press_as_seen(
        request,
        form,
        f"已核验{certificate.worker.name}的{certificate}",
        verify_certificate,
        certificate=certificate,
    )
    return redirect(way_back(request, certificate))


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def certificate_refuse(request, pk):
    """Do not accept a certificate, for a reason that its union sees."""
    certificate = _decidable(request.user, pk)
    form = RefuseForm(request.POST or None, initial={"version": version_of(certificate)})
    if attempt(form, refuse_certificate, certificate=certificate, by=request.user):
        messages.success(request, "已登记不予认定")
        return redirect(certificate)
    context = {"form": form, "title": "不予认定", "back": certificate, "submit": "不予认定"}
    context["hint"] = "不计入统计，编号可以重新登记。录入的工会改正后会再次提交核验。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def certificate_revoke(request, pk):
    """Record that a verified certificate has lost its force."""
    certificate = _decidable(request.user, pk)
    form = RevokeForm(request.POST or None, initial={"version": version_of(certificate)})
    if attempt(form, revoke_certificate, certificate=certificate, by=request.user):
        messages.success(request, "已登记失效")
        return redirect(certificate)
    context = {"form": form, "title": "登记失效", "back": certificate, "submit": "登记失效"}
    context["hint"] = "用于证书被撤销、注销或查实不实。失效日期之前的统计不变。登记错了的可以恢复。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def certificate_restore(request, pk):
    """Take back a revocation that was recorded by mistake."""
    certificate = _decidable(request.user, pk)
    form = RestoreForm(request.POST or None, initial={"version": version_of(certificate)})
    if attempt(form, restore_certificate, certificate=certificate, by=request.user):
        messages.success(request, "已恢复为已核验")
        return redirect(certificate)
    context = {"form": form, "title": "恢复证书", "back": certificate, "submit": "恢复"}
    context["hint"] = "用于登记错了失效的证书；恢复后视为没有失效过。已发布的报告不变。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_POST
def evidence_create(request, pk):
    """Keep a scan or photograph with a certificate."""
    certificate = editable_certificate(request.user, pk)
    form = EvidenceForm(request.POST, request.FILES)
    if attempt(form, add_evidence, certificate=certificate, by=request.user):
        messages.success(request, "已上传附件")
        return redirect(certificate)
    shown = detail(request.user, visible_certificate(request.user, pk), form)
    return render(request, "training/certificate_detail.html", shown)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def evidence_download(request, pk, paper):
    """One paper as an attachment, under a name without personal data; the look is logged."""
    certificate = visible_certificate(request.user, pk)
    found = get_object_or_404(Evidence.objects.filter(certificate=certificate), pk=paper)
    return send_paper(
        found, certificate.worker, "training.evidence_download", by=request.user, certificate=certificate.pk
    )


@requires(Permission.EDIT_TRAINING)
@require_POST
def evidence_delete(request, pk, paper):
    """Delete a paper of a certificate that is not verified yet."""
    certificate = editable_certificate(request.user, pk)
    found = get_object_or_404(Evidence.objects.filter(certificate=certificate), pk=paper)
    press(request, "已删除附件", remove_evidence, evidence=found)
    return redirect(certificate)


def _decidable(user, pk: int) -> Certificate:
    rows = Certificate.objects.within_reach(user, Permission.DECIDE_TRAINING).filter(
        worker__anonymised_on=None
    )
    return get_object_or_404(rows.select_related("worker__union").defer("worker__phone"), pk=pk)
