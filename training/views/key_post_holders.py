"""Who holds a key post: putting somebody on it, taking somebody off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.forms import attempt, show_refusal
from core.idempotency import once
from training import services
from training.forms.key_posts import AssignForm, FindForm, ReleaseForm, StrikeForm
from training.models import KeyPost, KeyPostHolder
from training.queries.key_posts import OFFERED, candidates
from training.views.key_posts import editable_post
from workers.models import Worker
from workers.pasting import find_pasted


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def key_post_assign(request, pk):
    """Choose a person and the day. People are looked for by POST: names and numbers stand in no address."""
    key_post = editable_post(request.user, pk)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    find = FindForm(request.POST if finding else None)
    form = AssignForm(request.POST if request.method == "POST" and not finding else None)
    chosen = request.POST.get("worker", "")
    if form.is_bound and _assign(request, key_post, form, chosen):
        return redirect(key_post)
    people = list(_people(request, key_post, find, chosen)[: OFFERED + 1])
    context = {
        "key_post": key_post,
        "find": find,
        "form": form,
        "people": people[:OFFERED],
        "has_more": len(people) > OFFERED,
        "offered": OFFERED,
        "chosen": chosen,
    }
    return render(request, "training/key_post_assign.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def holder_end(request, pk, holder):
    """The person holds the post no more from a day on."""
    holding = _holding(request.user, pk, holder)
    form = ReleaseForm(request.POST or None)
    if attempt(form, services.release_holder, holding=holding, by=request.user):
        messages.success(request, "已登记离岗")
        return redirect(holding.key_post)
    hint = f"{holding.worker.name}，{holding.start} 上岗。"
    context = {"form": form, "title": "登记离岗", "back": holding.key_post, "submit": "登记", "hint": hint}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def holder_strike(request, pk, holder):
    """The person never held the post."""
    holding = _holding(request.user, pk, holder)
    form = StrikeForm(request.POST or None)
    if attempt(form, services.strike_holder, holding=holding, by=request.user):
        messages.success(request, "已删去登记错的人员")
        return redirect(holding.key_post)
    hint = f"{holding.worker.name}，{holding.start} 上岗。只用于登记错了人；离开岗位的请登记离岗。"
    context = {
        "form": form,
        "title": "删去在岗人员",
        "back": holding.key_post,
        "submit": "删去",
        "hint": hint,
    }
    return render(request, "unions/action_form.html", context)


def _holding(user, pk: int, holder: int) -> KeyPostHolder:
    rows = KeyPostHolder.objects.editable_by(user).filter(key_post=pk).select_related("key_post", "worker")
    return get_object_or_404(rows.defer("worker__phone", "worker__phone_index"), pk=holder)


def _assign(request, key_post: KeyPost, form: AssignForm, chosen: str) -> bool:
    """Put the chosen person on the post; a refusal stands on the form."""
    if not form.is_valid():
        return False
    worker = _chosen(request.user, chosen)
    if worker is None:
        form.add_error(None, "没有选择人员。请在名单中选一人。")
        return False
    try:
        services.assign_holder(
            key_post=key_post, worker=worker, start=form.cleaned_data["start"], by=request.user
        )
    except ValidationError as error:
        show_refusal(form, error)
        return False
    messages.success(request, f"已登记{worker.name}上岗")
    return True


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _chosen(user, key: str) -> Worker | None:
    """The person of this key. Raises Http404 for one out of reach."""
    if not _is_key(key):
        return None
    reach = Worker.objects.within_reach(user, Permission.EDIT_TRAINING).filter(anonymised_on=None)
    worker = reach.defer("phone", "phone_index").filter(pk=int(key)).first()
    if worker is None:
        raise Http404
    return worker


def _people(request, key_post: KeyPost, find: FindForm, chosen: str):
    """Whom the page offers: those found, whom a refused form had chosen, or the usual ones."""
    if not find.is_bound or not find.is_valid():
        again = candidates(key_post, request.user, keys=[int(chosen)] if _is_key(chosen) else [])
        return again if again.exists() else candidates(key_post, request.user)
    try:
        answers = find_pasted(find.cleaned_data["text"], by=request.user)
    except ValidationError as error:
        show_refusal(find, error)
        return candidates(key_post, request.user, keys=[])
    keys = [key for answer in (*answers.found, *answers.ambiguous) for key in answer.keys]
    return candidates(key_post, request.user, keys=keys)
