"""A random small town of dated rows, written in bulk; the same seed gives the same town."""

import datetime as dt
import random

from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.providers import AgreementFactory
from tests.factories.subsidies import ClaimFactory, RateFactory
from tests.factories.unions import UnionFactory
from training.models import (
    LEVELS,
    Agreement,
    Attendance,
    Certificate,
    Enrolment,
    KeyPost,
    KeyPostHolder,
    Permit,
    PermitReview,
    SafetyProfile,
    Session,
    SubsidyClaim,
    TrainingBase,
    TrainingClass,
)
from training.rules.permit_clock import ClockRules
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
        self.bases = self._bases()
        self.agreements = self._agreements()
        self.classes = self._classes()
        self.claims = self._claims()
        self.rules = self._rules()
        self.key_posts = self._key_posts()

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
            industry=self.random.choice(["C", "F", ""]),
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

    def _bases(self) -> list[TrainingBase]:
        by, rows = UserFactory(), []
        for number in range(3):
            start, end = self.span()
            base = TrainingBase(
                union=self.random.choice(self.unions), name=f"试{number}基地", level="T", host="试验学校",
                recognised_on=start, recognised_by="试验镇", withdrawn_on=end, entered_by=by,
                withdrawal_note="不再承担" if end else "",
            )  # fmt: skip
            rows.append(base)
        return TrainingBase.objects.bulk_create(rows)

    def _key_posts(self) -> list[KeyPost]:
        """Posts that ask for a level, a permit, both or neither, each with people who come and go."""
        by, posts, holders = UserFactory(), [], []
        for number in range(14):
            start, end = self.span()
            level, category = self.random.choice([("L3", ""), ("L5", ""), ("", "01"), ("L2", "02"), ("", "")])
            post = KeyPost(
                union=self.random.choice(self.unions), title=f"试{number}岗", required_level=level,
                permit_category=category, is_key=not (level or category) or self.random.random() < 0.6,
                seats=self.random.randrange(4, 8), start=start, end=end, entered_by=by,
            )  # fmt: skip
            posts.append(post)
            last = end or start + dt.timedelta(days=DAYS)
            for person in self.random.sample(self.people, 4):
                since = start + dt.timedelta(days=self.random.randrange((last - start).days))
                until = since + dt.timedelta(days=self.random.randrange(1, 300))
                until = min(until, last) if end else self.random.choice([None, until])
                holders.append(
                    KeyPostHolder(key_post=post, worker=person, start=since, end=until, entered_by=by)
                )
        KeyPost.objects.bulk_create(posts)
        KeyPostHolder.objects.bulk_create(holders)
        return posts

    def _agreements(self) -> list[Agreement]:
        return [
            AgreementFactory(
                union=self.random.choice(self.unions), mode=mode, starts_on=start, signed_on=self.day(),
                ends_on=end, **self._early_end(start, end),
            )
            for mode in ("ORDER", "ORDER", "APPRENTICE", "BASE")
            for start, end in [self.span()]
        ]  # fmt: skip

    def _early_end(self, start: dt.date, end: dt.date | None) -> dict:
        """Some of those with an end ended half-way."""
        if end is None or self.random.random() < 0.5:
            return {}
        return {"ended_on": start + (end - start) / 2, "end_note": "试验终止"}

    def _classes(self) -> list[TrainingClass]:
        by = UserFactory()
        spans = [sorted([self.day(), self.day()]) for _ in range(5)]
        made = TrainingClass.objects.bulk_create(
            TrainingClass(
                union=self.random.choice(self.unions), code=f"R{number}", title=f"试{number}班",
                kind=("SKILL", "SKILL", "ETHIC", "SAFETY", "SAFETY")[number], safety_level=("", "", "", "plant", "team")[number],
                base=[*self.bases, None, None][number],
                level=self.random.choice(["", "L3"]), starts_on=start, ends_on=end, created_by=by,
                agreement=self.random.choice([None, *self.agreements]), capacity=self.random.choice([None, 10]),
                state=self.random.choice(["running", "running", "finished", "open"]),
            )
            for number, (start, end) in enumerate(spans)
        )  # fmt: skip
        for one in made:
            sessions = [
                Session.objects.create(
                    training_class=one, on=self.day(), starts_at=dt.time(8, number), ends_at=dt.time(12),
                    hours=self.random.choice([1, 2.5, 3.5, 4, 24]),
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

    def _rules(self) -> list[SafetyProfile]:
        by = UserFactory()
        return SafetyProfile.objects.bulk_create(
            SafetyProfile(
                employer=firm, risk=self.random.choice(["HIGH", "ORDINARY"]), start=start, end=end, source="试",
                three_levels=self.random.random() < 0.3, entered_by=by,
            )
            for firm, (start, end) in ((firm, self.span()) for firm in self.firms[::2])
        )  # fmt: skip

    def _enrolment(self, training_class, place: int, person: Worker, by) -> Enrolment:
        result = self.random.choice(["passed", "passed", "failed", "absent", "", "left"])
        if result == "left":
            return self._withdrawn(training_class, place, person, by)
        done, certified = sorted([self.day(), self.day()])
        return Enrolment(
            training_class=training_class, worker=person, union=self.random.choice(self.unions), state="enrolled",
            position=place + 1, result=result, completed_on=done if result in ("passed", "failed") else None,
            certified_on=certified if result == "passed" and self.random.random() < 0.6 else None, enrolled_by=by,
        )  # fmt: skip

    def _withdrawn(self, training_class, place: int, person: Worker, by) -> Enrolment:
        noon = dt.time(12, tzinfo=dt.UTC)
        moved, left = sorted(dt.datetime.combine(self.day(), noon) for _ in range(2))
        return Enrolment(
            training_class=training_class, worker=person, union=self.random.choice(self.unions), state="withdrawn",
            position=place + 1, withdrawn_at=left, promoted_at=self.random.choice([None, moved]), enrolled_by=by,
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

    def _claims(self) -> list[SubsidyClaim]:
        """Claims in every state; which certificate they are for does not matter to figures."""
        by, rate = UserFactory(), RateFactory(level="L3", base=1000)
        states = ["claimed", "approved", "refused", "withdrawn", "paid", "paid", "paid"]
        claims = []
        for certificate in self.random.sample(self.certificates, len(self.certificates) // 2):
            state = self.random.choice(states)
            claims.append(
                ClaimFactory.build(
                    certificate=certificate, union=self.random.choice(self.unions), rate=rate, claimed_by=by,
                    base=self.random.randrange(1000, 3000), state=state, claimed_on=FIRST,
                    paid_on=self.day() if state == "paid" else None,
                )
            )  # fmt: skip
        return SubsidyClaim.objects.bulk_create(claims)

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
