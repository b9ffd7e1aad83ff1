"""What may be said of an error in a log."""

from traceback import extract_tb


def frames(error: BaseException) -> list[str]:
    """Return where an error came from, innermost last.

    Its message is not for the log: it may quote the question.
    """
    found = extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found]
