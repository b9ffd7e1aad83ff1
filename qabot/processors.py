"""How many processors there are to work with."""

import os
import sys


def cores() -> int:
    """Return how many processor cores this process may use, at least 1."""
    if sys.platform == "linux":  # a container often has fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
