"""A workbook under a password: Office's own encryption (ECMA-376 agile, AES-256), which every office program opens."""

from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

from core.errors import RuleError
from exchange.tables import created

SHORTEST, LONGEST = 8, 128  # Excel reads 255 characters at most


def require_password(password: str) -> None:
    """Raise RuleError for a password that is too short, too long, or that nobody could type again."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise RuleError({"password": f"打开密码应有 {SHORTEST} 至 {LONGEST} 个字符，请重新填写。"})
    if not password.isprintable() or password != password.strip():
        raise RuleError({"password": "打开密码的首尾不能是空格，也不能含有看不见的字符，请重新填写。"})


def lock(plain: Path, locked: Path, password: str) -> None:
    """Write the workbook under the password beside it and remove the open one."""
    with plain.open("rb") as source, created(locked, "xb") as target:
        OOXMLFile(source).encrypt(password, target)
    plain.unlink()
