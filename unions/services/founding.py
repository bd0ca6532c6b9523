"""The first day of a new installation: the town union and the first member of its staff."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accounts.services import create_invitation, create_user
from core.errors import RuleError
from unions.models import Post, Union
from unions.roles import Role
from unions.services.structure import found_town


@transaction.atomic
def found_office(*, town_name: str, code: str, username: str, name: str) -> str:
    """Create the town union if there is none, and its first staff account; returns the invitation's token.

    For the operator's command line only: it needs no user. Raises RuleError once a staff post is in effect,
    because from then on staff appoint each other.
    """
    if Post.objects.current().filter(role=Role.TOWN_STAFF).exists():
        raise RuleError("已有在任的镇总工会工作人员，请由其在“任职与邀请”中办理")
    town = Union.objects.filter(parent=None).first() or found_town(name=town_name, code=code)
    user = create_user(username=username, name=name, by=None)
    post = Post.objects.create(user=user, union=town, role=Role.TOWN_STAFF, start=timezone.localdate())
    _, token = create_invitation(user=user, by=user)
    audit.record(
        None,
        "posts.appoint",
        post,
        category=AuditEntry.Category.SECURITY,
        union_id=town.pk,
        user=user.username,
    )
    return token
