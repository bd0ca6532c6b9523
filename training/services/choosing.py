"""People whom a user may put into something that a union organises: a class or an online course."""

from collections.abc import Sequence

from accounts.models import User
from core.access import Permission
from core.errors import RuleError
from unions.models import Union
from workers.models import Worker

NAMED = 5  # people a refusal names


def chosen_people(organiser: Union, keys: Sequence[int], by: User) -> list[Worker]:
    """The people of these keys in their order, each once. Raises RuleError for nobody, and naming some of those who are
    out of reach, outside the organiser's unions, or have left."""
    keys = list(dict.fromkeys(keys))
    if not keys:
        raise RuleError("请勾选要报名的职工")
    found = Worker.objects.within_reach(by, Permission.EDIT_TRAINING).filter(anonymised_on=None)
    people = {
        person.pk: person for person in found.select_related("union").defer("phone").in_bulk(keys).values()
    }
    if len(people) < len(keys):
        raise RuleError(f"有 {len(keys) - len(people)} 人不在您的管理范围内，请刷新页面后重新勾选")
    ordered = [people[key] for key in keys]
    path = organiser.path
    refuse_people([one for one in ordered if not one.union.path.startswith(path)], "不在主办工会范围内")
    refuse_people([one for one in ordered if one.standing == "left" and one.employer_id is None], "已离会")
    return ordered


def refuse_those_in(rows, people: list[Worker], why: str) -> None:
    """Raise RuleError naming some of the people whom the rows (a queryset) are about already."""
    taken = set(rows.filter(worker__in=people).values_list("worker", flat=True))
    refuse_people([one for one in people if one.pk in taken], why)


def refuse_people(people: list[Worker], why: str) -> None:
    """Raise RuleError naming some of them, if there are any."""
    if people:
        more = f"等 {len(people)} 人" if len(people) > NAMED else ""
        raise RuleError(f"{'、'.join(person.name for person in people[:NAMED])}{more}{why}")
