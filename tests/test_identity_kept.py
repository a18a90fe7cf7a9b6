"""What is kept on disk between runs: read back as it was, and worked out anew wherever that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from mercato.identity.kept import kept


def counted(calls: list[int]):  # type: ignore[no-untyped-def]
    @kept
    def work_out() -> dict[str, int]:
        calls.append(1)
        return {"oslo": 700_000}

    return work_out


def test_it_is_worked_out_once_and_read_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERCATO_CACHE", str(tmp_path / "new" / "folder"))
    calls: list[int] = []
    assert counted(calls)() == {"oslo": 700_000}
    assert counted(calls)() == {"oslo": 700_000}
    assert len(calls) == 1


def test_what_cannot_be_read_is_worked_out_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERCATO_CACHE", str(tmp_path))
    calls: list[int] = []
    counted(calls)()
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"not what was written")
    assert counted(calls)() == {"oslo": 700_000}
    assert len(calls) == 2


@pytest.mark.parametrize("folder", ["", "/proc/none/such"])
def test_nothing_is_kept_where_nothing_may_be(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERCATO_CACHE", folder)
    calls: list[int] = []
    assert counted(calls)() == counted(calls)() == {"oslo": 700_000}
    assert len(calls) == 2
