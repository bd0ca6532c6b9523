"""A random small town of dated rows, written in bulk; the same seed gives the same town."""

import datetime as dt
import random

from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.unions import UnionFactory
from training.models import (
    LEVELS,
    Attendance,
    Certificate,
    Enrolment,
    Permit,
    PermitReview,
    Session,
    TrainingClass,
)
from training.permit_clock import ClockRules
from unions.models import Coverage, Employer, Headcount, LegalRegistration, OrgType, Term, Union
from workers.models import Change, Employment, IdentityDocument, Membership, Worker

FIRST = dt.date(2025, 6, 1)
DAYS = 600
LEAVING = (Change.TRANSFER_OUT, Change.EXPEL, Change.WITHDRAW, Change.DEATH, Change.RETAIN)
RETAINED, ACTIVE = "30", "20"


class RandomTown:
    """Unions, firms and people with every kind of gap and overlap that the database allows."""

    def __init__(self, seed: int, people: int = 60):
        self.random = random.Random(seed)
        self.unions = self._unions()
        self.firms = self._firms()
        self.people = self._people(people)
        self.certificates = self._certificates()
        self.permits = self._permits()
        self.classes = self._classes()

    def day(self, low: int = 0, high: int = DAYS) -> dt.date:
        return FIRST + dt.timedelta(days=self.random.randrange(low, high))

    def span(self) -> tuple[dt.date, dt.date | None]:
        """A start and a later end, which is open as often as not."""
        start = self.day(0, DAYS - 100)
        end = start + dt.timedelta(days=self.random.randrange(1, 400))
        return start, self.random.choice([None, end])

    def _unions(self) -> list[Union]:
        town = UnionFactory(org_type=OrgType.TOWN, code="ROOT", name="试验镇总工会", founded_on=None)
        heads = [UnionFactory(parent=town, org_type=OrgType.VILLAGE_FEDERATION) for _ in range(2)]
        kinds = [OrgType.GRASSROOTS, OrgType.JOINT, OrgType.BRANCH, OrgType.STATION]
        leaves = [self._leaf(kinds, [town, *heads]) for _ in range(7)]
        for union in leaves:
            if self.random.random() < 0.7:
                start, end = self.span()
                Term.objects.create(union=union, number=1, start=start, end=end or dt.date(2030, 1, 1))
        for union in [town, *heads, *leaves]:
            if self.random.random() < 0.6:
                start, end = self.span()
                LegalRegistration.objects.create(
                    union=union, number=f"证{union.pk}", start=start, end=end or dt.date(2030, 1, 1)
                )
        return [town, *heads, *leaves]

    def _leaf(self, kinds, parents) -> Union:
        start, end = self.span()
        return UnionFactory(
            parent=self.random.choice(parents),
            org_type=self.random.choice(kinds),
            founded_on=self.random.choice([start, dt.date(2015, 1, 1)]),
            dissolved_on=end,
            can_register=self.random.random() < 0.7,
            is_holding=self.random.random() < 0.2,
        )

    def _firms(self) -> list[Employer]:
        firms = [self._firm(number) for number in range(9)]
        for firm in firms:
            for _ in range(self.random.randrange(3)):
                employees = self.random.choice([3, 24, 25, 26, 80])
                Headcount.objects.get_or_create(
                    employer=firm, on=self.day(), defaults={"employees": employees}
                )
            self._cover(firm)
        return firms

    def _firm(self, number: int) -> Employer:
        start, end = self.span()
        return Employer.objects.create(
            name=f"试验{number}厂",
            name_key=f"试验{number}厂",
            union=self.random.choice(self.unions),
            opened_on=self.random.choice([None, start]),
            closed_on=end,
        )

    def _cover(self, firm: Employer) -> None:
        day = FIRST
        for _ in range(self.random.randrange(3)):
            start = day + dt.timedelta(days=self.random.randrange(200))
            end = start + dt.timedelta(days=self.random.randrange(1, 300))
            end = self.random.choice([None, end])
            Coverage.objects.create(
                employer=firm, union=self.random.choice(self.unions[3:]), start=start, end=end
            )
            if end is None:
                return
            day = end

    def _people(self, count: int) -> list[Worker]:
        people = Worker.objects.bulk_create([self._person(number) for number in range(count)])
        spells, jobs, documents = [], [], []
        for person in people:
            spells += self._spells(person)
            jobs += self._jobs(person)
            if self.random.random() < 0.8:
                index = person.pk.to_bytes(32, "big")
                documents.append(
                    IdentityDocument(
                        worker=person, doc_type="111", number="1", number_index=index, number_tail="1"
                    )
                )
        Membership.objects.bulk_create(spells)
        Employment.objects.bulk_create(jobs)
        IdentityDocument.objects.bulk_create(documents)
        return people

    def _jobs(self, person: Worker):
        for firm in self.random.sample(self.firms, self.random.randrange(3)):
            start, end = self.span()
            yield Employment(worker=person, employer=firm, start=self.random.choice([None, start]), end=end)

    def _person(self, number: int) -> Worker:
        has_phone = self.random.random() < 0.8
        return Worker(
            name=f"试{number}",
            union=self.random.choice(self.unions),
            sex=self.random.choice(["1", "2", "2", "0"]),
            birth_date=self.random.choice([dt.date(1990, 1, 1), dt.date(1991, 1, 1), None]),
            ethnicity=self.random.choice(["01", "01", "01", ""]),
            education="60",
            skill_level=self.random.choice(["", "L0", "L1", "L2", "L3", "L4", "L6", "L8", "ZX"]),
            political=self.random.choice(["01", "02", "03", "13", ""]),
            employment_status="1",
            household_type="1",
            phone="16000000000" if has_phone else None,
            phone_index=bytes(32) if has_phone else None,
            phone_tail="0000" if has_phone else "",
        )

    def _classes(self) -> list[TrainingClass]:
        by = UserFactory()
        made = TrainingClass.objects.bulk_create(
            TrainingClass(
                union=self.random.choice(self.unions), code=f"R{number}", title=f"试{number}班", kind="SKILL",
                level=self.random.choice(["", "L3"]), starts_on=FIRST, ends_on=FIRST + dt.timedelta(days=DAYS),
                state="running", created_by=by,
            )
            for number in range(5)
        )  # fmt: skip
        for one in made:
            sessions = [
                Session.objects.create(
                    training_class=one, on=self.day(), starts_at=dt.time(8, number), ends_at=dt.time(12),
                    hours=self.random.choice([1, 2.5, 3.5, 4]),
                )
                for number in range(3)
            ]  # fmt: skip
            people = self.random.sample(self.people, len(self.people) // 2)
            rows = Enrolment.objects.bulk_create(
                self._enrolment(one, place, person, by) for place, person in enumerate(people)
            )
            Attendance.objects.bulk_create(
                Attendance(session=session, enrolment=row, noted_by=by)
                for session in sessions
                for row in self.random.sample(rows, len(rows) // 2)
            )
        return made

    def _enrolment(self, training_class, place: int, person: Worker, by) -> Enrolment:
        result = self.random.choice(["passed", "passed", "failed", "absent", ""])
        done, certified = sorted([self.day(), self.day()])
        return Enrolment(
            training_class=training_class, worker=person, union=self.random.choice(self.unions), state="enrolled",
            position=place + 1, result=result, completed_on=done if result in ("passed", "failed") else None,
            certified_on=certified if result == "passed" and self.random.random() < 0.6 else None, enrolled_by=by,
        )  # fmt: skip

    def _certificates(self) -> list[Certificate]:
        by = UserFactory()
        kinds = {"level": Certificate.Kind.LEVEL, "ability": Certificate.Kind.ABILITY}
        rows = []
        for person in self.people:
            for _ in range(self.random.randrange(4)):
                kind = self.random.choice(["level", "level", "level", "ability"])
                issued, until = self.span()
                state = self.random.choice(
                    ["entered", "verified", "verified", "verified", "refused", "revoked"]
                )
                rows.append(
                    Certificate(
                        worker=person,
                        kind=kinds[kind],
                        trade="电工",
                        level=self.random.choice(LEVELS) if kind == "level" else "",
                        number=f"R{len(rows)}",
                        issued_on=issued,
                        valid_until=until,
                        state=state,
                        revoked_on=issued + dt.timedelta(days=30) if state == "revoked" else None,
                        entered_by=by,
                        decided_at=None if state == "entered" else timezone.now(),
                    )
                )
        return Certificate.objects.bulk_create(rows)

    def _permits(self) -> list[Permit]:
        by, rules = UserFactory(), ClockRules()
        cards, reviews = [], []
        for person in self.random.sample(self.people, len(self.people) * 2 // 3):
            issued = self.day() - dt.timedelta(days=self.random.randrange(365 * 8))
            rule = rules.on(issued)
            card = Permit(
                worker=person,
                category=self.random.choice(["01", "02"]),
                issued_on=issued,
                valid_until=rule.end_of(issued),
                long_service=self.random.random() < 0.2,
                entered_by=by,
            )
            life = issued, card.valid_until
            card.first_due = card.due_on = rule.next_due(*life, long_service=card.long_service)
            if self.random.random() < 0.3:
                card.state, card.ended_on = "revoked", issued + dt.timedelta(days=self.random.randrange(2500))
            passed = []
            for after in sorted(self.random.sample(range(1000, 2200), self.random.randrange(3))):
                on, is_passed = issued + dt.timedelta(days=after), self.random.random() < 0.7
                passed += [on] if is_passed else []
                due = rule.next_due(*life, long_service=card.long_service, reviewed=passed)
                card.due_on = due
                reviews.append(
                    PermitReview(permit=card, on=on, passed=is_passed, next_due=due, entered_by=by)
                )
            cards.append(card)
        Permit.objects.bulk_create(cards)
        PermitReview.objects.bulk_create(reviews)
        return cards

    def _spells(self, person: Worker):
        day, change, retained = self.day(0, 300), Change.JOIN, False
        for _ in range(self.random.randrange(4)):
            end = self.random.choice([None, day + dt.timedelta(days=self.random.randrange(1, 200))])
            ending = "" if end is None else self.random.choice(LEAVING)
            if retained and ending == Change.RETAIN:
                ending = Change.TRANSFER_OUT
            yield Membership(
                worker=person,
                union=self.random.choice(self.unions),
                start=day,
                end=end,
                is_retained=retained,
                status=RETAINED if retained else ACTIVE,
                start_change=change,
                end_change=ending,
            )
            if end is None or ending == Change.DEATH:
                return
            retained = ending == Change.RETAIN
            change = Change.RETAIN if retained else self.random.choice([Change.JOIN, Change.TRANSFER_IN])
            day = end if retained else end + dt.timedelta(days=self.random.randrange(60))
