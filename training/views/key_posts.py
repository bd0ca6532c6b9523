"""关键岗位: the list, one post with its holders, and what is done to it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from training import queries, services
from training.forms.key_posts import EndForm, KeyPostForm, RequirementForm
from training.listings.key_posts import KeyPostListing
from training.models import KeyPost, KeyPostHolder
from training.queries import key_posts as post_queries
from unions.list_pages import list_page
from unions.models import Union
from workers.models import Worker


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def key_post_list(request):
    """Posts of the unions in reach: what each asks for, who holds it, what they lack."""
    may = request.user.has_perm(Permission.EDIT_TRAINING)
    return list_page(
        request,
        KeyPostListing(),
        "training/key_post_list.html",
        always=("title",),
        paint=_paint,
        can_edit=may,
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def key_post_detail(request, pk):
    """One post, those who hold it and held it."""
    key_post = get_object_or_404(post_queries.posts_of(request.user), pk=pk)
    names = post_queries.Names.load()
    standing = post_queries.standing_of(key_post)
    may_edit = KeyPost.objects.editable_by(request.user).filter(pk=pk).exists()
    former = key_post.holders.exclude(pk__in=[row.pk for row in key_post.holders_today])
    former = former.select_related("worker").defer("worker__phone").order_by("-start", "-pk")
    context = {
        "key_post": key_post,
        "standing": standing,
        "tone": post_queries.TONES[standing],
        "requirement": post_queries.requirement_of(key_post, names),
        "holders": _told(key_post, names),
        "former": former,
        "opened": _opened(request.user, [*key_post.holders_today, *former]),
        "followed_by": KeyPost.objects.filter(follows=key_post).first(),
        "can_edit": may_edit and not key_post.end,
    }
    return render(request, "training/key_post_detail.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def worker_posts(request, pk):
    """The posts that one person holds and held, as a part of the person's page."""
    worker = get_object_or_404(Worker.objects.visible_to(request.user).only("pk", "name", "union"), pk=pk)
    names, today = post_queries.Names.load(), timezone.localdate()
    rows = KeyPostHolder.objects.visible_to(request.user).filter(worker=worker).with_proofs(today)
    rows = rows.select_related("key_post__union", "key_post__employer").order_by("-start", "-pk")
    held = [
        {
            "row": row,
            "requirement": post_queries.requirement_of(row.key_post, names),
            "lacks": "" if row.end else post_queries.lacks(row, row.key_post, names),
        }
        for row in rows
    ]
    return render(request, "training/_worker_posts.html", {"worker": worker, "held": held})


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def key_post_create(request):
    """Record a post."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    form = KeyPostForm(
        request.POST or None, user=request.user, unions=unions, initial={"union": queries.only_union(unions)}
    )
    if key_post := attempt(form, services.enter_key_post, by=request.user):
        messages.success(request, "已登记岗位，请登记在岗人员")
        return redirect(key_post)
    return _form(request, form, "登记岗位", None)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def key_post_edit(request, pk):
    """Correct what was entered of a post."""
    key_post = editable_post(request.user, pk)
    form = KeyPostForm(request.POST or None, user=request.user, instance=key_post)
    if attempt(form, services.edit_key_post, key_post=key_post, by=request.user):
        messages.success(request, "已保存")
        return redirect("training:key_post_detail", pk)
    return _form(request, form, "修改岗位", key_post)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def key_post_change(request, pk):
    """From a day on the post asks for something else."""
    key_post = editable_post(request.user, pk)
    form = RequirementForm(request.POST or None, key_post=key_post)
    if after := attempt(form, services.change_requirements, key_post=key_post, by=request.user):
        messages.success(request, f"{after.start} 起按新的要求，在岗人员已一并转入")
        return redirect(after)
    hint = "用于要求确有变化：原岗位到变更日期为止，此后另成一条，在岗人员随之转入。录入错误的请用“修改”。"
    context = {"form": form, "title": "变更岗位要求", "back": key_post, "submit": "变更", "hint": hint}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def key_post_end(request, pk):
    """The post exists no more."""
    key_post = editable_post(request.user, pk)
    form = EndForm(request.POST or None, key_post=key_post)
    if attempt(form, services.end_key_post, key_post=key_post, by=request.user):
        messages.success(request, "已撤岗，在岗人员同日离岗")
        return redirect("training:key_post_detail", pk)
    hint = "岗位撤销、不再列入清单的，在这里登记；以前各期的数字不变。"
    context = {"form": form, "title": "撤岗", "back": key_post, "submit": "撤岗", "hint": hint}
    return render(request, "unions/action_form.html", context)


def editable_post(user, pk: int) -> KeyPost:
    """A post whose holders and facts the user keeps, or 404."""
    return get_object_or_404(KeyPost.objects.editable_by(user).select_related("union", "employer"), pk=pk)


def _told(key_post: KeyPost, names) -> list[dict]:
    return [
        {
            "row": row,
            "held": post_queries.held_by(row, key_post, names),
            "lacks": post_queries.lacks(row, key_post, names),
            "doubts": post_queries.doubts(row, key_post),
        }
        for row in key_post.holders_today
    ]


def _opened(user, holders) -> set[int]:
    people = Worker.objects.visible_to(user).filter(pk__in={row.worker_id for row in holders})
    return set(people.values_list("pk", flat=True))


def _form(request, form, title: str, key_post):
    back = key_post.get_absolute_url() if key_post else reverse("training:key_post_list")
    context = {"form": form, "title": title, "key_post": key_post, "back": back}
    return render(
        request, "training/key_post_form.html", context | {"trades": queries.trades_used(request.user)}
    )


def _paint(posts) -> None:
    """Set ``standing`` and ``tone`` on each post."""
    for key_post in posts:
        key_post.standing = post_queries.standing_of(key_post)
        key_post.tone = post_queries.TONES[key_post.standing]
