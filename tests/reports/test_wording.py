"""The sentences of a report say what the figures say."""

from reports import wording

CHECKED = ("A1", "R1", "A4", "A5", "A3")


def figure(code, *, title="", change=None, tone="neutral"):
    return {
        "code": code, "title": title or code, "numerator": 1, "denominator": 1, "change": change, "tone": tone
    }  # fmt: skip


def test_a_figure_that_should_be_small_is_worse_when_it_rises():
    """特种作业证到期未审 went up from 60 to 64 and stood among what 较上期下降."""
    worse = [
        figure("A2", title="入会率", change="-0.2", tone="danger"),
        figure("C8", title="特种作业证到期未审", change="4", tone="danger"),
        figure("C5", title="培训人次", change="-30", tone="danger"),
        figure("C1", title="技能人才占比", change="0.5", tone="success"),
    ]

    found = wording.attention({"figures": [*map(figure, CHECKED), *worse], "groups": []})

    assert found == ["入会率、培训人次较上期下降", "特种作业证到期未审较上期上升"]
