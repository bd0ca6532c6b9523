"""Who may do what over which union, from when to when."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.services import create_invitation, create_user
from core.access import Permission
from core.errors import RuleError
from unions.models import COMMITTEES, FEDERATIONS, OrgType, Post, Union
from unions.roles import Role
from unions.scoping import require_editable

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
TOWN_ROLES = (Role.TOWN_STAFF, Role.CASE_HANDLER, Role.GROUP_MEMBER, *ADMINISTRATORS)
INVITED_ROLES = (Role.OFFICER, Role.FEDERATION_OFFICER)


@transaction.atomic
def appoint(
    *, user: User, union: Union, role: str, start: dt.date, by: User, end: dt.date | None = None
) -> Post:
    """Give a user a role over a union and all below it. Raises RuleError where the role does not fit there."""
    # One user's posts are decided one after the other, or two clerks could combine what must stay apart.
    User.objects.select_for_update().get(pk=user.pk)
    _check_role(role, union)
    held = list(user.posts.filter(Q(end=None) | Q(end__gt=start)).select_related("union"))
    if end is not None:
        held = [post for post in held if post.start < end]
    if any(post.role == role and post.union_id == union.pk for post in held):
        raise RuleError("该账号在此期间已担任这一任职")
    _keep_administrators_apart(role, held)
    post = Post(user=user, union=union, role=role, start=start, end=end, created_by=by)
    post.full_clean()
    post.save()
    require_editable(post, by)
    _record(by, "posts.appoint", post)
    return post


@transaction.atomic
def end_post(*, post: Post, end: dt.date, by: User) -> Post:
    """End a post; ``end`` is the first day it no longer holds, at the earliest today.

    Raises RuleError when somebody would end the last town staff post of their own.
    """
    User.objects.select_for_update().get(pk=post.user_id)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if end < timezone.localdate():
        raise RuleError({"end": "任职止不能早于今天：已经发生的操作不能变成无权操作"})
    if post.end is not None and end >= post.end:
        raise RuleError({"end": f"该任职已定于 {post.end} 终止，只能提前"})
    if end <= post.start:
        raise RuleError({"end": f"任职止应晚于任职起（{post.start}）"})
    if post.user_id == by.pk and post.role == Role.TOWN_STAFF and not _other_staff_posts(post, end).exists():
        raise RuleError("不能终止自己最后一个镇总工会任职，请由其他工作人员办理")
    require_editable(post, by)
    post.end = end
    post.full_clean(exclude=["created_by"])
    post.save(update_fields=["end"])
    _record(by, "posts.end", post)
    return post


@transaction.atomic
def invite_officer(
    *,
    username: str,
    name: str,
    union: Union,
    role: str,
    start: dt.date,
    by: User,
    email: str = "",
    end: dt.date | None = None,
) -> tuple[Post, str]:
    """Create a user with a post and a one-time link; returns the post and the link's token.

    The token is known only now: the database keeps its hash. Raises RuleError, PermissionDenied.
    """
    if not by.has_perm(Permission.MANAGE_POSTS):
        raise PermissionDenied
    if role not in INVITED_ROLES:
        raise RuleError({"role": "邀请只用于企业工会干部和联合会干部"})
    user = create_user(username=username, name=name, email=email, by=by)
    post = appoint(user=user, union=union, role=role, start=start, end=end, by=by)
    _, token = create_invitation(user=user, by=by)
    return post, token


def roles_for(union: Union) -> list[str]:
    """The roles a post over this union may carry."""
    if union.org_type == OrgType.TOWN:
        return list(TOWN_ROLES)
    if union.org_type in FEDERATIONS:
        return [Role.FEDERATION_OFFICER]
    return [Role.OFFICER] if union.org_type in COMMITTEES else []


def _check_role(role: str, union: Union) -> None:
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    if role not in roles_for(union):
        places = {Role.OFFICER: "基层工会或联合基层工会", Role.FEDERATION_OFFICER: "工会联合会"}
        place = places.get(role, "镇总工会")
        raise RuleError({"role": f"“{Role(role).label}”只能任职于{place}"})


def _keep_administrators_apart(role: str, held: list[Post]) -> None:
    """三员分立: an administrator holds no other role, whoever holds one becomes no administrator."""
    for post in held:
        if post.role != role and (role in ADMINISTRATORS or post.role in ADMINISTRATORS):
            raise RuleError(
                {
                    "role": f"三员分立：该账号在此期间任“{post.get_role_display()}”，不能兼任“{Role(role).label}”"
                }
            )


def _other_staff_posts(post: Post, end: dt.date):
    others = Post.objects.filter(user=post.user, role=Role.TOWN_STAFF).exclude(pk=post.pk)
    return others.filter(start__lte=end).filter(Q(end=None) | Q(end__gt=end))


def _record(by: User, action: str, post: Post) -> None:
    audit.record(
        by,
        action,
        post,
        category=AuditEntry.Category.SECURITY,
        union_id=post.union_id,
        user=post.user.username,
        union=post.union.name,
        role=post.role,
        start=str(post.start),
        end=post.end and str(post.end),
    )
