"""Ports for servers that are told theirs."""

import random
import socket

# Linux hands out ports from 32768 on to whoever asks for none; Ray's workers take some below 20000.
_PORTS = range(20_000, 32_768)


def free_port() -> int:
    """Return a port that nobody listens on."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:  # taken
            continue
