"""What the town decides about honours and studios, and the papers that prove them. ``kind`` is one of
``queries.honours.KINDS``."""

import datetime as dt

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.filters.honours import SOON
from competitions.forms.honours import (
    HonourTypeForm,
    NewHonourTypeForm,
    PaperForm,
    RecheckForm,
    RefuseForm,
    RestoreForm,
    RevokeForm,
    VerifyForm,
)
from competitions.models import HonourType, Recognition
from competitions.queries.honours import KINDS, recognised
from competitions.queries.studios import years_of
from competitions.services import recognitions as services
from competitions.services.honour_types import edit_honour_type, enter_honour_type
from core import codes
from core.access import Permission, requires
from core.codes import legal_number
from core.forms import attempt, press, press_as_seen, version_of
from core.idempotency import once
from core.papers import send_paper
from workers.models import Worker

PAGES = {
    "honour": "competitions/honour_detail.html",
    "collective": "competitions/collective_honour_detail.html",
    "studio": "competitions/studio_detail.html",
}
MOST_WAITING = 100


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_safe
def recognition_queue(request):
    """Honours and studios that wait for the town, and those whose re-check is due or soon will be, the oldest first,
    each kind apart; at most a hundred of each."""
    reach = {kind: recognised(kind, request.user, Permission.DECIDE_CONTESTS) for kind in KINDS}
    near = timezone.localdate() + dt.timedelta(days=int(legal_number(SOON, on=timezone.localdate())))
    due = {
        kind: rows.valid_on(timezone.localdate()).filter(recheck_on__lte=near) for kind, rows in reach.items()
    }
    context = {
        "found": {kind: list(rows.waiting().order_by("pk")[:MOST_WAITING]) for kind, rows in reach.items()},
        "due": {kind: list(rows.order_by("recheck_on", "pk")[:MOST_WAITING]) for kind, rows in due.items()},
        "types": codes.names("honour_type"),
        "levels": codes.names("base_level"),
        "today": timezone.localdate(),
    }
    context["is_empty"] = not any([*context["found"].values(), *context["due"].values()])
    return render(request, "competitions/recognition_queue.html", context)


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def recognition_verify(request, kind, pk):
    """Accept it as it was seen."""
    row = _decidable(request.user, kind, pk)
    form = VerifyForm(request.POST)
    press_as_seen(request, form, "已核实", services.verify, row=row)
    return redirect(row)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def recognition_refuse(request, kind, pk):
    """Do not accept it, for a reason that its union sees."""
    row = _decidable(request.user, kind, pk)
    form = RefuseForm(request.POST or None, initial={"version": version_of(row)})
    if attempt(form, services.refuse, row=row, by=request.user):
        messages.success(request, "已登记不予认定")
        return redirect(row)
    return _action(request, form, row, "不予认定", "登记的工会改正后会再次提交核实。")


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def recognition_revoke(request, kind, pk):
    """Record that a verified one was taken away."""
    row = _decidable(request.user, kind, pk)
    form = RevokeForm(request.POST or None, initial={"version": version_of(row)})
    if attempt(form, services.revoke, row=row, by=request.user):
        messages.success(request, "已登记撤销")
        return redirect(row)
    return _action(request, form, row, "登记撤销", "用于授予单位撤销，或者查实不实。登记错了的可以恢复。")


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def recognition_restore(request, kind, pk):
    """Take back a revocation that was recorded by mistake."""
    row = _decidable(request.user, kind, pk)
    form = RestoreForm(request.POST or None, initial={"version": version_of(row)})
    if attempt(form, services.restore, row=row, by=request.user):
        messages.success(request, "已恢复为已核实")
        return redirect(row)
    hint = "用于登记错了撤销的；恢复后视为没有撤销过。已发布的报告不变。"
    return _action(request, form, row, "恢复", hint)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def recognition_recheck(request, kind, pk):
    """Record a re-check and when the next one is due."""
    row = _decidable(request.user, kind, pk)
    form = RecheckForm(request.POST or None, initial={"version": version_of(row)})
    if attempt(form, services.recheck, row=row, by=request.user):
        messages.success(request, "已登记复核")
        return redirect(row)
    hint = "复核不合格、称号被撤销的，另外登记撤销。"
    return _action(request, form, row, "登记复核", hint)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_POST
def recognition_paper_create(request, kind, pk):
    """Keep a scan with it."""
    row = found_to_edit(request.user, kind, pk)
    form = PaperForm(request.POST, request.FILES)
    if attempt(form, services.add_paper, row=row, by=request.user):
        messages.success(request, "已上传附件")
        return redirect(row)
    return render(request, PAGES[kind], detail_of(request.user, kind, pk, form))


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def recognition_paper_download(request, kind, pk, paper):
    """One paper as an attachment, under a name without personal data; the look is logged."""
    row = _found(request.user, kind, pk, Permission.VIEW_CONTESTS)
    found = get_object_or_404(row.papers, pk=paper)
    person = row.worker if kind == "honour" else row
    told = {"by": request.user, "union_id": row.union_id, "kind": kind, "record": row.pk}
    return send_paper(found, person, "competitions.honour_paper_download", **told)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def recognition_paper_delete(request, kind, pk, paper):
    """Delete a paper of what was not decided yet."""
    row = found_to_edit(request.user, kind, pk)
    found = get_object_or_404(row.papers, pk=paper)
    press(request, "已删除附件", services.remove_paper, row=row, paper=found.pk)
    return redirect(row)


@requires(Permission.VIEW_CONTESTS)
@require_safe
def honour_type_list(request):
    """What each kind may be given to, who confers it, and where it counts; kinds without a rule are told."""
    rules = list(HonourType.objects.all())
    names = codes.names("honour_type")
    context = {
        "rules": rules,
        "names": names,
        "without": [name for code, name in names.items() if code not in {rule.code for rule in rules}],
        "can_decide": request.user.has_perm(Permission.DECIDE_CONTESTS),
    }
    return render(request, "competitions/honour_type_list.html", context)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def honour_type_create(request):
    """Say what another kind may be given to, such as one that the town added to the code table."""
    form = NewHonourTypeForm(request.POST or None)
    if attempt(form, enter_honour_type, by=request.user):
        messages.success(request, "已新增规则")
        return redirect("competitions:honour_type_list")
    context = {"form": form, "title": "新增荣誉种类规则", "submit": "保存", "back": None, "worker": None}
    context |= {"list_url": "competitions:honour_type_list"}
    context["hint"] = "种类要先在“代码表与规则”的荣誉类型中增补。授予对象保存后不能修改。"
    return render(request, "competitions/honour_form.html", context)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def honour_type_edit(request, pk):
    """Say who confers a kind, and where it counts."""
    kind = get_object_or_404(HonourType, pk=pk)
    form = HonourTypeForm(request.POST or None, instance=kind)
    if attempt(form, edit_honour_type, kind=kind, by=request.user):
        messages.success(request, "已保存")
        return redirect("competitions:honour_type_list")
    name = codes.names("honour_type").get(kind.code, kind.code)
    context = {"form": form, "title": f"修改规则：{name}（{kind.get_nature_display()}）", "submit": "保存"}
    context |= {"list_url": "competitions:honour_type_list", "back": None, "worker": None, "hint": ""}
    return render(request, "competitions/honour_form.html", context)


def found_to_edit(user, kind: str, pk: int) -> Recognition:
    """One that the user may change, or 404."""
    return _found(user, kind, pk, Permission.EDIT_CONTESTS)


def detail_of(user, kind: str, pk: int, form=None) -> dict:
    """What the page of an honour or a studio shows."""
    row = _found(user, kind, pk, Permission.VIEW_CONTESTS)
    state, states = row.state, Recognition.State
    keeps = KINDS[kind].objects.editable_by(user).filter(pk=pk).exists()
    decides = user.has_perm(Permission.DECIDE_CONTESTS)
    more = _of_studio(user, row) if kind == "studio" else {}
    return more | {
        "row": row,
        "kind": kind,
        "type_name": codes.names("honour_type").get(row.type, row.type),
        "level_name": codes.names("base_level").get(row.level, row.level),
        "papers": row.papers.select_related("added_by"),
        "form": form or PaperForm(),
        "is_overdue": bool(
            row.recheck_on and state == states.VERIFIED and row.recheck_on < timezone.localdate()
        ),
        "can_edit": keeps and state != states.REVOKED,
        "can_add": keeps and state == states.ENTERED,
        "can_decide": decides and state == states.ENTERED,
        "can_follow_up": decides and state == states.VERIFIED,
        "can_restore": decides and state == states.REVOKED,
    }


def _of_studio(user, studio) -> dict:
    """Members, and the years with their projects."""
    members = studio.members.select_related("worker__employer").defer("worker__phone", "worker__phone_index")
    people = Worker.objects.visible_to(user).filter(
        pk__in={studio.leader_id, *(one.worker_id for one in members)}
    )
    return {
        "members": members,
        "years": years_of(studio, timezone.localdate()),
        "opened": set(people.values_list("pk", flat=True)),
    }


def _decidable(user, kind: str, pk: int) -> Recognition:
    return _found(user, kind, pk, Permission.DECIDE_CONTESTS)


def _found(user, kind: str, pk: int, permission: str) -> Recognition:
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(recognised(kind, user, permission), pk=pk)


def _action(request, form, row: Recognition, title: str, hint: str):
    context = {"form": form, "title": title, "back": row, "submit": title, "hint": hint}
    return render(request, "unions/action_form.html", context)
