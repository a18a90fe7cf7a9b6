"""Identifiers of people as written → one key for each person that they name: an identifier decides who is who."""

from __future__ import annotations

NAME_PREFIX = "name:"
"""What an id begins with that is only a name."""

UNIT = "chr(31)"
"""Parts ids that were made of a name, since no name as read holds this sign."""

_ORCID = r"(?:^|[^0-9A-Za-z])(000\d-\d{4}-\d{4}-\d{3}[\dXx])(?:$|[^0-9A-Za-z])"
_PROFILE = r"linkedin\.[a-z]+/(?:in|pub)/([^/?#\s]+)"
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def is_name(person: str) -> str:
    """Whether an id is only a name, as a condition."""
    return f"starts_with({person}, '{NAME_PREFIX}')"


def key_of(person: str) -> str:
    """The key of an identifier, as an expression: an ORCID iD, a profile or an e-mail address however it is written."""
    plain = f"regexp_replace(regexp_replace(lower({person}), '^https?://(www\\.)?', ''), '/+$', '')"
    return (
        f"CASE WHEN regexp_matches({person}, '{_ORCID}') "
        f"THEN 'orcid:' || upper(regexp_extract({person}, '{_ORCID}', 1)) "
        f"WHEN regexp_matches(lower({person}), '{_PROFILE}') "
        f"THEN 'linkedin:' || regexp_extract(lower({person}), '{_PROFILE}', 1) "
        f"WHEN regexp_matches({person}, '{_EMAIL}') THEN 'email-' || left(sha256(lower({person})), 32) "
        f"WHEN starts_with(lower({person}), 'http') AND contains({person}, '://') THEN {plain} ELSE {person} END"
    )


def kind_of(person: str, namespace: str) -> str:
    """The kind of an identifier, as an expression: two different ones of one kind are two people.

    ORCID iDs are of one kind wherever they stand; any other is of its source and of the sign that it begins with.
    """
    return (
        f"CASE WHEN starts_with({person}, 'orcid:') THEN 'orcid' "
        f"ELSE {namespace} || ':' || regexp_extract({person}, '^[^0-9A-Za-z]*') END"
    )
