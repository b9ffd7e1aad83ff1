"""The listening socket: opened, and closed without resetting whoever has connected."""

import ctypes
import socket
import sys

from qabot.errors import BadInput

BACKLOG = 2048
"""Connections that wait to be taken, at most."""

_ATTACH_FILTER = 26  # SO_ATTACH_FILTER of Linux
_LET_ALL_BUT_SYN = (  # as (code, jump if true, jump if false, operand), of a TCP segment
    (0x30, 0, 0, 13),  # load the byte of the flags
    (0x45, 0, 1, 0x02),  # has it SYN?
    (0x06, 0, 0, 0),  # drop it
    (0x06, 0, 0, 0xFFFFFFFF),  # take it
)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises BadInput where that is impossible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise BadInput(
            f"Cannot listen on {host} port {port} ({error.strerror}); choose others with: "
            "qabot serve --host H --port P"
        ) from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for its connections too
    return listening


def take_no_more(listening: socket.socket) -> None:
    """Have the kernel take no new connections; those that it has taken wait as before.

    A client that comes now tries again a second later, and finds the next service or none. Closing
    the socket at once would reset who waits. Elsewhere than on Linux nothing is done.
    """
    if sys.platform != "linux":
        return
    steps = (_Step * len(_LET_ALL_BUT_SYN))(*(_Step(*step) for step in _LET_ALL_BUT_SYN))
    program = _Program(len(steps), ctypes.cast(steps, ctypes.POINTER(_Step)))
    listening.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, bytes(program))


class _Step(ctypes.Structure):
    """One of a filter's steps: https://docs.kernel.org/networking/filter.html."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """A filter."""

    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))
