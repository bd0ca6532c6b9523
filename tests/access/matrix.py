"""Who gets which answer: every address of ours, by role and method, for an object of ``union``.

Written by hand from design section 4, never computed from the policy under test. ``stranger`` is the officer
of another union: what lies in ``union`` must look to them as if it did not exist (404). ``handler`` holds the
case duty only, ``federation`` stands above ``union``, ``group`` sees figures, the three administrators see no
business records (403). POSTs are sent empty: 200 is the form again with its errors.

A role without a right over the whole page gets 403 for every id, existing or not. ``object`` names what the
address is about, in the order of its arguments (tests/access/scene.py and the ``objects_*`` modules).
"""

from pathlib import Path

ROLES = (
    "clerk", "handler", "officer", "stranger", "federation", "group", "sysadmin", "secadmin", "auditor",
)  # fmt: skip

# One file per app in ``tables/``; the head below gives the order of the roles.
HEAD = "clerk handler officer stranger federation group sysadmin secadmin auditor"
TABLES = sorted((Path(__file__).parent / "tables").glob("*.txt"))
TABLE = "\n".join([HEAD, *(path.read_text(encoding="utf-8") for path in TABLES)])

# Addresses that answer anonymous visitors: (arguments, GET, POST).
PUBLIC = {
    "healthz": ((), 200, 405),
    "accounts:invitation_accept": (("no-such-token",), 302, 405),
    "accounts:invitation_password": ((), 410, 410),
    "competitions:award_check": ((1, "0000-0000-0000"), 404, 405),
    "competitions:public_results": ((987654321,), 404, 405),
    "judging:home": (("no-such-token",), 404, 405),
    "judging:seat": (("no-such-token", 1), 404, 405),
    "judging:card": (("no-such-token", 1, 1), 405, 404),
    "judging:spread": (("no-such-token", 1), 404, 405),
    "learn:course_open": (("no-such-token",), 404, 405),
    "learn:quiz_open": (("no-such-token",), 404, 404),
    "learn:section_open": (("no-such-token", 1), 404, 405),
    "learn:section_file": (("no-such-token", 1), 404, 405),
    "learn:section_beat": (("no-such-token", 1), 405, 404),
    "showcase:list": ((), 200, 405),
    "showcase:innovation": ((987654321,), 404, 405),
    "showcase:picture": ((987654321, 1), 404, 405),
    "training:sign_in": ((), 410, 410),
    "training:sign_in_done": ((), 410, 405),
    "training:sign_in_rate": ((), 405, 410),
    "training:sign_in_open": (("no-such-code",), 302, 405),
}

# The two pages of one's own account that stand in for allauth's; the same for every role: (GET, POST empty).
OWN_ACCOUNT = {"account_email": (200, 200), "usersessions_list": (200, 302)}

# Where each role arrives after signing in.
LANDING = {
    "clerk": "home",
    "handler": "home",
    "officer": "home",
    "stranger": "home",
    "federation": "home",
    "group": "home",
    "sysadmin": "core:system_status",
    "secadmin": "accounts:account_list",
    "auditor": "accounts:security_log",
}

# Giving rights, and seeing or taking away sealed values: a sign-in of a while ago is not enough.
FRESH_SIGN_IN = {
    "unions:post_create": "clerk",
    "unions:post_end": "clerk",
    "unions:officer_invite": "clerk",
    "workers:worker_reveal": "officer",
    "workers:person_file": "officer",
    "workers:anonymise_due": "clerk",
    "accounts:account_detail": "secadmin",
    "exchange:export_create": "officer",
    "exchange:export_download": "officer",
}
