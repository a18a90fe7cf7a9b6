"""Every key of a ``mercato.toml`` that makes no sense is told with the file, the value and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from mercato.errors import SettingsError
from mercato.settings import load_settings

WRONG = {
    'titel = "x"': "unknown key titel",
    "title = 5": "title is 5. Expected text",
    'as_of = "soon"': "as_of is 'soon'",
    'aliases = "nowhere.csv"': "nowhere.csv, which does not exist",
    'kinds = "."': "which is not a file",
    "parents = 5": "parents is 5",
    'focus = "Acme"': "focus is 'Acme'",
    "options = 5": "options is 5",
    "[options]\nminimum_people = 0": "minimum_people is 0. Expected a whole number of at least 1",
    "[options]\nminimum_people = true": "minimum_people is True",
    "[options]\nmonths = [[1]]": r"months is \[\[1\]\]",
    "[options]\nbridge_months = 1e30": "bridge_months is 1e",
    "[options]\nseed = 99999999999999999999": "seed is 9",
    "[options]\nbulk_share = 7": "bulk_share is 7. Expected a number from 0 to 1",
    "[options]\nbulk_share = nan": "bulk_share is nan",
    "[source]\ncolumns = 5": "columns of a source is 5",
    "[source]\ncolumns = { employer = 5 }": "columns of a source",
    '[source]\nlayout = "lines"': "layout of a source is 'lines'. Expected one of",
    '[sources."a.csv"]\ndates = "ymd"': "dates of a source is 'ymd'",
    '[source]\nseparator = "abc"': "separator of a source is 'abc'",
    '[source]\nsimulated = "maybe"': "simulated of a source",
    "[source]\nlicence = 5": "licence of a source is 5",
    "[source]\ncolour = 5": "unknown key colour",
    "= 5": "not a TOML file",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_key_that_makes_no_sense_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "mercato.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=WRONG[text]) as error:
        load_settings(tmp_path / "mercato.toml")
    assert "mercato.toml" in str(error.value)
