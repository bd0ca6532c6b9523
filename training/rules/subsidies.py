"""The check of a certificate against the rules of subsidies, line by line, and what it comes to (domain facts 8).

What nobody has entered reads 未设定 and is never taken as fulfilled; only a rate must be there, for without one there
is no amount.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.characters import refusal
from core.text import clean_label, clean_short
from training.models import ABILITY, Certificate, SubsidyClaim, SubsidyLimit, SubsidyRate

MET, FAILED, OPEN = "met", "failed", "open"
VERDICTS = {MET: "符合", FAILED: "不符合", OPEN: "未设定"}
TONES = {MET: "success", FAILED: "danger", OPEN: "warning"}
NO_LIMIT = "不限"


@dataclass(frozen=True)
class Line:
    """One rule: what it found, what it asks for, and the verdict; ``why`` says what is wrong and what to do."""

    rule: str
    found: str
    asked: str
    verdict: str
    why: str = ""

    @property
    def text(self) -> str:
        """The verdict in words."""
        return VERDICTS[self.verdict]

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return TONES[self.verdict]


@dataclass(frozen=True)
class Check:
    """All lines of one certificate, and base, surcharge and amount where a rate applies."""

    lines: list[Line]
    rate: SubsidyRate | None
    surcharge: int

    @property
    def failed(self) -> list[Line]:
        """The lines that forbid a claim."""
        return [line for line in self.lines if line.verdict == FAILED]

    @property
    def unset(self) -> list[Line]:
        """The lines for which nobody has entered a limit."""
        return [line for line in self.lines if line.verdict == OPEN]

    @property
    def amount(self) -> int | None:
        """Whole yuan; None without a rate."""
        return amount_of(self.rate.base, self.surcharge) if self.rate else None


def amount_of(base: int, surcharge: int) -> int:
    """The base with so many per cent on top, in whole yuan, half up."""
    return base + (base * surcharge + 50) // 100


def check_of(
    row: Certificate,
    rate: SubsidyRate | None,
    yearly: SubsidyLimit | None,
    day: dt.date,
    *,
    more: int = 0,
) -> Check:
    """The check of a row of ``queries.subsidies.examined`` on the day. ``rate`` is the one of its key, ``yearly`` the
    limit of the day; ``more`` claims of the same person are made at the same time."""
    lines = [
        _verified(row),
        _rated(row, rate),
        _in_time(row, day),
        _once(row),
        _within_year(row.claimed_in_year + more, yearly, day),
    ]
    return Check(lines, rate, rate.surcharge if rate and row.is_scarce else 0)


def doubts_of_claim(claim: SubsidyClaim) -> str:
    """What has become of the certificate since the claim, in words; "" when all is as it was."""
    certificate = claim.certificate
    if certificate.state != Certificate.State.VERIFIED:
        return f"证书现为“{certificate.get_state_display()}”"
    then = claim.level, claim.trade, claim.issued_on
    if then != (certificate.level, certificate.trade, certificate.issued_on):
        return "证书的等级、工种或发证日期在申报后改过"
    return ""


def _verified(row: Certificate) -> Line:
    good = row.state == Certificate.State.VERIFIED
    return Line(
        "证书已核验",
        row.get_state_display(),
        "已核验",
        MET if good else FAILED,
        "" if good else f"证书现为“{row.get_state_display()}”，核验通过后才能申报",
    )


def _rated(row: Certificate, rate: SubsidyRate | None) -> Line:
    asked = f"发证之日（{row.issued_on}）施行的标准"
    if rate is None:
        why = f"没有 {row.issued_on} 施行的这一等级、工种的补贴标准"
        return Line("补贴标准", "没有录入", asked, FAILED, why)
    return Line("补贴标准", f"{rate.trade or '各工种'} {rate.base} 元", asked, MET)


def _in_time(row: Certificate, day: dt.date) -> Line:
    found = f"今天 {day}"
    if not row.is_limited:
        return Line("申领期限", found, "没有录入", OPEN)
    if row.claim_until is None:
        return Line("申领期限", found, NO_LIMIT, MET)
    asked = f"发证后 {row.months} 个月，至 {row.claim_until}"
    if day <= row.claim_until:
        return Line("申领期限", found, asked, MET)
    return Line("申领期限", found, asked, FAILED, f"已过申领期限 {row.claim_until}")


def _once(row: Certificate) -> Line:
    if row.is_claimed:
        return Line("一证一次", "已申报过", "未申报过", FAILED, "这张证书已经申报过补贴")
    return Line("一证一次", "未申报过", "未申报过", MET)


def _within_year(count: int, yearly: SubsidyLimit | None, day: dt.date) -> Line:
    title, found = "每人每年次数", f"{day.year} 年已申报 {count} 次"
    if yearly is None:
        return Line(title, found, "没有录入", OPEN)
    if yearly.value is None:
        return Line(title, found, NO_LIMIT, MET)
    asked = f"每年最多 {yearly.value} 次"
    if count < yearly.value:
        return Line(title, found, asked, MET)
    return Line(
        title, found, asked, FAILED, f"此人 {day.year} 年已申报 {count} 次，每年最多 {yearly.value} 次"
    )


def rung_name(level: str, names: dict) -> str:
    """The level by the names of skill_level; a certificate without one is of special ability."""
    return names.get(level or ABILITY, level)


def told(rule, names: dict) -> str:
    """A rule in words, as a page or a refusal names it; ``names`` are those of the levels."""
    if isinstance(rule, SubsidyRate):
        return f"{rule.trade or '各工种'}{rung_name(rule.level, names)} {rule.base} 元"
    return str(rule)


def clean_source(value) -> str:
    """The document a rule rests on. Raises TextError for none."""
    text = clean_short(value, longest=200)
    if not text:
        raise refusal("blank", "没有填写依据", "请填写文件名称和文号")
    return text


def clean_voucher(value) -> str:
    """The batch or voucher of a payment. Raises TextError for none."""
    text = clean_short(value, longest=50)
    if not text:
        raise refusal("blank", "没有填写发放批次或凭证号", "请按发放凭证填写，不要写银行账号")
    return text


def clean_shortage_trade(value) -> str:
    """A trade as certificates write it. Raises TextError for none."""
    text = clean_label(value, longest=50)
    if not text:
        raise refusal("blank", "没有填写工种", "请按紧缺工种目录填写，写法与证书一致")
    return text


RULE_CLEANERS: dict[str, Callable] = {"source": clean_source, "trade": partial(clean_label, longest=50)}
