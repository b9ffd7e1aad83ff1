"""A connection on which the head of a response and its body are sent together.

Uvicorn writes one after the other. Where a process is killed between the two, a proxy has passed
the head on already, and cannot put the question to another replica any more.
"""

from asyncio import BaseProtocol, Transport, get_running_loop
from typing import Any


class JoinedWrites(Transport):
    """Hands to `transport` in one write what is written in one step of the event loop."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self._loop = get_running_loop()
        self._written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send this when the step that writes it is done."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(bytes(data))

    def close(self) -> None:
        """Send what was written, and close."""
        self._send()
        self._transport.close()

    def abort(self) -> None:
        """Close at once, whatever was written."""
        self._written.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Tell whether it is closed, or will be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return what is known of the connection."""
        return self._transport.get_extra_info(name, default)

    def set_protocol(self, protocol: BaseProtocol) -> None:
        """Let another protocol have what comes."""
        self._transport.set_protocol(protocol)

    def pause_reading(self) -> None:
        """Take nothing that comes."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take what comes again."""
        self._transport.resume_reading()

    def _send(self) -> None:
        if self._written:
            data = b"".join(self._written)
            self._written.clear()
            self._transport.write(data)
