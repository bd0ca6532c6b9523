"""Models that reach a union are scoped; constraints speak Chinese; migrations have names."""

import re
from pathlib import Path

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


OF_A_UNION = [model for model in OURS if _reaches_union(model)]


def test_a_model_that_reaches_a_union_is_scoped():
    scoped = [model for model in OF_A_UNION if isinstance(model._default_manager.all(), ScopedQuerySet)]
    assert scoped == OF_A_UNION


def test_the_walk_finds_the_models_it_should():
    found = {model._meta.label for model in OF_A_UNION}
    assert {"workers.Worker", "workers.IdentityDocument", "unions.Employer", "unions.Post"} <= found


def test_the_union_field_of_a_scoped_model_leads_to_a_union():
    assert [
        model for model in OF_A_UNION if model is not Union and _end_of_union_field(model) is not Union
    ] == []


def _end_of_union_field(model):
    for part in model._default_manager.all().union_field.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def test_each_model_says_what_it_is():
    undescribed = [m for m in OURS if (m.__doc__ or f"{m.__name__}(").startswith(f"{m.__name__}(")]
    assert undescribed == []
    assert [m for m in OURS if not re.search(r"[\u4e00-\u9fff]", str(m._meta.verbose_name))] == []


def test_no_save_override_and_no_signal_trick():
    assert [model for model in OURS if {"save", "delete"} & set(vars(model))] == []


def test_migrations_are_named():
    names = [path.stem for path in ROOT.glob("*/migrations/0*.py")]
    assert names
    assert [name for name in names if re.search(r"auto_\d|_alter_|_and_more", name)] == []


def test_personal_numbers_are_sealed():
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and re.fullmatch(r"(id_)?number|id_card|phone|mobile|bank_account", field.name)
    ]
    # Numbers of unions' and skill certificates can be looked up in public registers.
    assert sorted(plain) == ["training.Certificate.number", "unions.LegalRegistration.number"]
