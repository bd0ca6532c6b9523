"""Posts and invitations."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry, User
from core.errors import RuleError
from tests.factories.accounts import UserFactory
from tests.factories.unions import PostFactory
from unions import services
from unions.invariants import INVARIANTS
from unions.models import Post
from unions.roles import Role

START = dt.date(2024, 1, 1)


def test_an_appointment_opens_the_union_to_the_user(clerk, union):
    user = UserFactory()
    assert not user.has_perm("view_roll")
    post = services.appoint(user=user, union=union, role=Role.OFFICER, start=START, by=clerk)

    assert User.objects.get(pk=user.pk).has_perm("view_roll")
    assert post.created_by == clerk
    entry = AuditEntry.objects.get(action="posts.appoint")
    assert (entry.category, entry.details["role"], entry.union_id) == ("security", "officer", union.pk)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.OFFICER, "town"),
        (Role.OFFICER, "federation"),
        (Role.FEDERATION_OFFICER, "union"),
        (Role.FEDERATION_OFFICER, "town"),
        (Role.TOWN_STAFF, "union"),
        (Role.TOWN_STAFF, "federation"),
        (Role.GROUP_MEMBER, "federation"),
        (Role.SYSTEM_ADMIN, "union"),
    ],
)
def test_a_role_fits_its_kind_of_union(request, clerk, role, place):
    union = request.getfixturevalue(place)
    with pytest.raises(RuleError) as error:
        services.appoint(user=UserFactory(), union=union, role=role, start=START, by=clerk)
    assert list(error.value.message_dict) == ["role"]
    assert Post.objects.count() == 1


def test_the_same_post_twice_is_refused_unless_the_first_has_ended(clerk, union):
    user = UserFactory()
    PostFactory(user=user, union=union, start=dt.date(2020, 1, 1), end=START)
    services.appoint(user=user, union=union, role=Role.OFFICER, start=START, by=clerk)
    with pytest.raises(RuleError, match="该账号在此期间已担任这一任职"):
        services.appoint(user=user, union=union, role=Role.OFFICER, start=dt.date(2025, 1, 1), by=clerk)


def test_administrators_hold_no_second_role(clerk, town, officer, sysadmin):
    with pytest.raises(RuleError, match="三员分立"):
        services.appoint(user=officer, union=town, role=Role.AUDIT_ADMIN, start=START, by=clerk)
    with pytest.raises(RuleError, match="三员分立"):
        services.appoint(user=sysadmin, union=town, role=Role.SECURITY_ADMIN, start=START, by=clerk)
    with pytest.raises(RuleError, match="三员分立"):
        services.appoint(user=sysadmin, union=town, role=Role.TOWN_STAFF, start=START, by=clerk)


@pytest.mark.parametrize("actor", ["officer", "federation_officer", "handler", "secadmin"])
def test_only_town_staff_appoint(request, union, actor):
    by = request.getfixturevalue(actor)
    user = UserFactory()
    with pytest.raises(PermissionDenied):
        services.appoint(user=user, union=union, role=Role.OFFICER, start=START, by=by)
    assert not user.posts.exists()


def test_ending_a_post_closes_the_door_that_day(clerk, officer, union):
    today = timezone.localdate()
    post = services.end_post(post=officer.posts.get(), end=today, by=clerk)
    assert post.end == today
    assert not User.objects.get(pk=officer.pk).has_perm("view_roll")
    with pytest.raises(RuleError, match="只能提前"):
        services.end_post(post=post, end=today + dt.timedelta(days=1), by=clerk)


@pytest.mark.parametrize(("days", "message"), [(-1, "任职止不能早于今天"), (0, "任职止应晚于任职起")])
def test_bad_ends_are_refused(clerk, union, days, message):
    today = timezone.localdate()
    post = PostFactory(union=union, start=today)
    with pytest.raises(RuleError, match=message):
        services.end_post(post=post, end=today + dt.timedelta(days=days), by=clerk)


def test_nobody_ends_their_own_last_staff_post(clerk, town):
    own, today = clerk.posts.get(), timezone.localdate()
    with pytest.raises(RuleError, match="不能终止自己最后一个镇总工会任职"):
        services.end_post(post=own, end=today, by=clerk)
    PostFactory(user=clerk, union=town, role=Role.TOWN_STAFF, start=dt.date(2025, 1, 1))
    assert services.end_post(post=own, end=today, by=clerk).end == today


def test_an_invitation_makes_user_post_and_link(clerk, union):
    post, token = services.invite_officer(
        username="wang.jia",
        name="王甲",
        union=union,
        role=Role.OFFICER,
        start=START,
        by=clerk,
        email="a@b.cn",
    )
    user = User.objects.get(username="wang.jia")
    assert (post.user, post.union, user.email) == (user, union, "a@b.cn")
    assert not user.has_usable_password()
    assert user.invitations.count() == 1
    assert token not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_a_refused_post_leaves_no_user_behind(clerk, town):
    with pytest.raises(RuleError):
        services.invite_officer(
            username="wang.jia", name="王甲", union=town, role=Role.OFFICER, start=START, by=clerk
        )
    assert not User.objects.filter(username="wang.jia").exists()


def test_invitations_are_for_officers_and_by_staff(clerk, officer, town, union):
    with pytest.raises(RuleError, match="邀请只用于"):
        services.invite_officer(
            username="wang", name="王甲", union=town, role=Role.TOWN_STAFF, start=START, by=clerk
        )
    with pytest.raises(PermissionDenied):
        services.invite_officer(
            username="wang", name="王甲", union=union, role=Role.OFFICER, start=START, by=officer
        )
    assert not User.objects.filter(username="wang").exists()


def test_the_cast_breaks_no_invariant(
    clerk, officer, federation_officer, group_member, sysadmin, other_officer
):
    assert [text for title, check in INVARIANTS for text in check()] == []


def test_invariants_find_what_they_name(clerk, union, federation, sysadmin, town):
    PostFactory(user=sysadmin, union=town, role=Role.TOWN_STAFF)
    bad = PostFactory(union=federation, role=Role.OFFICER)
    found = {title: check() for title, check in INVARIANTS}
    assert found["administrators hold one role"] == [f"User {sysadmin.pk} is administrator and more"]
    assert found["roles fit their unions"] == [f"Post {bad.pk}: officer over union {federation.pk}"]
