"""Logs as one JSON object a line on standard error, the server's own and the libraries' alike."""

import logging
import sys
from traceback import extract_tb

import structlog


def configure_logs() -> None:
    """Set up logging for a service's whole process. Debug lines, which quote data, are left out."""
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
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("qabot").setLevel(logging.INFO)


def frames(error: BaseException) -> list[str]:
    """Return where an error came from, innermost last.

    Its message is not for the log: it may quote the question.
    """
    found = extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found]
