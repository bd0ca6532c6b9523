"""Contests: what is held, who competes, who judges, and what comes out; honours of people and collectives; studios."""

from competitions.models.contests import Contest, Event, Stage
from competitions.models.entries import Draw, Entrant, Entry
from competitions.models.follow import Entitlement, Gain, Promise, PromisePaper
from competitions.models.honours import (
    CollectiveHonour,
    CollectiveHonourPaper,
    Honour,
    HonourPaper,
    HonourType,
    Nature,
    Recognition,
)
from competitions.models.innovations import (
    Contributor,
    Innovation,
    InnovationPaper,
    InnovationPicture,
    Promotion,
)
from competitions.models.judging import Absence, Card, Conflict, Criterion, Cut, Judge, Mark, Seat
from competitions.models.nominations import Nomination, NominationPaper, NoticeObjection
from competitions.models.papers import ContestPaper
from competitions.models.recheck_notices import RecheckNotice, RecheckNoticeReceipt
from competitions.models.result_notices import ResultNotice, ResultNoticeReceipt
from competitions.models.results import Award, Objection, Prize, Result
from competitions.models.selections import Selection, SelectionPlace, SelectionShare, ShareRule
from competitions.models.showcase import Consent, Publication, Showcase
from competitions.models.teams import Studio, StudioMember, StudioPaper, StudioProject, Team
from competitions.models.typings import TypedMark, Typing

__all__ = [
    "Absence",
    "Award",
    "Card",
    "CollectiveHonour",
    "CollectiveHonourPaper",
    "Conflict",
    "Consent",
    "Contest",
    "ContestPaper",
    "Contributor",
    "Criterion",
    "Cut",
    "Draw",
    "Entitlement",
    "Entrant",
    "Entry",
    "Event",
    "Gain",
    "Honour",
    "HonourPaper",
    "HonourType",
    "Innovation",
    "InnovationPaper",
    "InnovationPicture",
    "Judge",
    "Mark",
    "Nature",
    "Nomination",
    "NominationPaper",
    "NoticeObjection",
    "Objection",
    "Prize",
    "Promise",
    "PromisePaper",
    "Promotion",
    "Publication",
    "RecheckNotice",
    "RecheckNoticeReceipt",
    "Recognition",
    "Result",
    "ResultNotice",
    "ResultNoticeReceipt",
    "Seat",
    "Selection",
    "SelectionPlace",
    "SelectionShare",
    "ShareRule",
    "Showcase",
    "Stage",
    "Studio",
    "StudioMember",
    "StudioPaper",
    "StudioProject",
    "Team",
    "TypedMark",
    "Typing",
]
