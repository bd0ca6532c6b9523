"""Whether a certificate may be subsidised, against a slow plain reference: loops over all rows, no queries."""

import calendar
import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories.accounts import UserFactory
from tests.factories.subsidies import ClaimFactory, LimitFactory, RateFactory, ShortageFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate, ShortageTrade, SubsidyClaim, SubsidyLimit, SubsidyRate
from training.queries.subsidies import YEARLY, claimable, examined, limit_on
from training.rules.subsidies import amount_of, check_of

TODAY = dt.date(2026, 3, 31)
LONG_AGO = dt.date(2020, 1, 1)
# Days whose months end on the day of the claim, just before and just after it, some at the end of a short month.
ISSUED = [
    *(
        dt.date(2025, 3, 31),
        dt.date(2025, 3, 30),
        dt.date(2025, 2, 28),
        dt.date(2025, 8, 31),
        dt.date(2026, 2, 28),
    ),
    *(dt.date(2024, 2, 29), dt.date(2026, 3, 31), dt.date(2025, 12, 31)),
]
DAYS = st.sampled_from(ISSUED)
STARTS = st.sampled_from([LONG_AGO, LONG_AGO, LONG_AGO, *ISSUED])
SPANS = st.tuples(STARTS, st.sampled_from([None, None, *ISSUED])).filter(
    lambda span: span[1] is None or span[0] < span[1]
)
TRADES, LEVELS = st.sampled_from(["电工", "电工", "焊工"]), st.sampled_from(["", "L4", "L4"])
RATES = st.tuples(
    st.sampled_from(["L4", "L4", "ZX"]),
    st.sampled_from(["", "", "电工"]),
    SPANS,
    st.integers(1, 5000),
    st.integers(0, 60),
)
LIMITS = st.tuples(st.just("deadline"), STARTS, st.sampled_from([None, 1, 7, 12, 12, 13])) | st.tuples(
    st.just("yearly"),
    st.sampled_from([LONG_AGO, TODAY, dt.date(2026, 4, 1)]),
    st.sampled_from([None, 1, 1, 2]),
)
STATES = st.sampled_from(["verified"] * 6 + ["entered", "refused", "revoked"])
CLAIMS = st.tuples(
    st.integers(0, 15),
    st.sampled_from(["claimed", "approved", "paid", "refused", "withdrawn"]),
    st.sampled_from([dt.date(2025, 12, 31), dt.date(2026, 1, 1), TODAY]),
)

towns = st.fixed_dictionaries(
    {
        "rates": st.lists(RATES, min_size=1, max_size=6),
        "shortages": st.lists(st.tuples(TRADES, SPANS), max_size=3),
        "limits": st.lists(LIMITS, max_size=4, unique_by=lambda limit: limit[:2]),
        "certificates": st.lists(
            st.tuples(st.integers(0, 3), LEVELS, TRADES, DAYS, STATES), min_size=8, max_size=16
        ),
        "claims": st.lists(CLAIMS, max_size=10),
    }
)


def holds(span, day):
    return span[0] <= day and (span[1] is None or day < span[1])


def overlap(one, other):
    days = {*one, *other} - {None}
    return any(holds(one, day) and holds(other, day) for day in days)


def months_after(day, months):
    """One month at a time, then back to the last day that there is."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def limit_of(limits, kind, day):
    """(was anything said, the value)."""
    known = sorted((start, value) for one, start, value in limits if one == kind and start <= day)
    return (True, known[-1][1]) if known else (False, None)


def expected(town, place):
    """(what fails, what is not set, amount, last day) of a certificate, from the definitions and nothing else."""
    person, level, trade, issued, state = town["certificates"][place]
    failed, unset = [], []
    if state != "verified":
        failed.append("证书已核验")
    fitting = [r for r in town["rates"] if r[0] == (level or "ZX") and holds(r[2], issued)]
    named = [r for r in fitting if r[1] == trade] or [r for r in fitting if not r[1]]
    amount = None
    if named:
        [(_, _, _, base, surcharge)] = named
        scarce = any(one == trade and holds(span, issued) for one, span in town["shortages"])
        amount = int(base * (100 + (surcharge if scarce else 0)) / 100 + 0.5)
    else:
        failed.append("补贴标准")
    is_said, months = limit_of(town["limits"], "deadline", issued)
    until = months_after(issued, months) if months else None
    unset += [] if is_said else ["申领期限"]
    failed += ["申领期限"] if until and until < TODAY else []
    live = [c for c in town["claims"] if c[1] in ("claimed", "approved", "paid")]
    if any(c[0] == place for c in live):
        failed.append("一证一次")
    is_said, most = limit_of(town["limits"], "yearly", TODAY)
    own = [c for c in live if town["certificates"][c[0]][0] == person and c[2].year == TODAY.year]
    unset += [] if is_said else ["每人每年次数"]
    failed += ["每人每年次数"] if most and len(own) >= most else []
    return sorted(failed), sorted(unset), amount, until


def tidy(town):
    """Without what the database forbids: overlapping rules, two live claims of a certificate, claims of none."""
    rates, shortages, claims, taken = [], [], [], set()
    for rate in town["rates"]:
        if not any(rate[:2] == one[:2] and overlap(rate[2], one[2]) for one in rates):
            rates.append(rate)
    for shortage in town["shortages"]:
        if not any(shortage[0] == one[0] and overlap(shortage[1], one[1]) for one in shortages):
            shortages.append(shortage)
    for claim in town["claims"]:
        is_live = claim[1] in ("claimed", "approved", "paid")
        if claim[0] < len(town["certificates"]) and not (is_live and claim[0] in taken):
            claims.append(claim)
            taken |= {claim[0]} if is_live else set()
    return town | {"rates": rates, "shortages": shortages, "claims": claims}


def built(town, cast):
    """The certificates of the town in the database, in order."""
    by = {"entered_by": cast.user}
    rates = [
        RateFactory.build(
            level=level, trade=trade, start=start, end=end, base=base, surcharge=surcharge, **by
        )
        for level, trade, (start, end), base, surcharge in town["rates"]
    ]
    rate = RateFactory.build(level="L8", trade="别的", **by)
    SubsidyRate.objects.bulk_create([*rates, rate])
    ShortageTrade.objects.bulk_create(
        ShortageFactory.build(trade=trade, start=start, end=end, **by)
        for trade, (start, end) in town["shortages"]
    )
    SubsidyLimit.objects.bulk_create(
        LimitFactory.build(kind=kind, start=start, value=value, **by) for kind, start, value in town["limits"]
    )
    made = Certificate.objects.bulk_create(
        CertificateFactory.build(
            worker=cast.people[person], kind="level" if level else "ability", level=level, trade=trade,
            issued_on=issued, state=state, number="", revoked_on=issued if state == "revoked" else None, **by,
        )
        for person, level, trade, issued, state in town["certificates"]
    )  # fmt: skip
    SubsidyClaim.objects.bulk_create(
        ClaimFactory.build(
            certificate=made[place], state=state, claimed_on=on, claimed_by=cast.user, rate=rate
        )
        for place, state, on in town["claims"]
    )
    return made


@pytest.fixture
def cast(union):
    firm = EmployerFactory(union=union)
    return SimpleNamespace(user=UserFactory(), people=WorkerFactory.create_batch(4, employer=firm))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(town=towns.map(tidy))
def test_the_check_says_what_plain_loops_find(cast, town):
    with transaction.atomic():
        made = built(town, cast)
        listed = set(claimable(Certificate.objects.all(), TODAY).values_list("pk", flat=True))
        rows = {row.pk: row for row in examined(Certificate.objects.all(), TODAY)}
        rates, yearly = SubsidyRate.objects.in_bulk(), limit_on(YEARLY, TODAY)
        for place, certificate in enumerate(made):
            row = rows[certificate.pk]
            check = check_of(row, rates.get(row.rate), yearly, TODAY)
            found = sorted(line.rule for line in check.failed), sorted(line.rule for line in check.unset)
            assert (*found, check.amount, row.claim_until) == expected(town, place)
            assert (certificate.pk in listed) == (not check.failed)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("base", "surcharge", "amount"), [(2000, 0, 2000), (2000, 30, 2600), (1001, 50, 1502), (1, 49, 1)]
)
def test_amounts_are_whole_yuan_half_up(base, surcharge, amount):
    assert amount_of(base, surcharge) == amount


def test_the_database_computes_the_amount_as_the_check_does(cast):
    rate = RateFactory(base=1001, surcharge=50)
    certificate = CertificateFactory(worker=cast.people[0])
    claim = ClaimFactory(certificate=certificate, rate=rate, surcharge=50, amount=1502)
    assert SubsidyClaim.objects.get() == claim


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (dt.date(2025, 3, 31), 12, dt.date(2026, 3, 31)),
        (dt.date(2025, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
    ],
)
def test_the_last_day_is_in_time_and_the_next_is_not(cast, issued, months, last):
    RateFactory()
    LimitFactory(kind="deadline", value=months)
    certificate = CertificateFactory(worker=cast.people[0], issued_on=issued)
    rows = Certificate.objects.all()
    assert [row.claim_until for row in claimable(rows, last)] == [last]
    assert list(claimable(rows, last + dt.timedelta(days=1))) == []
    [row] = examined(rows, last)
    assert (row, check_of(row, SubsidyRate.objects.get(), None, last).failed) == (certificate, [])
