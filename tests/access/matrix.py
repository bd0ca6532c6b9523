"""Who gets which answer: every address of ours, by role and method, for an object of ``union``.

Written by hand from design section 4, never computed from the policy under test. ``stranger`` is the officer
of another union: what lies in ``union`` must look to them as if it did not exist (404). ``handler`` holds the
case duty only, ``federation`` stands above ``union``, ``group`` sees figures, the three administrators see no
business records (403). POSTs are sent empty: 200 is the form again with its errors.

A role without a right over the whole page gets 403 for every id, existing or not. ``object`` names what the
address is about, in the order of its arguments (tests/access/conftest.py).
"""

ROLES = (
    "clerk", "handler", "officer", "stranger", "federation", "group", "sysadmin", "secadmin", "auditor",
)  # fmt: skip

TABLE = """
                                                clerk handler officer stranger federation group sysadmin secadmin auditor
home                            -         GET   200   200     200     200      200        200   302      302      302
                                          POST  405   405     405     405      405        405   405      405      405
start                           -         GET   302   302     302     302      302        302   302      302      302
                                          POST  405   405     405     405      405        405   405      405      405
unions:union_tree               -         GET   200   200     200     200      200        403   403      403      403
                                          POST  405   405     405     405      405        403   403      403      403
unions:union_create             -         GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:union_detail             union     GET   200   200     200     404      200        403   403      403      403
                                          POST  405   405     405     405      405        403   403      403      403
unions:union_edit               union     GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:union_move               union     GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:union_dissolve           union     GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:term_create              union     GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:registration_create      union     GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:employer_list            -         GET   200   200     200     200      200        403   403      403      403
                                          POST  405   405     405     405      405        403   403      403      403
unions:employer_options         -         GET   200   200     200     200      200        403   403      403      403
                                          POST  405   405     405     405      405        403   403      403      403
unions:employer_create          -         GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:employer_detail          employer  GET   200   200     200     404      200        403   403      403      403
                                          POST  405   405     405     405      405        403   403      403      403
unions:employer_edit            employer  GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:headcount_create         employer  GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:coverage_create          employer  GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:coverage_end             employer  GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:post_list                -         GET   200   403     403     403      403        403   403      403      403
                                          POST  405   403     403     403      403        403   403      403      403
unions:post_create              -         GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:post_end                 post      GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
unions:officer_invite           -         GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
workers:worker_list             -         GET   200   403     200     200      200        403   403      403      403
                                          POST  302   403     302     302      302        403   403      403      403
workers:worker_create           -         GET   200   403     200     200      200        403   403      403      403
                                          POST  200   403     200     200      200        403   403      403      403
workers:worker_detail           worker    GET   200   403     200     404      200        403   403      403      403
                                          POST  405   403     405     405      405        403   403      403      403
workers:worker_edit             worker    GET   200   403     200     404      200        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
workers:worker_reveal           worker    GET   200   403     200     404      200        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
workers:membership_change       worker    GET   200   403     200     404      200        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
workers:document_replace        worker    GET   200   403     200     404      200        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
workers:employment_create       worker    GET   200   403     200     404      200        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
workers:employment_end          worker,employment
                                          GET   200   403     200     404      200        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
exchange:run_list               -         GET   200   403     200     200      200        403   403      403      403
                                          POST  405   403     405     405      405        403   403      403      403
exchange:run_upload             -         GET   200   403     200     200      200        403   403      403      403
                                          POST  200   403     200     200      200        403   403      403      403
exchange:template               workers   GET   200   403     200     200      200        403   403      403      403
                                          POST  405   403     405     405      405        403   403      403      403
exchange:run_detail             run       GET   200   403     200     404      200        403   403      403      403
                                          POST  405   403     405     405      405        403   403      403      403
exchange:run_progress           run       GET   200   403     200     404      200        403   403      403      403
                                          POST  405   403     405     405      405        403   403      403      403
exchange:run_fix                run,row   GET   400   403     400     404      400        403   403      403      403
                                          POST  400   403     400     404      400        403   403      403      403
exchange:run_apply              run       GET   405   403     405     405      405        403   403      403      403
                                          POST  302   403     302     404      302        403   403      403      403
exchange:run_discard            run       GET   405   403     405     405      405        403   403      403      403
                                          POST  302   403     302     404      302        403   403      403      403
exchange:run_retry              run       GET   405   403     405     405      405        403   403      403      403
                                          POST  302   403     302     404      302        403   403      403      403
exchange:run_undo               run       GET   405   403     405     405      405        403   403      403      403
                                          POST  302   403     302     404      302        403   403      403      403
exchange:run_workbook           run       GET   405   403     405     405      405        403   403      403      403
                                          POST  200   403     200     404      200        403   403      403      403
accounts:account_list           -         GET   403   403     403     403      403        403   403      200      403
                                          POST  403   403     403     403      403        403   403      405      403
accounts:account_detail         account   GET   403   403     403     403      403        403   403      200      403
                                          POST  403   403     403     403      403        403   403      200      403
accounts:security_log           -         GET   403   403     403     403      403        403   403      200      200
                                          POST  403   403     403     403      403        403   403      405      405
accounts:audit_log              -         GET   403   403     403     403      403        403   403      403      200
                                          POST  403   403     403     403      403        403   403      403      405
accounts:audit_check            -         GET   403   403     403     403      403        403   403      403      200
                                          POST  403   403     403     403      403        403   403      403      405
core:job_list                   -         GET   200   403     200     200      200        403   200      403      403
                                          POST  405   405     405     405      405        405   405      405      405
core:job_detail                 job       GET   404   403     200     404      404        403   200      403      403
                                          POST  405   405     405     405      405        405   405      405      405
core:job_progress               job       GET   404   403     200     404      404        403   200      403      403
                                          POST  405   405     405     405      405        405   405      405      405
core:job_retry                  job       GET   405   405     405     405      405        405   405      405      405
                                          POST  404   403     302     404      404        403   302      403      403
core:system_status              -         GET   403   403     403     403      403        403   200      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reform:plan_detail              -         GET   200   200     200     200      200        200   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reform:measure_edit             measure   GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
reports:report_list             -         GET   200   403     403     403      403        200   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reports:report_build            -         GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
reports:report_verify           -         GET   200   403     403     403      403        200   403      403      403
                                          POST  200   403     403     403      403        200   403      403      403
reports:report_detail           report    GET   200   403     403     403      403        200   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reports:report_records          report,A2,numerator
                                          GET   200   403     404     404      404        403   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reports:report_download         report,pdf
                                          GET   405   405     405     405      405        405   405      405      405
                                          POST  200   403     403     403      403        200   403      403      403
reports:schedule_list           -         GET   200   403     403     403      403        403   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reports:schedule_edit           schedule  GET   200   403     403     403      403        403   403      403      403
                                          POST  200   403     403     403      403        403   403      403      403
reports:indicator_list          -         GET   200   403     200     200      200        200   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reports:indicator_detail        A2        GET   200   403     200     200      200        200   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
reports:indicator_records       A2,numerator
                                          GET   200   403     200     200      200        403   403      403      403
                                          POST  405   405     405     405      405        405   405      405      405
"""

# Addresses that answer anonymous visitors: (arguments, GET, POST).
PUBLIC = {
    "healthz": ((), 200, 405),
    "accounts:invitation_accept": (("no-such-token",), 302, 405),
    "accounts:invitation_password": ((), 410, 410),
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
    "accounts:account_detail": "secadmin",
}
