"""The words of dates, in lower case and without accents: months, seasons, "still so", nothing at all."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


_MONTH_NAMES = (
    "jan january janv janvier",
    "feb febr february fev fevr fevrier",
    "mar march mars mrs",
    "apr april avr avril",
    "may mai",
    "jun june juin",
    "jul july juil juill juillet",
    "aug august aou aout",
    "sep sept september septembre",
    "oct october octobre",
    "nov november novembre",
    "dec december decembre",
)
MONTHS = {
    name + dot: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split() for dot in ("", ".")
}

MONTH = "(?:" + "|".join(sorted((re.escape(m) for m in MONTHS), key=len, reverse=True)) + ")"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|e|\.)?"
TIME = r"(?:[t ] ?\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:[ap]\.?m\.?)?(?: ?(?:z|utc|gmt|[-+]\d\d:?\d\d|[-+]\d\d))?)?"
SEASON = "(?:early |mid[- ]|late )?(?:spring|summer|fall|autumn|winter|printemps|ete|automne|hiver)"

BLANKS = _set(
    "|-|--|?|.|n/a|n.a.|na|#n/a|null|none|nil|nan|nat|<na>|\\n|unknown|not available|not specified"
    "|inconnu|inconnue|non renseigne|non precise|nc|n/c|nd|0000-00-00|0000-00-00 00:00:00|00/00/0000|0"
)
OPEN_ENDS = _set(
    "present|presently|the present|to present|until present|till present|current|currently|now|until now|till now|today"
    "|to date|till date|until today|to this day|ongoing|on-going|continuing|still there|still employed|active"
    "|aujourd'hui|jusqu'a aujourd'hui|a aujourd'hui|a ce jour|jusqu'a ce jour|ce jour|a present|jusqu'a present"
    "|en cours|actuel|actuelle|actuellement|poste actuel|maintenant|a maintenant|jusqu'a maintenant|en poste|toujours"
    "|toujours en poste|heute|presente|actualidad|actual|atual|oggi|heden"
    "|\u81f3\u4eca|\u73b0\u5728|\u73fe\u5728|\uc7ac\uc9c1\uc911"
)

WEEKDAY = re.compile(
    r"^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|lun|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b[., ]*"
)
ABOUT = re.compile(
    r"^(?:(?:early|mid|late|about|around|circa|c\.|ca\.|vers|debut|mi|fin|courant|environ|le|en|in)(?: |-)(?:de )?|~ ?)"
)
SINCE = re.compile(r"^(?:since|depuis(?: le)?|a partir de|starting(?: from)?|as of)\s+")
FROM = re.compile(r"^(?:from|between|de|du|entre)\s+")
BETWEEN = re.compile(r" ?-{2,3} ?| - | to | until | till | through | and | a | au | et | jusqu'a | jusqu'en | -> | ~ ")

OTHER_LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")
