"""Two records beside each other, for whoever decides whether they are one person. Numbers stay masked."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import AuditEntry
from core.models import Job
from unions.models import Union
from workers.duplicates import GROUNDS, KIND
from workers.models import DuplicatePair, Worker
from workers.queries import CODE_TABLES, documents_of
from workers.templatetags.roll import masked_number, masked_phone

GROUND_LABELS = {
    "same_number": "证件尾号与生日相同",
    "same_phone": "手机相同",
    "same_name": "姓名与生日相同",
    "same_sound": "姓名同音、生日相同",
}
FLAGS = ("is_migrant", "is_key_post", "is_industrial")
FACTS = (
    *("name", "sex", "birth_date", "ethnicity", "political", "education", "skill_level", "employment_status"),
    *("household_type", "household_place", "native_place", *FLAGS, "union", "employer", "standing"),
    *("member_since", "confirmed_on"),
)


@dataclass(frozen=True)
class Line:
    """One fact of both records, in words; ``differs`` when both say something and not the same."""

    label: str
    left: str
    right: str
    differs: bool


def pairs_for_list(user, *, state: str, ground: str, union: Union | None):
    """Pairs in the user's reach, newest first; ``union`` narrows to pairs with a record there or below."""
    rows = DuplicatePair.objects.visible_to(user).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if ground in GROUNDS:
        rows = rows.filter(**{ground: True})
    if union is not None:
        inside = Union.objects.within(union).values("pk")
        rows = rows.filter(Q(low__union__in=inside) | Q(high__union__in=inside))
    people = [f"{side}__{name}" for side in ("low", "high") for name in ("phone", "phone_index")]
    return rows.select_related("low__union", "low__employer", "high__union", "high__employer").defer(*people)


def grounds_of(pair: DuplicatePair) -> list[str]:
    """The grounds of a pair in words."""
    return [label for ground, label in GROUND_LABELS.items() if getattr(pair, ground)]


def last_search() -> Job | None:
    """The last search of the whole roll, whatever became of it."""
    return Job.objects.filter(kind=KIND).order_by("-pk").first()


def large_groups() -> list[dict]:
    """Groups too large to be pairs, as the last finished search found them: label, people, a few of them."""
    job = Job.objects.filter(kind=KIND, state=Job.State.DONE).order_by("-pk").first()
    groups = job.result.get("groups", []) if job else []
    ids = {pk for group in groups for pk in group["some"]}
    names = dict(Worker.objects.filter(pk__in=ids, merged_into=None).values_list("pk", "name"))
    return [
        {
            "label": GROUND_LABELS[group["ground"]],
            "people": group["people"],
            "some": [(pk, names[pk]) for pk in group["some"] if pk in names],
        }
        for group in groups
    ]


def hints_of(worker: Worker, user) -> list[DuplicatePair]:
    """Open pairs with this record that the user may look at, a few at most."""
    rows = DuplicatePair.objects.visible_to(user).open().of(worker)
    return list(rows.select_related("low", "high").defer("low__phone", "high__phone").order_by("-pk")[:5])


def lines_of(one: Worker, two: Worker, names: dict[str, dict[str, str]]) -> list[Line]:
    """All facts of both records."""
    lines = [
        _line(Worker._meta.get_field(name).verbose_name, *_both(name, one, two, names)) for name in FACTS
    ]
    phones = [masked_phone(worker.phone_tail) for worker in (one, two)]
    lines.insert(3, _line("移动电话", *phones))
    numbers = [_documents(worker, names) for worker in (one, two)]
    lines.insert(1, _line("证件", *numbers))
    return lines


def entered_by(workers: list[Worker]) -> dict[int, str]:
    """Who put each record on the roll, and when; people of imports have no entry of their own."""
    entries = AuditEntry.objects.filter(
        action="workers.register",
        object_type=Worker._meta.label_lower,
        object_id__in=[worker.pk for worker in workers],
    ).select_related("actor")
    actors = {entry.object_id: str(entry.actor) for entry in entries}
    return {
        worker.pk: f"{worker.created_at:%Y-%m-%d} {actors.get(worker.pk, '表格导入或初始数据')}"
        for worker in workers
    }


def _both(name: str, one: Worker, two: Worker, names) -> list[str]:
    return [_shown(name, worker, names) for worker in (one, two)]


def _shown(name: str, worker: Worker, names) -> str:
    value = getattr(worker, name)
    if name in CODE_TABLES:
        return names[CODE_TABLES[name]].get(value, value)
    if name in FLAGS:
        return {True: "是", False: "否"}.get(value, "")
    if name in ("sex", "standing"):
        return getattr(worker, f"get_{name}_display")()
    return "" if value is None else str(value)


def _documents(worker: Worker, names) -> str:
    return "；".join(
        f"{names['id_document_type'].get(row.doc_type, row.doc_type)} {masked_number(row, 2)}"
        for row in documents_of(worker)
    )


def _line(label: str, left: str, right: str) -> Line:
    return Line(str(label), left, right, bool(left and right and left != right))
