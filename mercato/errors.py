"""Every error that a user may see: what was found, where, what was expected, what to do."""

from __future__ import annotations


class MercatoError(Exception):
    """A fault in the data or the settings that its reader can mend; the command line exits with 1.

    The text reads ``where: found. Expected expected. remedy``; parts left empty are left out.
    """

    def __init__(self, found: str, *, where: str = "", expected: str = "", remedy: str = "") -> None:
        self.found = found
        self.where = where
        self.expected = expected
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}" if self.where else self.found
        sentences = [text]
        if self.expected:
            sentences.append(f"Expected {self.expected}")
        if self.remedy:
            sentences.append(self.remedy)
        return " ".join(s.rstrip() if s.rstrip().endswith((".", "?", "!")) else s.rstrip() + "." for s in sentences)


class DataError(MercatoError):
    """The input cannot be read as what it claims to be."""


class SettingsError(MercatoError):
    """A setting, an option or a column map is not one that Mercato knows."""


class EngineError(MercatoError):
    """An engine is missing, cannot be reached, or would give another answer than its peers."""
