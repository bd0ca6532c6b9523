"""Pages of certificates: the list, one certificate, entering and editing one, and a person's card."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from training import transcripts
from training.forms.certificates import CertificateEditForm, CertificateForm, EvidenceForm
from training.listings.certificates import CertificateListing, certificates_of
from training.models import Certificate
from training.queries import trades_used
from training.queries.ladder import ladder_of
from training.rules.certificates import doubts_of
from training.services import edit_certificate, enter_certificate
from workers.list_pages import people_list_page
from workers.models import Standing, Worker


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def certificate_list(request):
    """Certificates in reach. The search box is posted and comes back sealed in the address: names must not
    stand in addresses and server logs."""
    listing = CertificateListing()
    return people_list_page(
        request, listing, "training/certificate_list.html", search="姓名 / 证书编号的开头"
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def certificate_detail(request, pk):
    """One certificate with its papers, what is odd about its number, and what was decided."""
    certificate = visible_certificate(request.user, pk)
    return render(
        request, "training/certificate_detail.html", detail(request.user, certificate, EvidenceForm())
    )


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def certificate_create(request, worker):
    """Record a certificate of one person."""
    reach = Worker.objects.within_reach(request.user, Permission.EDIT_TRAINING).filter(anonymised_on=None)
    person = get_object_or_404(reach.defer("phone", "phone_index"), pk=worker)
    form = CertificateForm(request.POST or None)
    if certificate := attempt(form, enter_certificate, worker=person, by=request.user):
        messages.success(request, "已登记，待镇总工会核验。可在下方上传证书的扫描件或照片")
        return redirect(certificate)
    context = {"form": form, "worker": person, "title": "登记技能证书", "back": person.get_absolute_url()}
    return render(request, "training/certificate_form.html", context | {"trades": trades_used(request.user)})


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def certificate_edit(request, pk):
    """Correct the facts of a certificate. When somebody else saved meanwhile, the latest facts are shown."""
    certificate = editable_certificate(request.user, pk)
    form = CertificateEditForm(request.POST or None, certificate=certificate)
    if attempt(form, edit_certificate, certificate=certificate, by=request.user):
        messages.success(request, "已保存")
        return redirect(certificate)
    if any(error.code == "stale" for error in form.non_field_errors().as_data()):
        faults = form.non_field_errors()
        form = CertificateEditForm(certificate=certificate)
        for fault in faults:
            messages.error(request, fault)
    context = {"form": form, "worker": certificate.worker, "title": "修改技能证书"}
    context |= {"back": certificate.get_absolute_url(), "trades": trades_used(request.user)}
    return render(request, "training/certificate_form.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def worker_skills(request, worker):
    """The card of skill records on a person's page."""
    reach = Worker.objects.within_reach(request.user, Permission.VIEW_TRAINING).select_related("union")
    person = get_object_or_404(reach, pk=worker)
    certificates, levels = list(person.certificates.all()), codes.names("skill_level")
    today = timezone.localdate()
    context = {
        "worker": person,
        "certificates": certificates,
        "titles": person.titles.all(),
        "code": "" if person.anonymised_on else transcripts.code_of(person),
        "levels": levels,
        "ladder": []
        if person.standing == Standing.LEFT
        else ladder_of(person, certificates, request.user, today=today, names=levels),
        "can_edit": not person.anonymised_on and request.user.has_perm(Permission.EDIT_TRAINING),
    }
    return render(request, "training/_worker_skills.html", context)


def visible_certificate(user, pk: int) -> Certificate:
    """One certificate in the user's reach, or 404."""
    return get_object_or_404(certificates_of(user).select_related("entered_by", "decided_by"), pk=pk)


def editable_certificate(user, pk: int) -> Certificate:
    """One certificate that the user may change, or 404."""
    rows = Certificate.objects.editable_by(user).filter(worker__anonymised_on=None)
    return get_object_or_404(rows.select_related("worker__union").defer("worker__phone"), pk=pk)


def detail(user, certificate: Certificate, form: EvidenceForm) -> dict:
    """What the page of a certificate shows."""
    levels = codes.names("skill_level")
    is_waiting = certificate.state == Certificate.State.ENTERED
    can_edit = user.has_perm(Permission.EDIT_TRAINING)
    return {
        "certificate": certificate,
        "worker": certificate.worker,
        "levels": levels,
        "doubts": doubts_of(certificate, levels),
        "papers": certificate.evidence.select_related("added_by"),
        "form": form,
        "can_edit": can_edit and certificate.state != Certificate.State.REVOKED,
        "can_add": can_edit and certificate.state in (Certificate.State.ENTERED, Certificate.State.REFUSED),
        "can_remove": can_edit and is_waiting,
        "can_decide": user.has_perm(Permission.DECIDE_TRAINING),
        "is_waiting": is_waiting,
    }
