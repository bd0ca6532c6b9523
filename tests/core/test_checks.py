"""Each fault at start is one line that names the setting; secrets never appear in it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import checks


def test_good_secrets_pass():
    assert checks.check_secrets() == []


def test_short_secret_key_is_named(settings):
    settings.SECRET_KEY = "short-secret"
    messages = checks.check_secrets()
    assert [message.id for message in messages] == ["core.E011"]
    assert "SECRET_KEY" in messages[0].msg
    assert "short-secret" not in messages[0].msg


def test_unreadable_field_keys_are_named(settings):
    settings.FIELD_KEYS = "1:aes:not-base64"
    assert [message.id for message in checks.check_secrets()] == ["core.E012"]


@pytest.mark.django_db
def test_reachable_services_have_no_fault():
    assert checks.database_fault() is None
    assert checks.broker_fault() is None
    assert checks.files_fault() is None


@pytest.mark.django_db
def test_unreachable_database_is_named_without_its_password():
    broken = connection.copy()
    broken.settings_dict.update(HOST="127.0.0.1", PORT="1", PASSWORD="hidden")
    fault = checks.database_fault(broken)
    assert fault.startswith("DATABASE_URL 数据库无法连接 cannot reach the database 127.0.0.1:1/")
    assert "hidden" not in fault


def test_unreachable_broker_is_named_without_its_password(settings):
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    fault = checks.broker_fault()
    assert fault.startswith("REDIS_URL 消息服务无法连接 cannot reach the broker redis://")
    assert "hidden" not in fault


def test_unwritable_data_folder_is_named(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.FILES_DIR = tmp_path / "file" / "files"
    assert checks.files_fault().startswith("PORTAL_DATA 目录不可写")


@pytest.mark.django_db
def test_command_names_a_missing_font(settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    with pytest.raises(CommandError, match="字体文件缺失"):
        call_command("check_services")


@pytest.mark.django_db
def test_command_is_content_when_everything_is_there(capsys):
    call_command("check_services")
    assert "all services are usable" in capsys.readouterr().out


def test_a_service_that_comes_up_in_time_has_no_fault():
    answers = iter(["not yet", None])
    assert checks.fault_after(lambda: next(answers), seconds=10) is None
    assert checks.fault_after(lambda: "still down", seconds=0) == "still down"
