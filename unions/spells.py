"""Dated rows: expressions for "one at a time" constraints, and the filter for a day. Spells are half-open."""

import datetime as dt

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Concat

EPOCH = dt.date(2000, 1, 1)
FAR = 9_999_999  # days: beyond every date that Python can hold


def _minus(*parts):
    return Func(*parts, arg_joiner=" - ", template="(%(expressions)s)", output_field=models.FloatField())


def _point(x, y):
    return Func(x, y, function="point", output_field=models.Field())


def _box(corner, opposite):
    return Func(corner, opposite, function="box", output_field=models.Field())


def same(field: str):
    """An expression pair: rows with equal integer ``field`` (core PostgreSQL only, no btree_gist)."""
    point = _point(F(field), Value(0))
    return (_box(point, point), RangeOperators.OVERLAPS)


def digest(*fields: str):
    """What stands for equal texts in such a pair: 52 bits of a digest, which a double holds exactly."""
    text = Concat(
        *(part for field in fields for part in (F(field), Value("\n"))), output_field=models.TextField()
    )
    return Func(
        text,
        template="('x' || left(md5(%(expressions)s), 13))::bit(52)::bigint",
        output_field=models.BigIntegerField(),
    )


def same_and_overlapping(field, start: str = "start", end: str = "end"):
    """An expression pair: rows with equal integer ``field`` (or ``digest``) whose half-open date ranges overlap.

    The range is a line in the plane, ``field`` across and days upwards: boxes of numbers take a third of the
    time of range types when a hundred thousand rows are imported. Half a day less makes the end exclusive.
    """
    first = Coalesce(_minus(F(start), Value(EPOCH)), Value(-FAR), output_field=models.FloatField())
    last = Coalesce(_minus(F(end), Value(EPOCH)), Value(FAR), output_field=models.FloatField())
    across = F(field) if isinstance(field, str) else field
    corners = _point(across, first), _point(across, _minus(last, Value(0.5)))
    return (_box(*corners), RangeOperators.OVERLAPS)


def in_effect(on, start: str = "start", end: str = "end") -> Q:
    """Dated rows in effect on a day. ``end`` is the first day a row no longer holds."""
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": on}))
