"""Any sequence of what can be done to memberships, by several people, keeps the roll true.

A machine plays officers of two unions and the town's staff. After every step no spells overlap and today's
positions follow the dated rows; at the end the counts as at any day equal a recount from the change log alone.
"""

import datetime as dt
import itertools
import random
from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import event, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

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
PEOPLE, BUSY = 2, 40

# Mostly whoever may do it, so that business goes on; sometimes anybody.
ACTORS = ["right"] * 7 + ["clerk", "officer", "other"]
PLACES, HOMES = ["union", "other", "holding"], [None, None, None, "union", "other", "holding"]
AGO, NOTES = [0, 0, 0, 0, 1, 20], ["说明", "说明", "说明", ""]
REASONS, STATUSES = ["5", "1", "3", "4", ""], ["30", "31", "32", "33", ""]
SIDES, FIRMS = ["", "origin", "destination"], [None, None, "union", "other"]
EVERYBODY = {"index": range(PEOPLE), "by": ACTORS}
# What each operation may be given; a blank change is the one that was proposed.
OPERATIONS = {
    "apply": EVERYBODY | {"where": HOMES, "ago": AGO},
    "miss": EVERYBODY | {"change": ["", "3", "4", "6"], "why": REASONS, "how": STATUSES},
    "decide": {"by": ACTORS, "change": ["", "", "", *Change], "why": REASONS, "ago": AGO, "text": NOTES},
    "turn_down": {"by": ACTORS, "service": [refuse, cancel], "text": NOTES},
    "change": EVERYBODY
    | {"change": ["likely"] * 5 + list(Change), "turn": range(6), "ago": AGO, "why": REASONS}
    | {"how": STATUSES, "where": HOMES, "text": NOTES},
    "start_transfer": EVERYBODY | {"where": PLACES, "ago": AGO, "confirm": SIDES, "text": NOTES},
    "send_home": EVERYBODY,
    "accept": {"by": ACTORS, "text": NOTES, "work": FIRMS},
    "release": {"by": ACTORS, "text": NOTES},
    "end_transfer": {"by": ACTORS, "service": [refuse_transfer, withdraw_transfer], "text": NOTES},
    "deem": EVERYBODY | {"months": [6, 8, 5], "ago": AGO},
    "keep": EVERYBODY | {"text": NOTES},
    "take_a_job": EVERYBODY | {"work": ["union", "other"], "ago": AGO},
    "leave_a_job": EVERYBODY | {"ago": AGO},
}
# Those that make long stories come more often.
OFTEN = [*OPERATIONS, *["change", "start_transfer", "accept", "accept", "release", "decide"] * 2]


def any_of(name):
    """A rule that gives the operation of this name any of its values."""
    return rule(**{key: st.sampled_from(list(values)) for key, values in OPERATIONS[name].items()})


class Lifecycle(RuleBasedStateMachine):
    """One town with two unions and a holding union, three people, and whatever happens to them."""

    @initialize(seed=st.integers(0, 10**9))
    def found(self, seed):
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
        self.day = FIRST_DAY
        for worker in self.people[1:]:
            clerk = self.users["clerk"]
            services.change_membership(worker=worker, change=Change.JOIN, on=FIRST_DAY, by=clerk)

        self.live(random.Random(seed))

    def live(self, dice):
        """Begin with operations drawn by a seed: a longer story than the machine composes by itself."""
        for _ in range(BUSY):
            name = dice.choice(OFTEN)
            getattr(self, name)(**{key: dice.choice(list(of)) for key, of in OPERATIONS[name].items()})
            self.no_two_memberships_at_once()
            self.positions_follow()

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
            event(f"done: {service.__name__}")
        except (ValidationError, PermissionDenied):
            pass

    def on(self, days):
        """The next day, or one before: every step happens on a day of its own."""
        self.day = min(self.day + dt.timedelta(days=1), timezone.localdate())
        return self.day - dt.timedelta(days=days)

    def who(self, by, union):
        """The user meant: by name, or the one who keeps the union's roll."""
        keepers = {self.places["union"].pk: "officer", self.places["other"].pk: "other"}
        return self.users[keepers.get(union.pk, "clerk") if by == "right" else by]

    def keeper(self, by, index):
        self.people[index].refresh_from_db()
        return self.who(by, self.people[index].union)

    def proposal(self):
        """The oldest that is open, or one that is over."""
        return Proposal.objects.open().order_by("pk").first() or Proposal.objects.order_by("-pk").first()

    def transfer(self):
        """The oldest that is pending, or one that is over."""
        return Transfer.objects.pending().order_by("pk").first() or Transfer.objects.order_by("-pk").first()

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.day = min(self.day + dt.timedelta(days=days), timezone.localdate())

    @any_of("apply")
    def apply(self, index, by, where, ago):
        self.attempt(
            propose,
            worker=self.people[index],
            source=Proposal.Source.APPLICATION,
            union=self.places.get(where),
            on=self.on(ago),
            by=self.keeper(by, index),
        )

    @any_of("miss")
    def miss(self, index, by, change, why, how):
        facts = {"change": change, "reason": why, "status": how, "on": self.on(0)}
        source = Proposal.Source.ROLL_CALL
        self.attempt(propose, worker=self.people[index], source=source, by=self.keeper(by, index), **facts)

    @any_of("decide")
    def decide(self, by, change, why, ago, text):
        if found := self.proposal():
            facts = {"change": change, "reason": why, "note": text, "on": self.on(ago)}
            self.attempt(decide, proposal=found, by=self.who(by, found.union), **facts)

    @any_of("turn_down")
    def turn_down(self, by, service, text):
        if found := self.proposal():
            self.attempt(service, proposal=found, note=text, by=self.who(by, found.union))

    @any_of("change")
    def change(self, index, by, change, turn, ago, why, how, where, text):
        """Join, rejoin, retain, restore, move, withdraw, expel, die."""
        if change == "likely":
            offered = self.offered(index)
            change = offered[turn % len(offered)]
        self.attempt(
            services.change_membership,
            worker=self.people[index],
            change=change,
            on=self.on(ago),
            reason="6" if change == Change.EXPEL else why,
            status=how,
            union=self.places.get(where),
            note=text,
            by=self.keeper(by, index),
        )

    def offered(self, index):
        running = Membership.objects.filter(worker=self.people[index], end=None).first()
        if running is None:
            return [Change.JOIN, Change.TRANSFER_IN]
        if running.is_retained:
            return [Change.TRANSFER_IN, Change.TRANSFER_IN, Change.WITHDRAW]
        return [
            Change.RETAIN,
            Change.RETAIN,
            Change.WITHDRAW,
            Change.TRANSFER_OUT,
            Change.EXPEL,
            Change.DEATH,
        ]

    @any_of("start_transfer")
    def start_transfer(self, index, by, where, ago, confirm, text):
        facts = {"destination": self.places[where], "on": self.on(ago), "confirm": confirm, "note": text}
        worker, user = self.people[index], self.keeper(by, index)
        self.attempt(start_transfer, worker=worker, reason="1", by=user, **facts)

    @any_of("send_home")
    def send_home(self, index, by):
        self.attempt(start_transfer_home, worker=self.people[index], by=self.keeper(by, index))

    @any_of("accept")
    def accept(self, by, text, work):
        if found := self.transfer():
            user, employer = self.who(by, found.destination), self.firms.get(work)
            self.attempt(accept_transfer, transfer=found, note=text, employer=employer, by=user)

    @any_of("release")
    def release(self, by, text):
        if found := self.transfer():
            self.attempt(release_transfer, transfer=found, note=text, by=self.who(by, found.origin))

    @any_of("end_transfer")
    def end_transfer(self, by, service, text):
        if found := self.transfer():
            side = found.destination if service == refuse_transfer else found.origin
            self.attempt(service, transfer=found, note=text, by=self.who(by, side))

    @any_of("deem")
    def deem(self, index, by, months, ago):
        facts = {"on": self.on(ago), "months": months, "persuaded_on": FIRST_DAY, "persuaded_by": "试主席"}
        self.attempt(deem_withdrawn, worker=self.people[index], by=self.keeper(by, index), **facts)

    @any_of("keep")
    def keep(self, index, by, text):
        self.attempt(keep_candidate, worker=self.people[index], note=text, by=self.keeper(by, index))

    @any_of("take_a_job")
    def take_a_job(self, index, by, work, ago):
        self.attempt(
            services.start_employment,
            worker=self.people[index],
            employer=self.firms[work],
            start=self.on(ago),
            by=self.keeper(by, index),
        )

    @any_of("leave_a_job")
    def leave_a_job(self, index, by, ago):
        job = Employment.objects.filter(worker=self.people[index], end=None).first()
        if job:
            self.attempt(services.end_employment, employment=job, end=self.on(ago), by=self.keeper(by, index))

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
        Lifecycle, settings=settings(max_examples=20, stateful_step_count=12, deadline=None)
    )
