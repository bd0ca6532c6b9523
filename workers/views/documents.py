"""Identity documents of one person."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.idempotency import once
from unions import forms as union_forms
from workers import queries, services
from workers.forms.documents import (
    EditDocumentForm,
    RecordDocumentForm,
    ReplaceDocumentForm,
    StrikeDocumentForm,
    UseDocumentForm,
)
from workers.forms.people import attempt
from workers.models import IdentityDocument, Worker
from workers.views.memberships import editable_worker


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def document_replace(request, pk):
    """Record a renewed or corrected document of the same person."""
    worker = editable_worker(request.user, pk)
    form = ReplaceDocumentForm(request.POST or None)
    if attempt(form, services.replace_document, worker=worker, by=request.user):
        messages.success(request, "已更换证件")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "更换证件",
        "submit": "更换",
        "hint": "用于换领新证、号码变更或更正号码。换证的原号码保留在历史中，仍可用来查找本人。",
    }
    return render(request, "workers/action_form.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def document_create(request, pk):
    """Record a further document beside the one in use."""
    worker = editable_worker(request.user, pk)
    form = RecordDocumentForm(request.POST or None)
    if attempt(form, services.record_document, worker=worker, by=request.user):
        messages.success(request, "已登记证件，现用证件不变")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "登记其他证件",
        "submit": "登记",
        "hint": "用于同时有效的另一份证件，例如居住证之外的通行证。换领新证请用“更换证件”。",
    }
    return render(request, "workers/action_form.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def document_use(request, pk, document):
    """Make another document the one in use."""
    worker, paper = _document(request.user, pk, document)
    form = UseDocumentForm(request.POST) if request.method == "POST" else UseDocumentForm()
    if union_forms.attempt(form, services.use_document, document=paper, by=request.user):
        messages.success(request, "已改用这份证件")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "改用这份证件",
        "submit": "改用",
        "hint": f"{_described(paper)}将成为现用证件；原来的现用证件仍为有效证件，保留在旁。",
    }
    return render(request, "workers/action_form.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def document_edit(request, pk, document):
    """Fill in country and expiry."""
    worker, paper = _document(request.user, pk, document)
    initial = {"country": paper.country, "expires_on": paper.expires_on}
    form = EditDocumentForm(request.POST or None, initial=initial)
    if union_forms.attempt(form, services.edit_document, document=paper, by=request.user):
        messages.success(request, "已保存")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "签发地和有效期",
        "submit": "保存",
        "hint": f"{_described(paper)}。号码有变请用“更换证件”。",
    }
    return render(request, "workers/action_form.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def document_strike(request, pk, document):
    """Take back a number that was entered by mistake."""
    worker, paper = _document(request.user, pk, document)
    form = StrikeDocumentForm(request.POST or None)
    if form.is_valid() and _struck(form, paper, request.user):
        messages.success(request, "已注销录错的证件")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "注销录错的证件",
        "submit": "注销",
        "hint": f"{_described(paper)}。只用于录入错误：号码将删除，可由真正的持证人登记。换证的旧号码不要注销。",
    }
    return render(request, "workers/action_form.html", context)


def _struck(form: StrikeDocumentForm, paper: IdentityDocument, by) -> bool:
    """The service returns nothing: no refusal on the form means that it is done."""
    union_forms.attempt(form, services.strike_document, document=paper, by=by)
    return form.is_valid()


def _document(user, pk: int, document: int) -> tuple[Worker, IdentityDocument]:
    worker = editable_worker(user, pk)
    return worker, get_object_or_404(queries.documents_of(worker), pk=document)


def _described(paper: IdentityDocument) -> str:
    name = queries.code_names("id_document_type")["id_document_type"].get(paper.doc_type, paper.doc_type)
    return f"{name}（末两位 {paper.number_tail[-2:]}）"
