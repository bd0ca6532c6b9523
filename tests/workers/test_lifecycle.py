"""Any sequence of what can be done to memberships, by several people, keeps the roll true.

A machine plays officers of two unions and the town's staff. After every step no spells overlap and today's
positions follow the dated rows; at the end the counts as at any day equal a recount from the change log alone.
"""

import datetime as dt
import itertools
from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import AuditEntry
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from unions.roles import Role
from workers import services
from workers.invariants import INVARIANTS
from workers.models import Change, Employment, Membership, Proposal, Transfer
from workers.positions import differing_positions
from workers.services.deemed import deem_withdrawn, keep_candidate
from workers.services.proposals import cancel, decide, propose, refuse
from workers.services.transfers import (
    accept_transfer,
    refuse_transfer,
    release_transfer,
    start_transfer,
    start_transfer_home,
    withdraw_transfer,
)

FIRST_DAY = dt.date(2021, 7, 1)
PEOPLE = 3

person = st.integers(0, PEOPLE - 1)
user = st.sampled_from(["clerk", "officer", "other"])
place = st.sampled_from(["union", "other", "holding"])
days_ago = st.sampled_from([0, 0, 0, 1, 20])
reason = st.sampled_from(["", "1", "3", "4", "5"])
status = st.sampled_from(["", "30", "31", "32", "33"])
note = st.sampled_from(["", "说明"])
side = st.sampled_from(["", "origin", "destination"])
firm = st.sampled_from([None, "union", "other"])


class Lifecycle(RuleBasedStateMachine):
    """One town with two unions and a holding union, three people, and whatever happens to them."""

    @initialize()
    def found(self):
        self.savepoint = transaction.savepoint()
        town = UnionFactory(org_type=OrgType.TOWN)
        self.places = {
            "union": UnionFactory(parent=town),
            "other": UnionFactory(parent=town),
            "holding": UnionFactory(parent=town, org_type=OrgType.VILLAGE_FEDERATION, is_holding=True),
        }
        self.firms = {name: EmployerFactory(union=self.places[name]) for name in ("union", "other")}
        posts = {"clerk": (Role.TOWN_STAFF, town), "officer": (Role.OFFICER, self.places["union"])}
        posts["other"] = (Role.OFFICER, self.places["other"])
        self.users = {name: PostFactory(role=role, union=union).user for name, (role, union) in posts.items()}
        self.people = [WorkerFactory(employer=self.firms["union"], member=False) for _ in range(PEOPLE)]
        self.day, self.done = FIRST_DAY, 0

    def teardown(self):
        if hasattr(self, "savepoint"):
            self.compare_with_the_log()
            assert [text for _, check in INVARIANTS for text in check()] == []
            transaction.savepoint_rollback(self.savepoint)

    def attempt(self, service, **given):
        """A refusal is an answer like any other; what it leaves behind is the question."""
        try:
            with transaction.atomic():
                service(**given)
                self.done += 1
        except (ValidationError, PermissionDenied):
            pass

    def on(self, days):
        return self.day - dt.timedelta(days=days)

    def proposal(self, index):
        return Proposal.objects.filter(worker=self.people[index]).order_by("-pk").first()

    def transfer(self, index):
        return Transfer.objects.filter(worker=self.people[index]).order_by("-pk").first()

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.day = min(self.day + dt.timedelta(days=days), timezone.localdate())

    @rule(index=person, by=user, where=place, ago=days_ago)
    def apply(self, index, by, where, ago):
        self.attempt(
            propose,
            worker=self.people[index],
            source=Proposal.Source.APPLICATION,
            union=self.places[where],
            on=self.on(ago),
            by=self.users[by],
        )

    @rule(index=person, by=user, change=st.sampled_from(["", "3", "4", "6"]), why=reason, how=status)
    def miss(self, index, by, change, why, how):
        facts = {"change": change, "reason": why, "status": how, "on": self.day}
        source = Proposal.Source.ROLL_CALL
        self.attempt(propose, worker=self.people[index], source=source, by=self.users[by], **facts)

    @rule(index=person, by=user, change=st.sampled_from(["", *Change]), why=reason, ago=days_ago, text=note)
    def decide(self, index, by, change, why, ago, text):
        if found := self.proposal(index):
            facts = {"change": change, "reason": why, "note": text, "on": self.on(ago)}
            self.attempt(decide, proposal=found, by=self.users[by], **facts)

    @rule(index=person, by=user, service=st.sampled_from([refuse, cancel]), text=note)
    def turn_down(self, index, by, service, text):
        if found := self.proposal(index):
            self.attempt(service, proposal=found, note=text, by=self.users[by])

    @rule(
        index=person,
        by=user,
        change=st.sampled_from(list(Change)),
        ago=days_ago,
        why=reason,
        how=status,
        where=place,
        text=note,
    )
    def change(self, index, by, change, ago, why, how, where, text):
        """Join, rejoin, retain, restore, move, withdraw, expel, die."""
        why = "6" if change == Change.EXPEL else why
        self.attempt(
            services.change_membership,
            worker=self.people[index],
            change=change,
            on=self.on(ago),
            reason=why,
            status=how,
            union=self.places[where],
            note=text,
            by=self.users[by],
        )

    @rule(index=person, by=user, where=place, ago=days_ago, confirm=side, text=note)
    def start_transfer(self, index, by, where, ago, confirm, text):
        facts = {"destination": self.places[where], "on": self.on(ago), "confirm": confirm, "note": text}
        self.attempt(start_transfer, worker=self.people[index], reason="1", by=self.users[by], **facts)

    @rule(index=person, by=user)
    def send_home(self, index, by):
        self.attempt(start_transfer_home, worker=self.people[index], by=self.users[by])

    @rule(index=person, by=user, text=note, work=firm)
    def accept(self, index, by, text, work):
        if found := self.transfer(index):
            employer = self.firms.get(work)
            self.attempt(accept_transfer, transfer=found, note=text, employer=employer, by=self.users[by])

    @rule(
        index=person,
        by=user,
        service=st.sampled_from([release_transfer, release_transfer, refuse_transfer, withdraw_transfer]),
        text=note,
    )
    def answer(self, index, by, service, text):
        if found := self.transfer(index):
            self.attempt(service, transfer=found, note=text, by=self.users[by])

    @rule(index=person, by=user, months=st.integers(5, 8), ago=days_ago)
    def deem(self, index, by, months, ago):
        facts = {"on": self.on(ago), "months": months, "persuaded_on": self.on(20), "persuaded_by": "试主席"}
        self.attempt(deem_withdrawn, worker=self.people[index], by=self.users[by], **facts)

    @rule(index=person, by=user, text=note)
    def keep(self, index, by, text):
        self.attempt(keep_candidate, worker=self.people[index], note=text, by=self.users[by])

    @rule(index=person, by=user, work=st.sampled_from(["union", "other"]), ago=days_ago)
    def take_a_job(self, index, by, work, ago):
        self.attempt(
            services.start_employment,
            worker=self.people[index],
            employer=self.firms[work],
            start=self.on(ago),
            by=self.users[by],
        )

    @rule(index=person, by=user, ago=days_ago)
    def leave_a_job(self, index, by, ago):
        job = Employment.objects.filter(worker=self.people[index], end=None).first()
        if job:
            self.attempt(services.end_employment, employment=job, end=self.on(ago), by=self.users[by])

    @invariant()
    def no_two_memberships_at_once(self):
        for worker in getattr(self, "people", ()):
            rows = Membership.objects.filter(worker=worker).order_by("start")
            for earlier, later in itertools.pairwise(rows):
                assert earlier.end is not None
                assert earlier.start < earlier.end <= later.start

    @invariant()
    def positions_follow(self):
        if hasattr(self, "people"):
            assert differing_positions([worker.pk for worker in self.people]) == []

    def compare_with_the_log(self):
        entries = list(AuditEntry.objects.filter(action="workers.membership").order_by("pk"))
        turns = {dt.date.fromisoformat(entry.details["on"]) for entry in entries}
        days = {day + dt.timedelta(days=shift) for day in turns for shift in (-1, 0, 1)}
        for day in days | {timezone.localdate()}:
            spells = Membership.objects.on(day).values_list("union", "is_retained")
            assert Counter(spells) == recount(entries, day), day
            voters = Counter(Membership.objects.voters(day).values_list("union", flat=True))
            active = Counter({union: n for (union, kept), n in recount(entries, day).items() if not kept})
            assert voters == active, day


def recount(entries, day):
    """Members of each union on the day, (union, retained) → number, told by nothing but the change log.

    Whatever was last said about a person up to the day holds: where the change led, or nowhere.
    """
    standing = {}
    for entry in entries:
        if dt.date.fromisoformat(entry.details["on"]) <= day:
            standing[entry.object_id] = entry.details
    return Counter(
        (said["to"], said.get("retained", False)) for said in standing.values() if said.get("to") is not None
    )


def test_any_sequence_of_operations_keeps_the_roll_true(db):
    run_state_machine_as_test(
        Lifecycle, settings=settings(max_examples=20, stateful_step_count=40, deadline=None)
    )
