"""Logs on standard error, the server's own and the libraries' alike: as JSON, or for people."""

import logging
import sys
from traceback import extract_tb

import structlog
from structlog.typing import EventDict, WrappedLogger

from qabot.settings import LogFormat


def configure_logs(as_: LogFormat) -> None:
    """Set up logging for a service's whole process: "json" is one object a line, "text" for people.

    Debug lines, which quote data, are left out.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_messages,
                _renderer(as_),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("qabot").setLevel(logging.INFO)


def _renderer(as_: LogFormat) -> structlog.typing.Processor:
    if as_ == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="time")


def _without_messages(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Put `failure` in the place of an error that a library logs with its message."""
    told = event.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else None
    if error is not None:
        event.update(failure(error))
    return event


def failure(error: BaseException) -> dict[str, object]:
    """Return what is logged of an error: its type, and the frames it came from, innermost last.

    Its message is left out: it may quote the question.
    """
    found = extract_tb(error.__traceback__)
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found]
    return {"error": type(error).__name__, "frames": frames}
