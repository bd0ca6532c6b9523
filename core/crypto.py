"""Encryption of single values and blind indexes.

A blob is ``key version (1 byte) | nonce (12) | ciphertext and tag``. The version names both key and
cipher suite, so keys rotate and AES gives way to SM4 (GB/T 32907) without touching the schema.
"""

import functools
import hmac
import os
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
NONCES_AT_ONCE = 256
TAG_BYTES = 16


class DecryptionError(Exception):
    """The blob was altered, belongs to another column, or its key is missing from FIELD_KEYS."""


class _Aes:
    def __init__(self, key: bytes):
        self._cipher = AESGCM(key)

    def seal(self, nonce: bytes, text: bytes, context: bytes) -> bytes:
        return self._cipher.encrypt(nonce, text, context)

    def open(self, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        return self._cipher.decrypt(nonce, sealed, context)


class _Sm4:
    def __init__(self, key: bytes):
        self._key = key[:16]

    def seal(self, nonce: bytes, text: bytes, context: bytes) -> bytes:
        sealer = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(context)
        return sealer.update(text) + sealer.finalize() + sealer.tag

    def open(self, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        text, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        opener = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        opener.authenticate_additional_data(context)
        return opener.update(text) + opener.finalize()


SUITES = {"aes": _Aes, "sm4": _Sm4}


@dataclass(frozen=True)
class Keyring:
    """The keys of one FIELD_KEYS value; ``current`` seals, every version opens."""

    suites: dict
    current: int
    index_key: bytes


@functools.cache
def parse_keys(text: str) -> Keyring:
    """Read ``1:aes:<base64>,2:sm4:<base64>,index:<base64>``; the highest version seals.

    Raises ImproperlyConfigured naming FIELD_KEYS.
    """
    suites, index_key = {}, None
    for part in text.split(","):
        fields = part.strip().split(":")
        try:
            key = b64decode(fields[-1], validate=True)
            if len(key) < 32:
                raise ValueError("a key has 32 bytes")
            if fields[0] == "index" and len(fields) == 2:
                index_key = key
            else:
                version, suite, _ = fields
                suites[int(version)] = SUITES[suite](key)
        except (ValueError, KeyError) as error:
            raise ImproperlyConfigured(
                f"FIELD_KEYS: the part starting {part.strip()[:8]!r} is not VERSION:aes|sm4:BASE64 "
                f"or index:BASE64 ({error})"
            ) from error
    if not suites or index_key is None:
        raise ImproperlyConfigured("FIELD_KEYS: needs at least one numbered key and one index key")
    return Keyring(suites, max(suites), index_key)


def encrypt(text: str, *, context: str) -> bytes:
    """Seal text for one place (``table:column``); the same text gives another blob each time."""
    keys = parse_keys(settings.FIELD_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    sealed = keys.suites[keys.current].seal(nonce, text.encode(), context.encode())
    return bytes([keys.current]) + nonce + sealed


def decrypt(blob: bytes, *, context: str) -> str:
    """Open a blob sealed for the same context. Raises DecryptionError."""
    blob = bytes(blob)
    suite = parse_keys(settings.FIELD_KEYS).suites.get(blob[0]) if blob else None
    if suite is None:
        raise DecryptionError(f"{context}: no key with version {blob[:1].hex() or '-'} in FIELD_KEYS")
    try:
        return suite.open(blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], context.encode()).decode()
    except InvalidTag as error:
        raise DecryptionError(f"{context}: the value was altered or its key changed") from error


@functools.cache
def _index_base(key: bytes, purpose: str) -> hmac.HMAC:
    return hmac.new(key, purpose.encode() + b"\0", "sha256")


def blind_index(value: str, *, purpose: str) -> bytes:
    """32 bytes that are equal exactly for equal values; useless without the key."""
    digest = _index_base(parse_keys(settings.FIELD_KEYS).index_key, purpose).copy()
    digest.update(value.encode())
    return digest.digest()


def sealer(context: str) -> Callable[[str], bytes]:
    """``encrypt`` for many values of one place: keys are looked up once, randomness is drawn in blocks."""
    keys = parse_keys(settings.FIELD_KEYS)
    seal, prefix, place = keys.suites[keys.current].seal, bytes([keys.current]), context.encode()
    nonces = _nonces()

    def sealed(text: str) -> bytes:
        nonce = next(nonces)
        return prefix + nonce + seal(nonce, text.encode(), place)

    return sealed


def _nonces() -> Iterator[bytes]:
    while True:
        block = os.urandom(NONCE_BYTES * NONCES_AT_ONCE)
        for at in range(0, len(block), NONCE_BYTES):
            yield block[at : at + NONCE_BYTES]


def indexer(purpose: str) -> Callable[[str], bytes]:
    """``blind_index`` for many values of one purpose."""
    base = _index_base(parse_keys(settings.FIELD_KEYS).index_key, purpose)

    def indexed(value: str) -> bytes:
        digest = base.copy()
        digest.update(value.encode())
        return digest.digest()

    return indexed
