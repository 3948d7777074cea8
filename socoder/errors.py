"""Errors that a user can cause or mend: one line each, with a stable code and an exit status."""

from __future__ import annotations


class SocoderError(Exception):
    """Base of all errors that socoder raises on purpose; the message is one line for a person.

    `code` is stable for programs; `exit_status` is what the command line ends with.
    """

    code = "error"
    exit_status = 2


class InputError(SocoderError):
    """A file, text or argument that cannot be used as it is."""

    code = "input"


class UnknownCodeError(SocoderError):
    """A code that is not in this version of the classification."""

    code = "unknown_code"


class ReferenceDataError(SocoderError):
    """Official reference data is needed for this and was not found, or is not as expected."""

    code = "reference_data"


class MissingExtraError(SocoderError):
    """An optional library is needed for this and is not installed."""

    code = "missing_extra"


class BundleError(SocoderError):
    """The model bundle is missing, damaged, or of a newer format than this version reads."""

    code = "bundle"
    exit_status = 4
