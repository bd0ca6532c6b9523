"""Widgets of the roll's spreadsheet columns."""

from core.characters import refusal
from core.text import clean_text
from core.widgets import CleanedWidget
from unions.naming import employer_key


class FirmWidget(CleanedWidget):
    """工作单位 → primary key of a firm inside the file's union; others are unknown here, wherever they are."""

    firms: dict[str, tuple[int, int]]
    where = "本次导入的范围"

    def clean(self, value, row=None, **kwargs):
        """The firm's key. Raises TextError."""
        name = clean_text(value)
        if not name:
            return None
        firm = self.firms.get(employer_key(name))
        if firm is None:
            reason = f"“{name[:40]}”不是{self.where}内的用人单位"
            remedy = "请核对单位全称；新单位请先由镇总工会登记，属于其他工会的人员请由该工会报送"
            raise refusal("unknown_employer", reason, remedy)
        return firm[0]
