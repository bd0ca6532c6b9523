"""People who exist nowhere: names of the form 试甲, numbers with a valid check digit and a made-up sequence."""

import datetime as dt
import itertools

import factory

from core import crypto
from tests.factories.unions import EmployerFactory
from workers.models import Change, Employment, IdentityDocument, Membership, Standing, Worker
from workers.naming import search_keys

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_sequence = itertools.count()


def citizen_number(
    *, birth: dt.date = dt.date(1990, 1, 1), sequence: int | None = None, sex: str = ""
) -> str:
    """A synthetic GB 11643 number; each call gives another one unless ``sequence`` (0–999) is given, which has an area
    of its own, so that no counted number meets it. ``sex`` (1 or 2) is what its last but one digit says."""
    place = next(_sequence) if sequence is None else sequence
    if sex in ("1", "2") and place % 2 != int(sex) % 2:
        place = next(_sequence)
    area = 330382 if sequence is not None else 330300 + place // 1000 % 80
    body = f"{area}{birth:%Y%m%d}{place % 1000:03d}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    return body + check


def mobile_number() -> str:
    """An 11-digit number in the unassigned 1600000 range; each call gives another one."""
    return f"1600000{next(_sequence) % 10000:04d}"


class WorkerFactory(factory.django.DjangoModelFactory):
    """An active member with document, phone, employment and membership.

    ``member=False`` leaves the membership out; ``document="…"`` and ``phone_number="…"`` set the sealed values.
    """

    class Meta:
        model = Worker
        skip_postgeneration_save = True

    class Params:
        member = True
        phone_number = factory.LazyFunction(mobile_number)
        joined_on = dt.date(2021, 6, 1)

    name = factory.Sequence(
        lambda n: "试" + "甲乙丙丁戊己庚辛壬癸"[n % 10] + "一二三四五六七八九十"[n // 10 % 10]
    )
    pinyin = factory.LazyAttribute(lambda w: search_keys(w.name)["pinyin"])
    initials = factory.LazyAttribute(lambda w: search_keys(w.name)["initials"])
    other_pinyin = factory.LazyAttribute(lambda w: search_keys(w.name)["other_pinyin"])
    other_initials = factory.LazyAttribute(lambda w: search_keys(w.name)["other_initials"])
    sex = "1"
    birth_date = dt.date(1990, 1, 1)
    ethnicity = "01"
    education = "60"
    skill_level = "L0"
    political = "13"
    employment_status = "1"
    household_type = "2"
    phone = factory.SelfAttribute("phone_number")
    phone_index = factory.LazyAttribute(lambda w: crypto.blind_index(w.phone_number, purpose="phone"))
    phone_tail = factory.LazyAttribute(lambda w: w.phone_number[-4:])
    employer = factory.SubFactory(EmployerFactory, employees=100)
    union = factory.SelfAttribute("employer.union")
    standing = factory.LazyAttribute(lambda w: Standing.MEMBER if w.member else Standing.NONE)
    member_since = factory.LazyAttribute(lambda w: w.joined_on if w.member else None)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        worker = super()._create(model_class, *args, **kwargs)
        if worker.employer_id:
            Employment.objects.create(
                worker=worker, employer_id=worker.employer_id, start=dt.date(2021, 5, 1)
            )
        if worker.standing == Standing.MEMBER:
            Membership.objects.create(
                worker=worker, union_id=worker.union_id, start=worker.member_since, start_change=Change.JOIN
            )
        return worker

    @factory.post_generation
    def document(self, create, extracted, **kwargs):
        number = extracted or citizen_number(birth=self.birth_date or dt.date(1990, 1, 1), sex=self.sex)
        IdentityDocument.objects.create(
            worker=self,
            doc_type="111",
            number=number,
            number_index=crypto.blind_index(f"111:{number}", purpose="identity"),
            number_tail=number[-4:],
        )
