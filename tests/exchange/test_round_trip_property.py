"""Whatever is exported, and whatever is edited in it: exactly the edits arrive, and what moved meanwhile is in conflict."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.exchange.exports import ask, done, path_of
from tests.exchange.returning import Sheet, counts, send, written
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Employment, Worker

pytestmark = pytest.mark.django_db
# Title in the list → (field of the person, texts that may stand there with what is stored of them).
EDITS = {
    "学历": ("education", {"高中": "61", "大专": "31", "博士": "11"}),
    "民族": ("ethnicity", {"汉族": "01", "畲族": "22"}),
    "籍贯": ("native_place", {"浙江乐清": "浙江乐清", "=1+1": "=1+1", "": ""}),
    "户籍所在地": ("household_place", {"＠某地": "＠某地", "乐清市": "乐清市", "": ""}),
    "是否农民工": ("is_migrant", {"是": True, "否": False, "": None}),
    "关键岗位": ("is_key_post", {"是": True, "否": False}),
    "政治面貌": ("political", {"群众": "13", "中共党员": "01"}),
}
COLUMNS = [
    "name",
    "number",
    "phone",
    "education",
    "ethnicity",
    "native_place",
    "household_place",
    "is_migrant",
]
COLUMNS += ["is_key_post", "political", "standing", "union", "member_since", "updated_at"]
PEOPLE = 4
cell = st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(sorted(EDITS)))
edits = st.dictionaries(cell, st.integers(0, 2), max_size=6)
quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class _Undone(Exception):
    """Ends an example and takes back what it wrote."""


@pytest.fixture
def roll(union):
    firm = EmployerFactory(union=union)
    workers = [
        WorkerFactory(
            employer=firm, education="60", native_place="'某村", birth_date=dt.date(1990, 1, 5 + place)
        )
        for place in range(PEOPLE)
    ]
    Employment.objects.filter(worker=workers[0]).update(team="=1+1", staff_number="007")
    return workers


def stored(title: str, choice: int):
    field, texts = EDITS[title]
    text = list(texts)[choice % len(texts)]
    return field, text, texts[text]


@given(chosen=st.sets(st.sampled_from(COLUMNS), min_size=1), edits=edits, moved=st.sets(cell, max_size=3))
@quick
def test_exactly_the_edits_arrive(officer, union, roll, chosen, edits, moved):
    try:
        with transaction.atomic():
            _round(officer, union, roll, [key for key in COLUMNS if key in chosen | {"name"}], edits, moved)
            raise _Undone
    except _Undone:
        pass


def _round(officer, union, roll, columns, edits, moved):
    sheet = Sheet(done(ask(officer, columns=columns)))
    edits = {place: choice for place, choice in edits.items() if place[1] in sheet.places}
    before = {worker.pk: worker for worker in Worker.objects.all()}
    expected, conflicts = {}, set()
    for (person, title), choice in edits.items():
        field, text, value = stored(title, choice)
        worker = before[roll[person].pk]
        sheet.edit(sheet.row_of(worker), **{title: text})
        if getattr(worker, field) != value:
            expected[worker.pk, field] = value
    for person, title in moved:
        field, _, value = stored(title, 1)
        worker = before[roll[person].pk]
        if getattr(worker, field) == value:
            continue
        Worker.objects.filter(pk=worker.pk).update(**{field: value}, version=2)
        if expected.get((worker.pk, field), value) != value:
            conflicts.add(worker.pk)
        expected.pop((worker.pk, field), None)
        setattr(worker, field, value)
    run = send(sheet, officer, union)
    changing = {pk for pk, _ in expected} - conflicts
    assert counts(run) == (len(changing), PEOPLE - len(changing) - len(conflicts), len(conflicts))
    if changing:
        written(run, officer, "good")
    for worker in Worker.objects.all():
        for field, _ in EDITS.values():
            wanted = getattr(before[worker.pk], field)
            if worker.pk in changing:
                wanted = expected.get((worker.pk, field), wanted)
            assert (worker.name, field, getattr(worker, field)) == (worker.name, field, wanted)


def test_a_file_without_edits_changes_nothing_whatever_its_columns(officer, union, roll):
    run = send(path_of(done(ask(officer, columns=COLUMNS))).read_bytes(), officer, union)
    assert counts(run) == (0, PEOPLE, 0)
