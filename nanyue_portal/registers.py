"""The registers of the monolith: dotted paths through which lower floors reach what each app offers.

Explicit, so that each entry can be found by search; one to a line, so that two changes do not meet. The settings take
them over under the same names (docs/adr/0022).
"""

# Kind of job -> function(claim) that does it, and its name.
JOB_KINDS = {
    "exchange.check": ("exchange.tasks.check_run", "表格检查"),
    "exchange.compare": ("exchange.tasks.compare_run", "表格重新比对"),
    "exchange.recheck": ("exchange.tasks.recheck_run", "重新核对"),
    "exchange.apply": ("exchange.tasks.apply_run", "表格导入"),
    "exchange.undo": ("exchange.tasks.undo_run", "撤销导入"),
    "exchange.mark": ("exchange.tasks.mark_run", "标出表格错误"),
    "exchange.export": ("exchange.tasks.write_export", "导出列表"),
    "workers.bulk_edit": ("workers.tasks.apply_bulk_edit", "批量修改"),
    "workers.bulk_undo": ("workers.tasks.undo_bulk_edit", "撤销批量修改"),
    "workers.find_duplicates": ("workers.tasks.find_duplicates", "查找疑似重复"),
    "training.permit_notices": ("training.tasks.make_permit_notices", "操作证到期提醒"),
    "competitions.recheck_notices": ("competitions.tasks.make_recheck_notices", "荣誉复核提醒"),
    "reports.build": ("reports.tasks.build_report", "报告编制"),
}

# Kinds of file of the spreadsheet desk (core.exchange).
EXCHANGES = [
    "unions.resources.UnionExchange",
    "workers.resources.WorkerExchange",
    "workers.employment_resources.EmploymentExchange",
    "training.resources.certificates.CertificateExchange",
    "training.resources.permits.PermitExchange",
    "training.resources.apprenticeships.ApprenticeshipExchange",
    "training.resources.enrolments.EnrolmentExchange",
    "training.resources.learning.LearningExchange",
    "training.resources.attendance.AttendanceExchange",
    "training.resources.key_posts.KeyPostExchange",
    "training.resources.classes.ClassExchange",
    "competitions.resources.marks.MarkExchange",
    "competitions.resources.innovations.InnovationExchange",
    "competitions.resources.honours.HonourExchange",
    "competitions.resources.honours.CollectiveHonourExchange",
    "competitions.resources.entries.EntryExchange",
    "competitions.resources.nominations.NominationExchange",
]

# Lists that can be exported and edited in bulk (core.listing).
LISTINGS = [
    "workers.listings.WorkerListing",
    "workers.listing_as_at.AsAtListing",
    "workers.form_listings.MemberFormListing",
    "workers.form_listings.WorkerUpdateListing",
    "workers.job_listings.EmploymentUpdateListing",
    "training.listings.classes.ClassListing",
    "training.listings.key_posts.KeyPostListing",
    "training.listings.bases.BaseListing",
    "training.listings.enrolments.EnrolmentListing",
    "training.listings.demand.DemandListing",
    "training.listings.demand.PlanListing",
    "training.listings.providers.ProviderListing",
    "training.listings.providers.AgreementListing",
    "unions.listings.EmployerListing",
    "unions.form_listings.UnionFormListing",
    "unions.form_listings.UnionUpdateListing",
    "workers.matter_listing.MatterListing",
    "unions.tree_listing.UnionListing",
    "unions.tree_listing.UncoveredListing",
    "training.listings.certificates.CertificateListing",
    "training.listings.declared.DeclaredListing",
    "training.listings.transcripts.TranscriptListing",
    "training.listings.transcripts.TranscriptPapers",
    "training.listings.titles.TitleListing",
    "training.listings.crossovers.CrossoverListing",
    "training.listings.next_steps.NextStepListing",
    "training.listings.permits.PermitListing",
    "training.listings.subsidies.ClaimListing",
    "training.listings.subsidies.ClaimableListing",
    "training.listings.subsidies.SubsidySumListing",
    "training.listings.permit_notices.PermitNoticeListing",
    "training.listings.apprentices.ApprenticeshipListing",
    "training.listings.safety.NewStaffListing",
    "training.listings.safety.RefresherListing",
    "training.listings.learning.LearningListing",
    "competitions.listings.contests.ContestListing",
    "reform.listings.activities.ActivityListing",
    "rights.listings.inspections.HazardListing",
    "training.listings.leaders.LeaderListing",
    "training.listings.candidates.CandidateListing",
    "competitions.listings.entries.EntrantListing",
    "competitions.listings.selections.SelectionListing",
    "competitions.listings.selections.NominationListing",
    "competitions.listings.awards.AwardListing",
    "competitions.listings.awards.AwardPapers",
    "competitions.listings.awards.RevokedAwardListing",
    "competitions.listings.promises.PromiseListing",
    "competitions.listings.innovations.InnovationListing",
    "competitions.listings.innovations.MethodListing",
    "competitions.listings.innovations.PromotionListing",
    "competitions.listings.honours.HonourListing",
    "competitions.listings.honours.CollectiveHonourListing",
    "competitions.listings.recheck_notices.RecheckNoticeListing",
    "competitions.listings.honours.TeamListing",
    "competitions.listings.honours.StudioListing",
    "competitions.listings.results.ResultListing",
    "competitions.listings.results.MedalListing",
    "competitions.listings.result_notices.ResultNoticeListing",
    "training.listings.courses.CourseListing",
    "training.listings.courses.LearnerListing",
    "unions.reminder_listing.ReminderListing",
    "unions.post_listing.PostListing",
    "workers.roll_call_listing.RollCallListing",
    "workers.duplicate_listing.DuplicateListing",
    "workers.conflict_listings.ConflictListing",
    "workers.conflict_listings.CardListing",
    "workers.bulk_listing.BulkEditListing",
    "exchange.run_listing.RunListing",
]

# Sections of reports, in their order (core.reporting).
REPORT_SECTIONS = [
    "unions.reporting.OrganisationSection",
    "workers.reporting.MembershipSection",
    "training.reporting.skills.SkillSection",
    "training.reporting.safety.SafetySection",
    "training.reporting.classes.TrainingSection",
    "training.reporting.talent.TalentSection",
    "training.reporting.online.OnlineSection",
    "training.reporting.bases.BaseSection",
    "rights.reporting.inspections.SupervisionSection",
    "competitions.reporting.contests.ContestSection",
    "competitions.reporting.nominations.NominationSection",
    "competitions.reporting.honours.HonourSection",
    "competitions.reporting.innovations.InnovationSection",
    "training.reporting.subsidies.SubsidySection",
    "training.reporting.cooperation.CooperationSection",
    "reform.reporting.activities.ActivitySection",
]

# What the first page tells a user: function(user) returns (words, address) per line.
HOME_NOTICES = [
    "competitions.queries.result_notices.home_notices",
    "competitions.queries.recheck_notices.home_notices",
]

# Code table -> the fields that store its codes (app.Model.field), for the pages of the code tables.
CODED_FIELDS = {
    "ethnicity": [
        "workers.Worker.ethnicity",
    ],
    "sex": [
        "workers.Worker.sex",
    ],
    "education": [
        "workers.Worker.education",
    ],
    "skill_level": [
        "workers.Worker.skill_level",
        "training.Certificate.level",
        "training.TrainingClass.level",
        "training.SubsidyRate.level",
        "training.SubsidyClaim.level",
        "training.Course.level",
        "training.Apprenticeship.goal_level",
        "training.Candidate.goal_level",
        "training.Candidate.start_level",
        "competitions.Event.aims_at",
        "competitions.Event.least_level",
        "training.KeyPost.required_level",
        "competitions.Promise.level",
        "training.DemandLine.level",
        "training.PlanLine.level",
    ],
    "training_kind": [
        "training.TrainingClass.kind",
        "training.OutsideLearning.kind",
        "training.DemandLine.kind",
        "training.PlanLine.kind",
        "training.Course.kind",
    ],
    "political_affiliation": [
        "workers.Worker.political",
    ],
    "employment_status": [
        "workers.Worker.employment_status",
    ],
    "household_type": [
        "workers.Worker.household_type",
    ],
    "employment_form": [
        "workers.Employment.form",
    ],
    "id_document_type": [
        "workers.IdentityDocument.doc_type",
    ],
    "country": [
        "workers.IdentityDocument.country",
    ],
    "membership_change_type": [
        "workers.Membership.start_change",
        "workers.Membership.end_change",
    ],
    "membership_change_reason": [
        "workers.Membership.start_reason",
        "workers.Membership.end_reason",
    ],
    "membership_status": [
        "workers.Membership.status",
    ],
    "union_org_type": [
        "unions.Union.org_type",
    ],
    "employer_nature": [
        "unions.Employer.nature",
    ],
    "economy_kind": [
        "unions.Employer.economy",
    ],
    "industry_section": [
        "unions.Employer.industry",
    ],
    "base_level": [
        "training.TrainingBase.level",
        "competitions.Honour.level",
        "competitions.CollectiveHonour.level",
        "competitions.Studio.level",
    ],
    "cooperation_mode": [
        "training.Agreement.mode",
    ],
    "competition_level": [
        "competitions.Contest.level",
    ],
    "innovation_level": [
        "competitions.Innovation.level",
    ],
    "hazard_level": [
        "rights.Hazard.level",
    ],
    "honour_type": [
        "competitions.Honour.type",
        "competitions.CollectiveHonour.type",
        "competitions.Studio.type",
        "competitions.Selection.honour_type",
        "competitions.Promise.honour_type",
    ],
    "permit_category": [
        "training.Permit.category",
        "training.KeyPost.permit_category",
    ],
    "safety_risk": [
        "training.SafetyProfile.risk",
    ],
    "activity_kind": [
        "reform.Activity.kind",
    ],
}

# Rows that come with the software beside code tables, the plan and the schedules: function() returns how many of each
# kind its files hold; safe to run at every start, what staff changed stays.
REFERENCE_DATA = [
    "competitions.services.honour_types.load_honour_types",
    "competitions.services.share_rules.load_share_rules",
]

# Rules that span rows, run by manage.py check_invariants.
INVARIANTS = [
    "core.invariants.INVARIANTS",
    "accounts.invariants.INVARIANTS",
    "unions.invariants.INVARIANTS",
    "workers.invariants.INVARIANTS",
    "training.invariants.INVARIANTS",
    "exchange.invariants.INVARIANTS",
    "training.invariants.classes.INVARIANTS",
    "training.invariants.subsidies.INVARIANTS",
    "training.invariants.apprentices.INVARIANTS",
    "training.invariants.safety.INVARIANTS",
    "training.invariants.learning.INVARIANTS",
    "competitions.invariants.contests.INVARIANTS",
    "competitions.invariants.nominations.INVARIANTS",
    "competitions.invariants.follow.INVARIANTS",
    "competitions.invariants.judging.INVARIANTS",
    "competitions.invariants.innovations.INVARIANTS",
    "competitions.invariants.results.INVARIANTS",
    "competitions.invariants.honours.INVARIANTS",
    "reform.invariants.activities.INVARIANTS",
    "rights.invariants.inspections.INVARIANTS",
    "training.invariants.leaders.INVARIANTS",
    "training.invariants.bases.INVARIANTS",
    "training.invariants.candidates.INVARIANTS",
    "training.invariants.courses.INVARIANTS",
    "reports.invariants.INVARIANTS",
]

# manage.py benchmark NAME: function(measurement, workers=…) that returns limits (core.benchmarking).
BENCHMARKS = {
    "export": "exchange.benchmarks.exporting.measure_export",
    "import": "exchange.benchmarks.importing.measure_import",
    "report": "reports.benchmarks.measure_report",
    "roll": "workers.benchmarks.roll.measure_roll",
}

# What is held about a person, for the copy the person may ask for: function(worker, *, by, full_numbers) returns
# (title, headings, rows) per sheet.
PERSON_RECORDS = [
    "workers.holdings.records_of",
    "training.holdings.records_of",
    "training.holdings.talent.records_of",
    "training.holdings.subsidies.records_of",
    "competitions.holdings.records_of",
    "competitions.holdings.gains.records_of",
    "competitions.holdings.honours.records_of",
    "competitions.holdings.nominations.records_of",
    "competitions.holdings.innovations.records_of",
    "exchange.holdings.records_of",
]

# What forgets people after the retention: function(worker_ids, keys), where the keys are the blind indexes of their
# documents.
PERSON_ERASERS = [
    "workers.services.erasing.erase_roll",
    "exchange.erasing.erase_people",
    "training.services.people.erase_skills",
    "training.services.permit_people.erase_permits",
    "training.services.apprentice_people.erase_apprenticeships",
    "training.services.learning_people.erase_learning",
    "training.services.leader_people.erase_leaders",
    "training.services.subsidies.erase_claims",
    "training.services.candidate_people.erase_candidates",
    "competitions.services.nomination_people.erase_nominations",
    "competitions.services.follow_people.erase_promises",
    "competitions.services.people.erase_entries",
    "competitions.services.honour_people.erase_honours",
    "training.services.learning_people.erase_learners",
    "competitions.services.innovation_people.erase_contributions",
]

# What goes over to the kept record when two are merged: function(kept, absorbed), inside the merge's transaction.
PERSON_MOVERS = [
    "training.services.people.move_skills",
    "training.services.people.move_enrolments",
    "training.services.permit_people.move_permits",
    "training.services.apprentice_people.move_apprenticeships",
    "training.services.learning_people.move_learning",
    "training.services.leader_people.move_leaders",
    "training.services.key_post_holders.move_holdings",
    "training.services.candidate_people.move_candidates",
    "competitions.services.people.move_entries",
    "competitions.services.nomination_people.move_nominations",
    "competitions.services.innovation_people.move_contributions",
    "competitions.services.honour_people.move_honours",
    "training.services.learning_people.move_learners",
]

# The highest rung of the skill ladder that people can prove: function(keys of people, day) returns code by key.
HIGHEST_LEVELS = "training.queries.levels.highest_levels"

# Events of contests that lead to a rung: function(person, trades, user) returns events with trade, aims_at and contest.
LEVEL_CONTESTS = "competitions.queries.openings.events_that_lead"

# Verified certificates of a rung: function() returns a queryset of rows with worker, level and issued_on.
LEVEL_PROOFS = "training.queries.levels.proofs_of_level"
