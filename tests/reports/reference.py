"""The indicators once more, slowly: plain loops over all rows, written from the definitions and nothing else."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from tests.training.safety_reference import plain_new_staff
from tests.training.walking import walked
from training.models import (
    Agreement,
    Attendance,
    Certificate,
    Enrolment,
    KeyPost,
    KeyPostHolder,
    Permit,
    PermitReview,
    SafetyProfile,
    SubsidyClaim,
    TrainingBase,
)
from training.rules.permit_clock import ClockRule
from unions.models import Coverage, Employer, Headcount, LegalRegistration, Term, Union
from workers.models import Employment, IdentityDocument, Membership, Worker

COMMITTEES = {"31", "32"}
FEDERATIONS = {"10", "21", "22", "23"}


def holds(start, end, day) -> bool:
    return (start is None or start <= day) and (end is None or day < end)


class Reference:
    """All rows in memory; ``scope`` is a set of union ids or None for the town."""

    def __init__(self, scope, first: dt.date, last: dt.date, least: int = 25):
        self.scope, self.first, self.day, self.least = scope, first, last, least
        self.unions = {union.pk: union for union in Union.objects.all()}
        self.coverages = list(Coverage.objects.all())
        self.headcounts = list(Headcount.objects.all())
        self.spells = list(Membership.objects.all())
        self.jobs = list(Employment.objects.all())
        self.people = list(Worker.objects.all())
        self.certificates = list(Certificate.objects.all())
        self.permits, self.reviews = list(Permit.objects.all()), list(PermitReview.objects.all())
        self.agreements = {row.pk: row for row in Agreement.objects.all()}
        self.enrolments = list(Enrolment.objects.select_related("training_class"))
        self.claims = list(SubsidyClaim.objects.select_related("certificate"))
        self.notes = list(Attendance.objects.select_related("session__training_class", "enrolment"))
        self.key_posts = {row.pk: row for row in KeyPost.objects.all()}
        self.holders, self.bases = list(KeyPostHolder.objects.all()), list(TrainingBase.objects.all())
        self.firms = {firm.pk: firm for firm in Employer.objects.all()}

    def inside(self, union_id) -> bool:
        return self.scope is None or union_id in self.scope

    def covering(self, firm_id, day=None):
        found = [
            row.union_id
            for row in self.coverages
            if row.employer_id == firm_id and holds(row.start, row.end, day or self.day)
        ]
        return found[0] if found else None

    def place_of_firm(self, firm) -> int:
        covering = self.covering(firm.pk)
        return firm.union_id if covering is None else covering

    def employees(self, firm) -> int | None:
        declared = [row for row in self.headcounts if row.employer_id == firm.pk and row.on <= self.day]
        return max(declared, key=lambda row: row.on).employees if declared else None

    def trading(self):
        for firm in self.firms.values():
            if holds(firm.opened_on, firm.closed_on, self.day) and self.inside(self.place_of_firm(firm)):
                yield firm

    def covered(self) -> list:
        return [firm for firm in self.trading() if self.covering(firm.pk) is not None]

    def active_spells(self, day=None) -> list:
        return [
            row
            for row in self.spells
            if not row.is_retained
            and holds(row.start, row.end, day or self.day)
            and self.inside(row.union_id)
        ]

    def at_work(self) -> list:
        return [person for person in self.people if (place := self._place(person)) and self.inside(place)]

    def _place(self, person):
        for row in self.spells:
            if row.worker_id == person.pk and not row.is_retained and holds(row.start, row.end, self.day):
                return row.union_id
        jobs = [j for j in self.jobs if j.worker_id == person.pk and holds(j.start, j.end, self.day)]
        if not jobs:
            return None
        newest = max(jobs, key=lambda job: (job.start or dt.date.min, job.pk))
        return self.place_of_firm(self.firms[newest.employer_id])

    def a1(self):
        due = [
            firm
            for firm in self.trading()
            if self.covering(firm.pk) is not None or (self.employees(firm) or 0) >= self.least
        ]
        return sum(self.covering(firm.pk) is not None for firm in due), len(due)

    def existing(self):
        for union in self.unions.values():
            if self.inside(union.pk) and holds(union.founded_on, union.dissolved_on, self.day):
                yield union

    def a4(self):
        bodies = [union.pk for union in self.existing() if union.org_type in COMMITTEES]
        in_term = {term.union_id for term in Term.objects.all() if holds(term.start, term.end, self.day)}
        return sum(body in in_term for body in bodies), len(bodies)

    def a5(self):
        able = [u.pk for u in self.existing() if u.can_register and u.org_type in COMMITTEES | FEDERATIONS]
        valid = {r.union_id for r in LegalRegistration.objects.all() if holds(r.start, r.end, self.day)}
        return sum(union in valid for union in able), len(able)

    def r1(self):
        firms = self.covered()
        return sum(self.employees(firm) is not None for firm in firms), len(firms)

    def a2(self):
        covered = {
            firm.pk
            for firm in self.firms.values()
            if holds(firm.opened_on, firm.closed_on, self.day) and self.covering(firm.pk) is not None
        }
        working = {
            job.worker_id
            for job in self.jobs
            if job.employer_id in covered and holds(job.start, job.end, self.day)
        }
        members = [
            row
            for row in self.active_spells()
            if row.worker_id in working and not self.unions[row.union_id].is_holding
        ]
        return len(members), sum(self.employees(firm) or 0 for firm in self.covered())

    def a3(self):
        documented = {row.worker_id for row in IdentityDocument.objects.all() if row.is_current}
        people = {person.pk: person for person in self.people}
        rows = [people[row.worker_id] for row in self.active_spells()]
        return sum(_complete(person, documented) for person in rows), len(rows)

    def b1(self):
        people = self.at_work()
        return sum(person.political in {"01", "02"} for person in people), len(people)

    def level(self, person) -> int:
        """The highest rung of the person's certificates that the town verified and that hold on the day."""
        rungs = [0]
        for row in self.certificates:
            is_known = row.state == "verified" or (row.state == "revoked" and self.day < row.revoked_on)
            is_in_time = row.issued_on <= self.day and (
                row.valid_until is None or self.day <= row.valid_until
            )
            if row.worker_id == person.pk and is_known and is_in_time and row.level:
                rungs.append(int(row.level[1:]))
        return max(rungs)

    def c1(self):
        people = self.at_work()
        return sum(self.level(person) >= 2 for person in people), len(people)

    def c2(self):
        people = [person for person in self.at_work() if self.level(person) >= 2]
        return sum(self.level(person) >= 4 for person in people), len(people)

    def due(self, card) -> dt.date:
        """What was due next of a card as the day knew it, by a walk through its life."""
        days = [row.on for row in self.reviews if row.permit_id == card.pk and row.passed]
        days = [on for on in days if on <= self.day]
        return walked(card.issued_on, card.valid_until, ClockRule(6, 3, 6, 60), card.long_service, days)

    def in_use(self) -> list:
        return [card for card in self.permits if holds(card.issued_on, card.ended_on, self.day)]

    def c8(self):
        """Expired or unreviewed cards of people at work."""
        people = {person.pk for person in self.at_work()}
        cards = [card for card in self.in_use() if card.worker_id in people]
        return sum(self.due(card) < self.day for card in cards), None

    def meets(self, person, post) -> bool:
        """The person has on the day the level and the permit that the post asks."""
        permits = [c for c in self.in_use() if c.worker_id == person.pk and self.day <= self.due(c)]
        has_level = not post.required_level or self.level(person) >= int(post.required_level[1:])
        return has_level and (
            not post.permit_category or post.permit_category in {card.category for card in permits}
        )

    def posts_held(self, person) -> list:
        rows = [row for row in self.holders if row.worker_id == person.pk]
        return [self.key_posts[row.key_post_id] for row in rows if holds(row.start, row.end, self.day)]

    def c3(self):
        asked = {}
        for person in self.at_work():
            posts = [p for p in self.posts_held(person) if p.required_level or p.permit_category]
            if posts:
                asked[person.pk] = all(self.meets(person, post) for post in posts)
        return sum(asked.values()), len(asked)

    def c20(self):
        posts = {
            post.pk: post
            for post in self.key_posts.values()
            if post.is_key and holds(post.start, post.end, self.day) and self.inside(post.union_id)
        }
        everybody = [person for person in self.people if self._place(person)]
        skilled = [person for person in everybody if self.level(person) >= 4]
        high = sum(post.pk in posts for person in skilled for post in self.posts_held(person))
        return high, sum(post.seats for post in posts.values())

    def c14(self):
        rows = [row for row in self.bases if holds(row.recognised_on, row.withdrawn_on, self.day)]
        return sum(self.inside(row.union_id) for row in rows), None

    def c15(self):
        rows = [row for row in self.completed() if row.training_class.base_id]
        return sum(self.inside(row.union_id) for row in rows), None

    def c9(self):
        """New staff of the period with the hours and levels at the cut-off."""
        profiles = list(SafetyProfile.objects.all())
        rows = (self.jobs, self.firms, profiles, self.notes, self.enrolments)
        found = plain_new_staff(*rows, self.first, self.day)
        places = {job.pk: self.place_of_firm(self.firms[job.employer_id]) for job in self.jobs}
        own = [facts for key, facts in found.items() if self.inside(places[key])]
        return sum(attended >= asked and not missing for asked, attended, missing in own), len(own)

    def completed(self) -> list:
        """Enrolments of the whole town that were completed within the period."""
        return [
            row
            for row in self.enrolments
            if row.state == "enrolled"
            and row.result in {"passed", "failed"}
            and self.first <= row.completed_on <= self.day
        ]

    def c4(self):
        trained = {row.worker_id for row in self.completed()}
        people = self.at_work()
        return sum(person.pk in trained for person in people), len(people)

    def c27(self):
        taught = {row.worker_id for row in self.completed() if row.training_class.kind == "ETHIC"}
        people = self.at_work()
        return sum(person.pk in taught for person in people), len(people)

    def c5(self):
        return sum(self.inside(row.union_id) for row in self.completed()), None

    def trained(self) -> dict:
        """People who completed a class in the period → the union of the latest enrolment."""
        rows = sorted(self.completed(), key=lambda row: (row.completed_on, row.pk))
        return {row.worker_id: row.union_id for row in rows}

    def c5p(self):
        return sum(self.inside(union) for union in self.trained().values()), None

    def c5h(self):
        total = 0
        for row in self.enrolments:
            hours = sum(
                note.session.hours
                for note in self.notes
                if note.enrolment_id == row.pk and self.first <= note.session.on <= self.day
            )
            if self.inside(row.union_id):
                total += int(hours + Decimal("0.5"))
        return total, None

    def c13(self):
        return self.c5h()[0], len(self.at_work())

    def c6(self):
        rows = [row for row in self.completed() if row.training_class.level and self.inside(row.union_id)]
        return sum(row.certified_on is not None and row.certified_on <= self.day for row in rows), len(rows)

    def paid(self) -> list:
        """Claims of the whole town that were paid within the period."""
        return [row for row in self.claims if row.paid_on and self.first <= row.paid_on <= self.day]

    def c7(self):
        return sum(row.amount for row in self.paid() if self.inside(row.union_id)), None

    def c7n(self):
        return sum(self.inside(row.union_id) for row in self.paid()), None

    def c7s(self):
        paid = {row.certificate.worker_id for row in self.paid()}
        trained = [person for person, union in self.trained().items() if self.inside(union)]
        return sum(person in paid for person in trained), len(trained)

    def c10(self):
        found = 0
        for row in self.agreements.values():
            last = row.ended_on - dt.timedelta(days=1) if row.ended_on else row.ends_on
            begun = max(row.signed_on, row.starts_on) <= self.day
            found += begun and (last is None or last >= self.day) and self.inside(row.union_id)
        return found, None

    def _had_place(self, row) -> bool:
        if row.state == "enrolled":
            return row.result != "absent"
        if row.state == "waiting" or timezone.localdate(row.withdrawn_at) <= self.day:
            return False
        was_promoted = row.promoted_at is not None and timezone.localdate(row.promoted_at) <= self.day
        capacity = row.training_class.capacity
        return was_promoted or capacity is None or row.position <= capacity

    def _people(self, rows) -> int:
        latest = {row.worker_id: row.union_id for row in rows}
        return sum(self.inside(union) for union in latest.values())

    def c11(self):
        rows = []
        for row in self.enrolments:
            held = row.training_class
            agreement = self.agreements.get(held.agreement_id)
            runs = held.state in {"running", "finished"} and held.starts_on <= self.day
            is_order = agreement is not None and agreement.mode == "ORDER"
            if is_order and runs and held.ends_on >= self.first and self._had_place(row):
                rows.append(row)
        return self._people(sorted(rows, key=lambda row: (row.training_class.starts_on, row.pk))), None

    def c12(self):
        rows = [row for row in self.completed() if row.training_class.agreement_id]
        return self._people(sorted(rows, key=lambda row: (row.completed_on, row.pk))), None

    def movements(self) -> dict[str, int]:
        rows = [row for row in self.spells if not row.is_retained and self.inside(row.union_id)]
        begun = [row.start_change for row in rows if self.first <= row.start <= self.day]
        ended = [row.end_change for row in rows if row.end and self.first <= row.end <= self.day]
        return {
            "M1": len(self.active_spells(self.first - dt.timedelta(days=1))),
            "M2": begun.count("1"),
            "M3": begun.count("2") + begun.count("3"),
            "M4": ended.count("3"),
            "M5": ended.count("4"),
            "M6": ended.count("5"),
            "M7": ended.count("6"),
            "M8": ended.count("9"),
            "M9": len(self.active_spells()),
            "M10": sum(
                row.is_retained and holds(row.start, row.end, self.day) and self.inside(row.union_id)
                for row in self.spells
            ),
        }


def _complete(person, documented) -> bool:
    filled = (person.ethnicity, person.education, person.skill_level, person.employment_status)
    return (
        all((*filled, person.household_type, person.birth_date, person.phone_index))
        and person.sex in {"1", "2"}
        and person.pk in documented
    )
