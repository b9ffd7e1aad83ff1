"""What can go wrong, in one vocabulary.

Each message is one sentence that names the thing and the way out; it is shown to people as it is.
"""


class QABotError(Exception):
    """Base of every error that qabot raises on purpose; `exit_code` is the command line's."""

    exit_code = 1


class BadInput(QABotError):
    """What was asked for cannot be done as asked: a path, date, option or question is off."""

    exit_code = 2


class UnreadableFile(BadInput):
    """A policy file could not be read, or says things about itself that cannot be understood."""


class BuildRefused(QABotError):
    """A build is damaged, foreign, of another format or encoder, or missing."""


class BuildNotWritten(QABotError):
    """A build could not be written: the disk is full, or somebody may not write there."""


class BuildStoreUnavailable(QABotError):
    """The store that machines share builds by is away, or refuses."""


class NotConfirmed(QABotError):
    """A build changes what somebody has to say yes to, and nobody did; the live one stays."""

    exit_code = 3


class EncoderUnavailable(QABotError):
    """The encoder's weights are missing, altered, or cannot be loaded."""


class ClusterFailed(QABotError):
    """The Ray cluster that is to encode cannot be reached, or one of its nodes cannot encode."""


class StoreUnavailable(QABotError):
    """What the service remembers cannot be read or written: no database, locked, not ours."""
