"""What a process gives up that neither reading policies nor answering needs."""

import ctypes
import resource
import sys

_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4  # of prctl(2)


def drop() -> None:
    """Leave no core dump, which would hold secrets and questions, and never gain a privilege.

    On Linux other processes of the same user cannot read the memory or the environment any more
    either. It cannot be undone, and holds for whatever is started from here on, the last aside.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        prctl(_DUMPABLE, 0, 0, 0, 0)
