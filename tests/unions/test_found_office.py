"""The first day of a new installation."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from core.access import Permission
from unions.models import Union


def _found(capsys, **kwargs):
    arguments = {"town": "试验镇总工会", "username": "first", "name": "试甲"} | kwargs
    call_command("found_office", **arguments)
    return capsys.readouterr().out.strip()


@pytest.mark.django_db
def test_it_makes_the_town_and_its_first_staff_account(capsys, client):
    link = _found(capsys)

    user = User.objects.get(username="first")
    assert Union.objects.get().name == "试验镇总工会"
    assert not user.has_usable_password()
    assert user.has_perm(Permission.MANAGE_POSTS)
    assert reverse("accounts:invitation_accept", args=["x"])[:-2] in link


@pytest.mark.django_db
def test_it_keeps_a_town_that_is_there(town, capsys):
    _found(capsys)
    assert Union.objects.get() == town


def test_it_is_refused_once_there_is_staff(clerk, capsys):
    with pytest.raises(CommandError, match="已有在任的镇总工会工作人员"):
        _found(capsys)
    assert not User.objects.filter(username="first").exists()


@pytest.mark.django_db
def test_a_bad_user_name_is_refused_and_nothing_is_stored(capsys):
    with pytest.raises(CommandError, match="用户名应为"):
        _found(capsys, username="甲")
    assert Union.objects.count() == 0
