"""Errors that cross layers."""

from django.core.exceptions import ValidationError


class RuleError(ValidationError):
    """A rule of the house was broken; the message is written for the user, in Chinese."""
