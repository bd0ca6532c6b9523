"""Sealed values open only in their own place and with their own key."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import crypto


def _key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


@pytest.fixture(params=["aes", "sm4"])
def keys(request, settings):
    settings.FIELD_KEYS = f"1:{request.param}:{_key('a')},index:{_key('i')}"
    return settings


def test_a_sealed_value_opens_in_its_place(keys):
    assert crypto.decrypt(crypto.encrypt("330382199001010015", context="t:c"), context="t:c") == (
        "330382199001010015"
    )


def test_the_same_text_gives_different_blobs(keys):
    assert crypto.encrypt("x", context="t:c") != crypto.encrypt("x", context="t:c")


def test_a_blob_moved_to_another_column_does_not_open(keys):
    with pytest.raises(crypto.DecryptionError, match="t:other"):
        crypto.decrypt(crypto.encrypt("x", context="t:c"), context="t:other")


def test_an_altered_blob_does_not_open(keys):
    blob = bytearray(crypto.encrypt("x", context="t:c"))
    blob[-1] ^= 1
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(bytes(blob), context="t:c")


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    settings.FIELD_KEYS = f"1:aes:{_key('a')},index:{_key('i')}"
    old = crypto.encrypt("x", context="t:c")
    settings.FIELD_KEYS = f"1:aes:{_key('a')},2:sm4:{_key('b')},index:{_key('i')}"

    assert crypto.encrypt("x", context="t:c")[0] == 2
    assert crypto.decrypt(old, context="t:c") == "x"


def test_a_missing_key_version_is_named(settings):
    settings.FIELD_KEYS = f"3:aes:{_key('a')},index:{_key('i')}"
    blob = crypto.encrypt("x", context="t:c")
    settings.FIELD_KEYS = f"1:aes:{_key('a')},index:{_key('i')}"
    with pytest.raises(crypto.DecryptionError, match="version 03 in FIELD_KEYS"):
        crypto.decrypt(blob, context="t:c")


def test_the_blind_index_is_equal_for_equal_values_only(settings):
    settings.FIELD_KEYS = f"1:aes:{_key('a')},index:{_key('i')}"
    first = crypto.blind_index("19900000001", purpose="phone")
    assert first == crypto.blind_index("19900000001", purpose="phone")
    assert len({first, crypto.blind_index("19900000002", purpose="phone")}) == 2
    assert first != crypto.blind_index("19900000001", purpose="identity")
    settings.FIELD_KEYS = f"1:aes:{_key('a')},index:{_key('j')}"
    assert first != crypto.blind_index("19900000001", purpose="phone")


@pytest.mark.parametrize(
    "text", ["", "1:aes:short,index:short", f"1:des:{_key('a')},index:{_key('i')}", f"1:aes:{_key('a')}"]
)
def test_a_broken_setting_is_named(text):
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        crypto.parse_keys(text)
