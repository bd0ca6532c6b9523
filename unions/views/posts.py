"""Pages of posts and invitations. Giving and ending roles needs a fresh sign-in (design section 9)."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services import invitation_url
from core.access import Permission, requires
from core.idempotency import once
from core.pages import paginate
from unions import services
from unions.forms import EndPostForm, InvitationForm, PostForm, attempt
from unions.mail import mail_invitation
from unions.models import Post, Union
from unions.post_listing import PostListing


@requires(Permission.MANAGE_POSTS)
@require_safe
def post_list(request):
    """Officers and their terms."""
    listing = PostListing()
    asked = listing.asked(request.user, request.GET)
    context = {
        "filter": asked,
        "page": paginate(request, listing.ordered(asked)),
        "today": timezone.localdate(),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": listing.kept(request.GET).urlencode(),
    }
    return render(request, "unions/post_list.html", context)


@requires(Permission.MANAGE_POSTS)
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
@once
def post_create(request):
    """Give a role to somebody who has an account."""
    unions = Union.objects.within_reach(request.user, Permission.MANAGE_POSTS)
    form = PostForm(request.POST or None, unions=unions)
    if post := attempt(form, services.appoint, by=request.user):
        messages.success(request, f"已登记{post.user}的任职")
        return redirect("unions:post_list")
    context = {
        "form": form,
        "action": reverse("unions:post_create"),  # the page may be shown after the password was asked for
        "title": "登记任职",
        "back": None,
        "submit": "登记",
    }
    return render(request, "unions/action_form.html", context)


@requires(Permission.MANAGE_POSTS)
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def post_end(request, pk):
    """End a post."""
    posts = Post.objects.editable_by(request.user).select_related("user", "union")
    post = get_object_or_404(posts, pk=pk)
    form = EndPostForm(request.POST or None)
    if attempt(form, services.end_post, post=post, by=request.user):
        messages.success(request, "已终止任职")
        return redirect("unions:post_list")
    context = {
        "form": form,
        "action": reverse("unions:post_end", args=[pk]),
        "title": "终止任职",
        "back": None,
        "submit": "终止",
        "hint": f"{post.user} · {post.union} · {post.get_role_display()}（自 {post.start}）",
    }
    return render(request, "unions/action_form.html", context)


@requires(Permission.MANAGE_POSTS)
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
@never_cache
def officer_invite(request):
    """Create an officer's account and show its one-time link, once."""
    unions = Union.objects.within_reach(request.user, Permission.MANAGE_POSTS)
    union = request.GET.get("union", "")
    form = InvitationForm(
        request.POST or None, unions=unions, initial={"union": union if union.isdecimal() else None}
    )
    if invited := attempt(form, services.invite_officer, by=request.user):
        post, token = invited
        link = invitation_url(token)
        context = {"post": post, "link": link, "is_mailed": mail_invitation(post=post, link=link)}
        return render(request, "unions/invitation_link.html", context)
    return render(request, "unions/officer_invite.html", {"form": form})
