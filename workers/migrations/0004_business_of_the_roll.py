"""Flags and confirmation of people, and business that waits for decisions: proposals, transfers, conflicts, merges."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("unions", "0003_merged_unions_and_saved_views"),
        ("workers", "0003_spells_as_boxes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=40, verbose_name="项目")),
                ("value", models.CharField(blank=True, max_length=100, verbose_name="新值")),
                ("selection", models.CharField(max_length=300, verbose_name="范围")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "待确认"),
                            ("applying", "正在写入"),
                            ("applied", "已写入"),
                            ("undoing", "正在撤销"),
                            ("undone", "已撤销"),
                            ("discarded", "已放弃"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提交时间")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="写入时间")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
            ],
            options={
                "verbose_name": "批量修改",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="BulkEditRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=100, verbose_name="原值")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "待写入"),
                            ("unchanged", "本来就是"),
                            ("applied", "已写入"),
                            ("skipped", "写入前已被修改"),
                            ("reverted", "已恢复"),
                            ("kept", "此后有人修改，未恢复"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量修改行",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("claimed", models.JSONField(default=dict, verbose_name="申报内容")),
                ("run_id", models.BigIntegerField(blank=True, null=True, verbose_name="导入批次")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申报时间")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "维持现有会籍"),
                            ("transferred", "会籍转入申报工会"),
                            ("second_job", "会籍不变，登记第二份工作"),
                            ("wrong_claim", "申报方证件号码有误"),
                            ("wrong_holder", "原登记证件号码有误"),
                        ],
                        max_length=12,
                        verbose_name="决定",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="决定说明")),
            ],
            options={
                "verbose_name": "重复登记",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("decision", "")), fields=["-id"], name="workers_conflict_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("same_number", models.BooleanField(default=False, verbose_name="证件尾号与出生日期相同")),
                ("same_phone", models.BooleanField(default=False, verbose_name="手机号码相同")),
                ("same_name", models.BooleanField(default=False, verbose_name="姓名与出生日期相同")),
                ("same_sound", models.BooleanField(default=False, verbose_name="姓名同音且出生日期相同")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待核对"), ("distinct", "不是同一人"), ("merged", "已合并")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("found_at", models.DateTimeField(auto_now_add=True, verbose_name="发现时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="核对时间")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
            ],
            options={
                "verbose_name": "疑似重复",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["-id"], name="workers_duplicate_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("same_number", True),
                            ("same_phone", True),
                            ("same_name", True),
                            ("same_sound", True),
                            _connector="OR",
                        ),
                        name="workers_duplicate_has_ground",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows", models.JSONField(default=dict, verbose_name="合并前的记录")),
                ("note", models.CharField(max_length=200, verbose_name="依据")),
                ("merged_at", models.DateTimeField(auto_now_add=True, verbose_name="合并时间")),
            ],
            options={
                "verbose_name": "记录合并",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("application", "入会申请"),
                            ("roll_call", "季度点名"),
                            ("list", "完整名册缺失"),
                            ("candidate", "长期失联"),
                            ("office", "工会提出"),
                        ],
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "入会"),
                            ("2", "转入"),
                            ("3", "保留"),
                            ("4", "转出"),
                            ("5", "除名"),
                            ("6", "退会"),
                            ("9", "死亡"),
                        ],
                        max_length=2,
                        verbose_name="拟办变化",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=10, verbose_name="原因")),
                ("status", models.CharField(blank=True, max_length=10, verbose_name="保留情形")),
                ("on", models.DateField(verbose_name="申请或发现日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待决定"),
                            ("done", "已办理"),
                            ("refused", "不予办理"),
                            ("cancelled", "已撤回"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("decision_note", models.CharField(blank=True, max_length=200, verbose_name="决定说明")),
            ],
            options={
                "verbose_name": "拟办会籍变化",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="RollCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.CharField(max_length=7, verbose_name="季度")),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="开始时间")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("confirmed", models.PositiveIntegerField(default=0, verbose_name="确认在册")),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="未确认")),
            ],
            options={
                "verbose_name": "季度点名",
                "ordering": ["-quarter", "union"],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="接转日期")),
                ("reason", models.CharField(blank=True, max_length=10, verbose_name="原因")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "接转中"),
                            ("done", "已接转"),
                            ("refused", "已退回"),
                            ("cancelled", "已撤回"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(auto_now_add=True, verbose_name="发起时间")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="转出确认时间")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="接收时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("closing_note", models.CharField(blank=True, max_length=200, verbose_name="办结说明")),
            ],
            options={
                "verbose_name": "会籍接转",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("accepted_at__isnull", False), ("released_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="workers_transfer_done_by_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state", "pending")),
                            models.Q(
                                models.Q(("state", "pending"), _negated=True), ("closed_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="workers_transfer_closed_has_time",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="identitydocument",
            name="country",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=3, verbose_name="签发国家或地区"
            ),
        ),
        migrations.AddField(
            model_name="identitydocument",
            name="expires_on",
            field=models.DateField(blank=True, null=True, verbose_name="有效期至"),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_deemed",
            field=models.BooleanField(db_default=False, default=False, verbose_name="视为自动退会"),
        ),
        migrations.AddField(
            model_name="worker",
            name="anonymised_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="匿名化日期"),
        ),
        migrations.AddField(
            model_name="worker",
            name="confirmed_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="最近确认在册"),
        ),
        migrations.AddField(
            model_name="worker",
            name="is_industrial",
            field=models.BooleanField(blank=True, null=True, verbose_name="产业工人"),
        ),
        migrations.AddField(
            model_name="worker",
            name="is_key_post",
            field=models.BooleanField(blank=True, null=True, verbose_name="关键岗位"),
        ),
        migrations.AddField(
            model_name="worker",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="workers.worker",
                verbose_name="已并入",
            ),
        ),
        migrations.AddField(
            model_name="worker",
            name="was_complete",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="匿名化前必填信息齐全"
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="union",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="unions.union",
                verbose_name="工会",
            ),
        ),
        migrations.AddIndex(
            model_name="employment",
            index=models.Index(
                condition=models.Q(("staff_number", ""), _negated=True),
                fields=["staff_number"],
                name="workers_employment_staff_no",
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="workers_worker_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitydocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_current", False), ("replaced_on", None), _connector="OR"),
                name="workers_document_current_not_replaced",
                violation_error_message="现用证件不能有换证日期",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_deemed", False), ("end_change", "6"), _connector="OR"),
                name="workers_membership_deemed_is_withdrawal",
                violation_error_message="视为自动退会只能用于退会",
            ),
        ),
        migrations.AddConstraint(
            model_name="worker",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("employer", None), ("standing", "left")), _connector="OR"
                ),
                name="workers_worker_merged_has_left",
            ),
        ),
        migrations.AddField(
            model_name="bulkedit",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bulk_edits",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提交人",
            ),
        ),
        migrations.AddField(
            model_name="bulkeditrow",
            name="edit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="workers.bulkedit",
                verbose_name="批量修改",
            ),
        ),
        migrations.AddField(
            model_name="bulkeditrow",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workers.worker",
                verbose_name="职工",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="claimant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conflicts_claimed",
                to="unions.union",
                verbose_name="申报工会",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="申报人",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="决定人",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="holder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conflicts_held",
                to="unions.union",
                verbose_name="现登记工会",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conflicts",
                to="workers.worker",
                verbose_name="职工",
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="核对人",
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="high",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workers.worker",
                verbose_name="较晚记录",
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="low",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workers.worker",
                verbose_name="较早记录",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merge",
                to="workers.worker",
                verbose_name="并入记录",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="workers.worker",
                verbose_name="保留记录",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="办理人",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提出人",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="决定人",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="union",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="unions.union",
                verbose_name="工会",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="workers.worker",
                verbose_name="职工",
            ),
        ),
        migrations.AddField(
            model_name="rollcall",
            name="started_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="点名人",
            ),
        ),
        migrations.AddField(
            model_name="rollcall",
            name="union",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="roll_calls",
                to="unions.union",
                verbose_name="工会",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="roll_call",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="workers.rollcall",
                verbose_name="季度点名",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="接收人",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="办结人",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="destination",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers_in",
                to="unions.union",
                verbose_name="转入工会",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="origin",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers_out",
                to="unions.union",
                verbose_name="转出工会",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="转出确认人",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="发起人",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="workers.worker",
                verbose_name="职工",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkeditrow",
            constraint=models.UniqueConstraint(fields=("edit", "worker"), name="workers_bulkeditrow_once"),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=models.Index(fields=["claimant", "-id"], name="workers_conflict_claimed"),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=models.Index(fields=["holder", "-id"], name="workers_conflict_held"),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")),
                fields=("worker", "claimant"),
                name="workers_conflict_once_open",
                violation_error_message="该人员的重复登记已在核实",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                    models.Q(
                        models.Q(("decision", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="workers_conflict_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicatepair",
            index=models.Index(fields=["high"], name="workers_duplicate_high"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.UniqueConstraint(fields=("low", "high"), name="workers_duplicate_once"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(
                condition=models.Q(("low__lt", models.F("high"))), name="workers_duplicate_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollcall",
            constraint=models.UniqueConstraint(
                fields=("union", "quarter"),
                name="workers_rollcall_once_a_quarter",
                violation_error_message="本季度的点名已经开始",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["union", "-id"], name="workers_proposal_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("worker",),
                name="workers_proposal_one_open",
                violation_error_message="此人已有一项待决定的会籍变化，请先办结",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="workers_proposal_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["origin", "-id"], name="workers_transfer_out"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["destination", "-id"], name="workers_transfer_in"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("worker",),
                name="workers_transfer_one_pending",
                violation_error_message="此人的会籍正在接转，请先办结",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin", models.F("destination")), _negated=True),
                name="workers_transfer_between_two",
                violation_error_message="转出与转入不能是同一工会",
            ),
        ),
    ]
