"""The indicators once more, slowly: plain loops over all rows, written from the definitions and nothing else."""

import datetime as dt
from decimal import Decimal

from tests.training.walking import walked
from training.models import Attendance, Certificate, Enrolment, Permit, PermitReview
from training.permit_clock import ClockRule
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
        self.enrolments = list(Enrolment.objects.select_related("training_class"))
        self.notes = list(Attendance.objects.select_related("session"))
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

    def c8(self):
        """Expired or unreviewed cards of people at work, by a walk through the life of each."""
        rule, found = ClockRule(6, 3, 6, 60), 0
        people = {person.pk for person in self.at_work()}
        for card in self.permits:
            reviewed = [row.on for row in self.reviews if row.permit_id == card.pk and row.passed]
            due = walked(
                card.issued_on,
                card.valid_until,
                rule,
                card.long_service,
                [on for on in reviewed if on <= self.day],
            )
            found += (
                card.worker_id in people and holds(card.issued_on, card.ended_on, self.day) and due < self.day
            )
        return found, None

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

    def c5(self):
        return sum(self.inside(row.union_id) for row in self.completed()), None

    def c5p(self):
        latest = {}
        for row in sorted(self.completed(), key=lambda row: (row.completed_on, row.pk)):
            latest[row.worker_id] = row.union_id
        return sum(self.inside(union) for union in latest.values()), None

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

    def c6(self):
        rows = [row for row in self.completed() if row.training_class.level and self.inside(row.union_id)]
        return sum(row.certified_on is not None and row.certified_on <= self.day for row in rows), len(rows)

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
