"""Models that reach a union are scoped; constraints speak Chinese; migrations have names."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from unions.models import Union
from unions.scoping import ScopedQuerySet

OURS = [
    model
    for model in apps.get_models()
    if Path(apps.get_app_config(model._meta.app_label).path).parent == Path(__file__).parents[2]
]
ROOT = Path(__file__).parents[2]


def _foreign_keys(model):
    return [field for field in model._meta.get_fields() if field.many_to_one and field.concrete]


def _reaches_union(model, seen=()) -> bool:
    """True if a chain of non-null foreign keys leads to a union: the row then belongs to that union."""
    for field in _foreign_keys(model):
        target = field.related_model
        if target is Union:
            return True
        if target not in (*seen, model) and not field.null and _reaches_union(target, (*seen, model)):
            return True
    return False


@pytest.mark.parametrize("model", [m for m in OURS if _reaches_union(m)], ids=lambda m: m._meta.label)
def test_a_model_that_reaches_a_union_is_scoped(model):
    assert isinstance(model._default_manager.all(), ScopedQuerySet)


def test_the_walk_finds_the_models_it_should():
    found = {m._meta.label for m in OURS if _reaches_union(m)}
    assert {"workers.Worker", "workers.IdentityDocument", "unions.Employer", "unions.Post"} <= found


@pytest.mark.parametrize("model", [m for m in OURS if _reaches_union(m)], ids=lambda m: m._meta.label)
def test_the_union_field_of_a_scoped_model_leads_to_a_union(model):
    path = model._default_manager.all().union_field.split("__")
    if model is Union:
        return
    target = model
    for part in path:
        target = target._meta.get_field(part).related_model
    assert target is Union


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_each_model_says_what_it_is(model):
    assert not (model.__doc__ or f"{model.__name__}(").startswith(f"{model.__name__}(")
    assert re.search(r"[\u4e00-\u9fff]", str(model._meta.verbose_name))


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_no_save_override_and_no_signal_trick(model):
    assert "save" not in vars(model)
    assert "delete" not in vars(model)


def test_migrations_are_named():
    names = [path.stem for path in ROOT.glob("*/migrations/0*.py")]
    assert names
    assert [name for name in names if re.search(r"auto_\d|_alter_|_and_more", name)] == []


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_personal_numbers_are_sealed(model):
    plain = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and re.fullmatch(r"(id_)?number|id_card|phone|mobile|bank_account", field.name)
    ]
    # Numbers of unions' and skill certificates can be looked up in public registers.
    registers = {"unions.LegalRegistration", "training.Certificate"}
    assert plain == (["number"] if model._meta.label in registers else [])
