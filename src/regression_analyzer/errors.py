"""The one error tree. It knows nothing of HTTP or exit codes: each door maps classes once."""

from __future__ import annotations


class AnalyzerError(Exception):
    """Base of every error this package raises on purpose.

    Attributes
    ----------
    code : str
        Stable identifier, for programs (``"file_empty"``).
    message : str
        One plain sentence: what was wrong, with the line, the column and the value where known.
    hint : str
        What the user can do about it; may be empty.
    """

    default_code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(AnalyzerError):
    """A choice does not fit: an unknown column, a formula that does not parse, an unknown override."""

    default_code = "usage"


class InputError(AnalyzerError):
    """The data cannot be read or cannot be analysed."""

    default_code = "input"


class NoSuchFileError(InputError):
    """The named input file does not exist."""

    default_code = "no_such_file"


class LimitError(InputError):
    """The input is larger than a stated limit (bytes, unpacked bytes, columns, cells, memory)."""

    default_code = "too_large"


class OutputError(AnalyzerError):
    """The results cannot be written (no permission, disk full)."""

    default_code = "output"


class ConfigurationError(AnalyzerError):
    """A setting or a folder the program needs is wrong."""

    default_code = "configuration"
