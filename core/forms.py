"""How forms render."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Bootstrap fields from templates/django/forms."""
