"""The facts that can be set on many people at once: how a value is judged, stored as text, and shown."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from core import codes
from core.errors import RuleError
from core.text import clean_text
from workers.models import Employment, Worker

YES, NO, BLANK = "yes", "no", ""
FLAGS = {True: YES, False: NO, None: BLANK}
FLAG_NAMES = {YES: "是", NO: "否"}
EMPTY = "（空）"


@dataclass(frozen=True)
class Fact:
    """One fact of a person, or of the running job at today's main employer (``of_job``)."""

    name: str
    table: str = ""
    is_flag: bool = False
    of_job: bool = False
    may_be_blank: bool = True

    @property
    def model(self):
        """Where the fact is stored."""
        return Employment if self.of_job else Worker

    @property
    def field(self):
        """Its column."""
        return self.model._meta.get_field(self.name)

    @property
    def title(self) -> str:
        """Its name on pages."""
        return str(self.field.verbose_name)

    def choices(self) -> list[tuple[str, str]]:
        """(text, name) pairs that may be chosen; none for free text."""
        if self.is_flag:
            return list(FLAG_NAMES.items())
        return codes.choices(self.table) if self.table else []

    def cleaned(self, value: str) -> str:
        """The value as text, as a bulk edit keeps it. Raises RuleError at ``value``."""
        try:
            text = clean_text(value or "")
        except ValidationError as error:
            raise RuleError({"value": error})
        if not text and not self.may_be_blank:
            raise RuleError({"value": f"{self.title}是必填项，不能清空。请选择一个值。"})
        choices = self.choices()
        if text and choices and text not in dict(choices):
            raise RuleError({"value": f"{self.title}没有这个选项，请从列表中选择。"})
        longest = self.field.max_length
        if longest and len(text) > longest:
            raise RuleError({"value": f"{self.title}最多 {longest} 个字，现有 {len(text)} 个字。请缩短。"})
        return text

    def text(self, stored) -> str:
        """A stored value as text."""
        return FLAGS[stored] if self.is_flag else stored

    def stored(self, text: str):
        """The text as it is stored."""
        return {YES: True, NO: False}.get(text) if self.is_flag else text

    def names(self) -> dict[str, str]:
        """What texts mean, withdrawn codes included."""
        if self.is_flag:
            return FLAG_NAMES
        return codes.names(self.table) if self.table else {}

    def shown(self, text: str, names: dict[str, str]) -> str:
        """The text as a person reads it."""
        return names.get(text, text) or EMPTY


# Birth date, sex, name, phone and documents belong to one person each and are never set in bulk.
FACTS = {
    fact.name: fact
    for fact in (
        Fact("ethnicity", table="ethnicity", may_be_blank=False),
        Fact("education", table="education", may_be_blank=False),
        Fact("skill_level", table="skill_level", may_be_blank=False),
        Fact("political", table="political_affiliation"),
        Fact("employment_status", table="employment_status", may_be_blank=False),
        Fact("household_type", table="household_type", may_be_blank=False),
        Fact("household_place"),
        Fact("native_place"),
        Fact("is_migrant", is_flag=True),
        Fact("is_key_post", is_flag=True),
        Fact("is_industrial", is_flag=True),
        Fact("form", table="employment_form", of_job=True),
        Fact("team", of_job=True),
        Fact("occupation", of_job=True),
    )
}


def fact_called(name: str) -> Fact:
    """The fact of this name. Raises RuleError at ``field``."""
    if name not in FACTS:
        raise RuleError({"field": "请选择要修改的项目。"})
    return FACTS[name]
