"""Prizes stay once results are final, awards rest on a final rank; and the rules of 2016 that a source names.

The rules come without confirmation: current ones were not found, so that they count for nothing until the town has
compared them with the document in force.
"""

import datetime as dt

from django.db import migrations

REFUSE = """
CREATE FUNCTION competitions_refuse_late_prize() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM competitions_event WHERE id = COALESCE(NEW.event_id, OLD.event_id) AND phase = 'final' FOR SHARE
    ) THEN
        RAISE EXCEPTION 'competitions_prize stays: the event is final' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION competitions_refuse_early_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM competitions_result r
        JOIN competitions_event e ON e.id = r.event_id
        JOIN competitions_prize p ON p.event_id = e.id
        WHERE e.id = NEW.event_id AND e.phase = 'final' AND p.id = NEW.prize_id
        AND r.entry_id = NEW.entry_id AND r.standing = 'ranked'
    ) THEN
        RAISE EXCEPTION 'competitions_award rests on a rank of a final result' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER competitions_prizes_stay BEFORE INSERT OR UPDATE OR DELETE ON competitions_prize
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_late_prize();
CREATE TRIGGER competitions_awards_rest_on_ranks BEFORE INSERT OR UPDATE ON competitions_award
FOR EACH ROW EXECUTE FUNCTION competitions_refuse_early_award();
"""

ALLOW = """
DROP TRIGGER competitions_awards_rest_on_ranks ON competitions_award;
DROP TRIGGER competitions_prizes_stay ON competitions_prize;
DROP FUNCTION competitions_refuse_early_award();
DROP FUNCTION competitions_refuse_late_prize();
"""

SOURCE = "浙江省 2016 年规定（浙江工人日报 2016-01-28 报道）"
SINCE = dt.date(2016, 1, 28)
MASTER = "经资格审核，可破格"
# level of the contest, last rank, honour: 技术能手 of the province, or of city and county
HONOURS = (
    ("P1", 5, "SKILL_P"), ("P2", 3, "SKILL_P"), ("C1", 2, "SKILL_C"), ("X1", 2, "SKILL_C"), ("C2", 1, "SKILL_C"),
    ("X2", 1, "SKILL_C"),
)  # fmt: skip
# level of the contest, last rank that may be promoted exceptionally
PROMOTIONS = (("P1", 8), ("P2", 5), ("C1", 3), ("C2", 1))


def load_rules(apps, schema_editor):
    """Ship what the source says (domain facts 9)."""
    rule = apps.get_model("competitions", "Entitlement")
    said = {"contest_kind": "skill", "from_rank": 1, "start": SINCE, "source": SOURCE}
    rows = [
        rule(contest_level=level, to_rank=last, gain="honour", honour_type=honour, **said)
        for level, last, honour in HONOURS
    ]
    rows += [
        rule(contest_level=level, to_rank=last, gain="skill", level="L5", detail=MASTER, **said)
        for level, last in PROMOTIONS
    ]
    rule.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("competitions", "0010_follow")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(load_rules, migrations.RunPython.noop),
    ]
