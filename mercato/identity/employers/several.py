"""Names that stand for what they hold: several employers in one text, an address of an employer."""

from __future__ import annotations

import re
from collections.abc import Container

from mercato.identity.employers.normalise import reduce_name

_BETWEEN = re.compile(r"\s*[/|;]\s*|\s+\+\s+|(?<=\w)\+(?=[A-Z])")
_ADDRESS = re.compile(r"(?:https?://|www\.|[\w.+-]+@)?((?:[a-z0-9-]+\.)+[a-z]{2,})/?", re.IGNORECASE)
_SECOND = frozenset(["ac", "co", "com", "edu", "gov", "org", "net", "or", "ne", "go", "gouv"])
FREE = frozenset(["gmail", "googlemail", "yahoo", "ymail", "hotmail", "outlook", "live", "msn", "aol", "icloud", "me",
    "mac", "proton", "protonmail", "gmx", "web", "mail", "yandex", "qq", "163", "126", "sina", "foxmail", "naver",
    "hanmail", "daum", "rediffmail", "zoho", "fastmail", "orange", "wanadoo", "free", "laposte", "sfr", "ieee", "acm",
    "t-online", "comcast", "verizon", "att", "sbcglobal", "example", "linkedin", "github", "facebook"])  # fmt: skip
"""Domains whose addresses say nothing of an employer, since anybody has them."""


def parts(name: str) -> list[str]:
    """The texts between the signs that part employers ("A / B", "A + B"); one where there are none."""
    if "://" in name:
        return [name]
    found = [part.strip(" ()[]") for part in _BETWEEN.split(name)]
    found = [part for part in found if part]
    return found if len(found) > 1 and all(len(part) > 2 for part in found) else [name]


def several(name: str, standing: Container[str]) -> list[str]:
    """The keys of the employers that one text holds, of which each stands alone elsewhere; none for one employer."""
    told = parts(name)
    if len(told) < 2:
        return []
    keys = [reduce_name(part).key for part in told]
    return list(dict.fromkeys(key for key in keys if key in standing))


def domain(name: str) -> str:
    """The key of the owner of an e-mail or web address ("ann@mail.example.co.uk" → "example"); nothing for others."""
    found = _ADDRESS.fullmatch(name.strip())
    if not found or (name.count(".") == 1 and "@" not in name and name.lower().endswith((".com", ".io"))):
        return ""
    labels = found[1].lower().split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND:
        labels = labels[:-1]
    label = labels[-1]
    return "" if label in FREE and "@" in name else reduce_name(label).key
