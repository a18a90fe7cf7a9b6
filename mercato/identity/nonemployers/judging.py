"""Why a text is no employer's name: blanks, oneself, noise, places, departments, sentences, jobs, persons."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mercato.identity.folding import folded, repaired, shown, words
from mercato.identity.nonemployers.fragments import (
    is_code,
    is_cut_off,
    is_department,
    is_document,
    is_job,
    is_mail_of_nobody,
    is_markup,
)
from mercato.identity.nonemployers.namelexicon import legal_words
from mercato.identity.nonemployers.noise import is_noise
from mercato.identity.nonemployers.personnames import is_person_name
from mercato.identity.nonemployers.placeholders import placeholder
from mercato.identity.nonemployers.placenames import is_address, place

MANY = 3
_LONGEST = 400
_FEWEST, _LOOKED_AT = 20, 1000


def reason_not_employer(
    name: str, plain: Sequence[str], people: int = 0, people_names: Collection[str] = (), persons_employ: bool = False
) -> str:
    """Why a name is no employer's, or '' where it may be one.

    ``name`` is as written, ``plain`` its words without case and punctuation (``reduce_name(name).plain``), ``people``
    how many have it, ``people_names`` the persons of the same data as ``person_key`` gives them. ``persons_employ``:
    the employers of these data are persons (``employers_are_persons``), so a person's name is one.

    Reasons: those of data/not_employers.toml, and "keyboard noise", "an e-mail address", "markup", "a number or code",
    "an address", "a place", "a department without its institution", "cut off", "a heading or sentence", "a job title",
    "a person's name". What MANY people share and is no placeholder, department, address or country is an employer.
    """
    if not plain:
        return "blank"
    reason = placeholder(plain)
    if reason:
        return reason
    if len(name) > _LONGEST or _has_form(plain):
        return ""
    shared = people >= MANY
    found = _of_form(name, plain, shared) or _of_part(name, plain, shared)
    if found or shared:
        return found
    return _of_text(name, plain) or ("" if persons_employ else _of_person(name, plain, people_names))


def _has_form(plain: Sequence[str]) -> bool:
    """Whether a name ends in a legal form: then it is a firm's, whatever stands before."""
    return len(plain) > 1 and (plain[-1] in legal_words() or plain[-1].startswith(("incorporat", "corporat")))


def _of_form(name: str, plain: Sequence[str], shared: bool) -> str:
    if is_mail_of_nobody(name):
        return "an e-mail address"
    if is_markup(name):
        return "markup"
    if not shared and is_noise(plain):
        return "keyboard noise"
    if is_code(plain) and not (shared and len(plain[0]) < 4):
        return "a number or code"
    return "an address" if is_address(plain) else ""


def _of_part(name: str, plain: Sequence[str], shared: bool) -> str:
    where = place(plain)
    acronym = name.isupper() and len(name) < 6
    if where == "country" or (where and not shared and not acronym):
        return "a place"
    if is_department(plain):
        return "a department without its institution"
    return "cut off" if is_cut_off(plain) else ""


def _of_text(name: str, plain: Sequence[str]) -> str:
    if is_document(name, plain):
        return "a heading or sentence"
    return "a job title" if is_job(plain) else ""


def _of_person(name: str, plain: Sequence[str], people_names: Collection[str]) -> str:
    if people_names and 1 < len(plain) < 6 and not set(_orders(plain)).isdisjoint(people_names):
        return "a person's name"
    return "a person's name" if is_person_name(shown(repaired(shown(name)))) else ""


def person_key(name: str) -> str:
    """A person's name as ``people_names`` holds it: its plain words with single spaces."""
    return " ".join(words(folded(shown(name))))


def _orders(plain: Sequence[str]) -> tuple[str, str]:
    return " ".join(plain), " ".join([plain[-1], *plain[:-1]])


def employers_are_persons(names: Collection[str]) -> bool:
    """Whether most of the employers of some data are persons, as where assistants name their member of parliament.

    Of many names, every so manieth of the sorted ones is looked at, a thousand at least.
    """
    looked = sorted(names)[:: max(1, len(names) // _LOOKED_AT)]
    return len(looked) >= _FEWEST and 2 * sum(is_person_name(name) for name in looked) > len(looked)
