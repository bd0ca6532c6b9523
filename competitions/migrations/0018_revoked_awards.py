"""Awards can be revoked: the row stays with its number, the entry may get another in its place, and promises lapse."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RANKED = """
CREATE OR REPLACE FUNCTION competitions_refuse_early_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM competitions_result r
        JOIN competitions_event e ON e.id = r.event_id
        JOIN competitions_prize p ON p.event_id = e.id
        WHERE e.id = NEW.event_id AND e.phase = 'final' AND p.id = NEW.prize_id
        AND r.entry_id = %s AND r.standing = 'ranked'
    ) THEN
        RAISE EXCEPTION 'competitions_award rests on a rank of a final result' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
STAY = """
CREATE FUNCTION competitions_keep_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'competitions_award stays: it is revoked, not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.code, NEW.event_id, NEW.prize_id, NEW.awarded_on)
        IS DISTINCT FROM (OLD.code, OLD.event_id, OLD.prize_id, OLD.awarded_on)
    OR COALESCE(NEW.entry_id, NEW.revoked_from_id) <> COALESCE(OLD.entry_id, OLD.revoked_from_id)
    OR (OLD.revoked_on IS NOT NULL AND (NEW.entry_id, NEW.revoked_on, NEW.revoked_by_id)
        IS DISTINCT FROM (OLD.entry_id, OLD.revoked_on, OLD.revoked_by_id))
    THEN
        RAISE EXCEPTION 'competitions_award stays as it was given or revoked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER competitions_awards_stay BEFORE UPDATE OR DELETE ON competitions_award
FOR EACH ROW EXECUTE FUNCTION competitions_keep_award();
"""
GO = """
DROP TRIGGER competitions_awards_stay ON competitions_award;
DROP FUNCTION competitions_keep_award();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competitions", "0017_absences_by_objection"),
        ("unions", "0005_fill_placements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="award",
            name="revoke_reason",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="撤销原因"),
        ),
        migrations.AddField(
            model_name="award",
            name="revoked_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撤销人",
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="revoked_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revoked_awards",
                to="competitions.entry",
                verbose_name="原获奖报名",
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="revoked_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="撤销日期"),
        ),
        migrations.AddField(
            model_name="promise",
            name="lapsed_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="失效日期"),
        ),
        migrations.AddField(
            model_name="promise",
            name="revived_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="恢复日期"),
        ),
        migrations.AddField(
            model_name="promise",
            name="revoked_award",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lapsed_promises",
                to="competitions.award",
                verbose_name="已撤销的获奖",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="settled",
            field=models.CharField(
                blank=True,
                choices=[("kept", "不追回"), ("reclaimed", "已追回")],
                editable=False,
                max_length=10,
                verbose_name="撤销后的处理",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="settled_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="处理时间"),
        ),
        migrations.AddField(
            model_name="promise",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="处理人",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="settled_note",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="处理说明"),
        ),
        migrations.AlterField(
            model_name="award",
            name="entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="award",
                to="competitions.entry",
                verbose_name="参赛报名",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("entry__isnull", False),
                        ("revoke_reason", ""),
                        ("revoked_by", None),
                        ("revoked_from", None),
                        ("revoked_on", None),
                    ),
                    models.Q(
                        ("entry", None),
                        ("revoked_from__isnull", False),
                        ("revoked_on__isnull", False),
                        ("revoked_by__isnull", False),
                        models.Q(("revoke_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="competitions_award_stands_or_revoked",
                violation_error_message="撤销获奖应写明原因，并记录撤销人和日期",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lapsed_on", None), ("revived_on", None), ("revoked_award", None)),
                    models.Q(
                        ("lapsed_on__isnull", False),
                        ("revoked_award__isnull", False),
                        models.Q(
                            models.Q(
                                ("revived_on__gte", models.F("lapsed_on")), ("revived_on__isnull", False)
                            ),
                            models.Q(("revived_on", None), models.Q(("state", "promised"), _negated=True)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="competitions_promise_lapsed",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled", ""), ("settled_at", None), ("settled_by", None), ("settled_note", "")
                    ),
                    models.Q(
                        ("lapsed_on__isnull", False),
                        ("revived_on", None),
                        ("state", "delivered"),
                        ("settled_by__isnull", False),
                        ("settled_at__isnull", False),
                        models.Q(("settled", ""), _negated=True),
                        models.Q(("settled_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="competitions_promise_settled",
                violation_error_message="已兑现、获奖被撤销的，请选处理结果并写明说明",
            ),
        ),
        migrations.RunSQL(
            RANKED % "COALESCE(NEW.entry_id, NEW.revoked_from_id)" + STAY,
            GO + RANKED % "NEW.entry_id",
        ),
    ]
