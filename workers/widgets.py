"""Widgets of the roll's spreadsheet columns."""

import re
from collections.abc import Iterable, Mapping

from core.characters import TextError, as_text, refusal
from core.idnumbers import check_character
from core.text import clean_text
from core.widgets import CleanedWidget, DayWidget
from unions.models import Employer
from unions.naming import employer_key

_CITIZEN = re.compile("[1-9][0-9]{16}[0-9X]")
_MOBILE = re.compile("1[3-9][0-9]{9}")
_YEAR_AND_MONTH = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})月?")


def as_found(value):
    """Identity numbers are judged with their cell type, so nothing is cleaned beforehand."""
    return value


def is_citizen_number(value) -> bool:
    """True for a cell that holds a resident identity number with the right check character."""
    text = as_text(value).strip().upper()
    return bool(_CITIZEN.fullmatch(text)) and check_character(text[:17]) == text[17]


def is_mobile_number(value) -> bool:
    """True for a cell that holds a mainland mobile number."""
    return bool(_MOBILE.fullmatch(as_text(value).strip()))


class BirthWidget(DayWidget):
    """A date of birth; a month without its day is kept as ``YYYY-MM``, for the identity number to complete."""

    def clean(self, value, row=None, **kwargs):
        """The date or the month in ISO form, or None. Raises TextError."""
        try:
            return super().clean(value)
        except TextError as error:
            found = _YEAR_AND_MONTH.fullmatch(as_text(value).strip())
            # The number 1990.1 in a cell may have been October.
            if error.code != "month_only" or found is None or (type(value) is float and found[2] == "1"):
                raise
            return f"{found[1]}-{int(found[2]):02d}"


class FirmWidget(CleanedWidget):
    """工作单位 → primary key of a firm inside the file's union; others are unknown here, wherever they are."""

    firms: dict[str, tuple[int, int]]
    where = "本次导入的范围"
    cures = ("unknown_employer",)
    key_of = staticmethod(employer_key)

    def __init__(self):
        super().__init__()
        self.expects = "登记过的单位全称"
        self.learned: dict[str, int] = {}
        self.used: set[str] = set()

    def options(self) -> list[tuple[str, str]]:
        """(key, name) of the firms inside the file's union."""
        firms = Employer.objects.filter(pk__in={pk for pk, _ in self.firms.values()}, closed_on=None)
        return [(str(pk), name) for pk, name in firms.order_by("name").values_list("pk", "name")]

    def learn(self, texts: Mapping[str, str]) -> None:
        """Take in which firm further texts mean: key → primary key. Whether it is still within reach is asked
        when a cell is read."""
        self.learned = {key: int(value) for key, value in texts.items() if value.isdigit()}

    def labels(self, values: Iterable[str], *, by) -> dict[str, str]:
        """Primary key → name, of the firms the user may see."""
        keys = [int(value) for value in values if value.isdigit()]
        firms = Employer.objects.visible_to(by).filter(pk__in=keys).values_list("pk", "name")
        return {str(pk): name for pk, name in firms}

    def _firm_meant(self, key: str) -> int | None:
        meant = self.learned.get(key)
        if meant is None or all(pk != meant for pk, _ in self.firms.values()):
            return None
        self.used.add(key)
        return meant

    def clean(self, value, row=None, **kwargs):
        """The firm's key. Raises TextError."""
        name = clean_text(value)
        if not name:
            return None
        key = employer_key(name)
        firm = self.firms.get(key)
        if firm is None and (meant := self._firm_meant(key)):
            return meant
        if firm is None:
            reason = f"“{name[:40]}”不是{self.where}内的用人单位"
            remedy = "请核对单位全称；新单位请先由镇总工会登记，属于其他工会的人员请由该工会报送"
            raise refusal("unknown_employer", reason, remedy)
        return firm[0]
