"""Keyed hashes of person ids, for lists that name records but must not name people."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from mercato.errors import SettingsError

_LENGTH = 12
_KEY_BYTES = 32


def person_hash(person: str, key: bytes) -> str:
    """The keyed hash of a person id (24 hexadecimal digits); without the key it cannot be tried out."""
    return hashlib.blake2b(person.encode(), key=key, digest_size=_LENGTH).hexdigest()


def load_key(path: Path | None = None) -> bytes:
    """The secret key, made on first use and kept outside every edition, readable by its owner alone."""
    file = path or Path(os.environ.get("MERCATO_KEY", Path.home() / ".config" / "mercato" / "key"))
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
    key = file.read_bytes()
    if len(key) < _KEY_BYTES // 2:
        raise SettingsError(f"the key has {len(key)} bytes", where=str(file), expected=f"at least {_KEY_BYTES // 2}")
    return key[:64]
