"""Icons are drawn by the library once and come from memory afterwards."""

import lucide
from django.template import Context, Template
from lucide.templatetags import lucide as tags

SOURCE = '{% load lucide %}{% lucide "users" size=16 aria_hidden="true" %}{% lucide name size=size %}'


def test_icons_are_those_of_the_library_and_drawn_once(monkeypatch):
    drawn = []
    draw = lucide._render_icon
    monkeypatch.setattr(
        lucide, "_render_icon", lambda name, size, **kwargs: drawn.append(name) or draw(name, size, **kwargs)
    )
    expected = tags._render_icon("users", 16, aria_hidden="true") + tags._render_icon("anvil", 17)
    drawn.clear()
    page = Template(SOURCE)
    pages = [page.render(Context({"name": "anvil", "size": 17})) for _ in range(3)]
    assert pages == [expected] * 3
    assert drawn.count("anvil") == 1
