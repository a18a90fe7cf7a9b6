"""One figure under every combination of the choices that an analyst could have made otherwise."""

from __future__ import annotations

from mercato.multiverse.choosing import LEVELS, QUICK_LEVELS, QUICK_ROWS, Ground
from mercato.multiverse.running import Question, under_all_choices

__all__ = ["LEVELS", "QUICK_LEVELS", "QUICK_ROWS", "Ground", "Question", "under_all_choices"]
