"""Countries as people write them, in English and French → ISO 3166 alpha-2 codes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ALSO = {
    "usa": "US", "us": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "etats unis": "US",
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "angleterre": "GB", "grande-bretagne": "GB", "south korea": "KR", "korea": "KR", "republic of korea": "KR",
    "coree du sud": "KR", "russian federation": "RU", "czech republic": "CZ", "holland": "NL", "the netherlands": "NL",
    "viet nam": "VN", "taiwan": "TW", "hong kong": "HK", "china": "CN", "chine": "CN", "turkey": "TR", "turquie": "TR",
    "gbr": "GB", "fra": "FR", "deu": "DE", "esp": "ES", "ita": "IT", "che": "CH", "bel": "BE", "nld": "NL", "can": "CA",
    "chn": "CN", "jpn": "JP", "ind": "IN", "bra": "BR", "aus": "AU", "kor": "KR", "prt": "PT", "swe": "SE", "isr": "IL",
    "irl": "IE", "pol": "PL", "sgp": "SG", "aut": "AT", "dnk": "DK", "fin": "FI", "nor": "NO", "mex": "MX", "rus": "RU",
}  # fmt: skip


def country_code(text: str) -> str | None:
    """The ISO 3166 alpha-2 code of a country's name or code; None where it cannot be told."""
    plain = _plain(text)
    return _ALSO.get(plain) or _names().get(plain)


def _plain(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
                names.setdefault(_plain(name), code)
                names.setdefault(code.lower(), code)
    return names
