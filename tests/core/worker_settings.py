"""Settings of the worker that the tests kill: the portal's own, plus one kind of job made for killing."""

from nanyue_portal import settings as portal

globals().update({name: value for name, value in vars(portal).items() if name.isupper()})
JOB_HANDLERS = portal.JOB_HANDLERS | {"tests.slow": "tests.core.job_handlers.write_slowly"}
