"""The one error that users cause: a stable code with what is needed to explain it, rolled back alone and answered kindly."""

from typing import Any


class Refusal(Exception):
    """A no to one act: `code` is stable and listed in web/texts/verdicts.py, `fields` fill that text.

    Fields hold what was scanned, what was wanted, in which bin, what to do next; they must be JSON values.
    """

    def __init__(self, code: str, /, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.code} {self.fields}" if self.fields else self.code


class TryAgain(Exception):
    """The act could not be committed now (disk full, database locked, shutting down): the caller keeps it and repeats it."""
