"""The icons of the pages. Loaded as ``lucide`` by settings.TEMPLATES in place of the library's own tag, which builds
each icon anew: some sixty a page, a seventh of the time a page takes."""

import functools

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
register.simple_tag(functools.lru_cache(maxsize=1024)(lucide), name="lucide")
