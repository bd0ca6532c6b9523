"""Becomes another command, after tying its life to the process that started it.

Run as a script: child.py parent=PID death=SIGNAL account=UID:GID caps=0|1 group=0|1 COMMAND ARGS…
`account` drops root's rights to another user (PostgreSQL refuses root). `caps` keeps one right of root for it:
to pass through folders such as a private home that the other user could not enter on the way to the data.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
# Rights stay as they are when the user changes, and access(2), by which initdb looks for its programs, heeds them.
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
# Reading and passing through is enough; containers often grant only the wider right.
CAP_DAC_READ_SEARCH = 2
CAP_DAC_OVERRIDE = 1


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def keep_passage(libc: ctypes.CDLL) -> bool:
    """Leaves the process only the right to pass through private folders; False if that is refused."""
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        header = _Header(CAPABILITY_VERSION_3, 0)
        data = (_Data * 2)()
        data[0].effective = data[0].permitted = data[0].inheritable = 1 << capability
        if libc.capset(ctypes.byref(header), data) == 0:
            return libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0
    return False


def become(account: str, *, caps: bool, libc: ctypes.CDLL) -> None:
    """Changes to the user UID:GID for good."""
    uid, gid = map(int, account.split(":"))
    kept = caps and libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if caps and not (kept and keep_passage(libc)):
        sys.exit(
            f"用户 {uid} 无法进入本目录 · user {uid} cannot enter the folders on the way to {os.path.dirname(__file__)} "
            "or PORTAL_DATA; move both out of the private folder 请移到公共目录，如 e.g. /srv"
        )


def main(arguments: list[str]) -> None:
    """Prepares this process as the options say and becomes the command."""
    options = dict(argument.split("=", 1) for argument in arguments[:5])
    command = arguments[5:]
    libc = ctypes.CDLL(None)
    # What the parent ignores while it stops others must still reach the command.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if options["group"] == "1":
        os.setsid()
    if options["account"]:
        become(options["account"], caps=options["caps"] == "1", libc=libc)
    # After the change of user, which clears it. macOS has no such call: there the recorded pids do the work.
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, int(options["death"]), 0, 0, 0)
        if os.getppid() != int(options["parent"]):
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
