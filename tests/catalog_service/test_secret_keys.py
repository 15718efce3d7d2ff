"""The file of keys: who may read it, what it decrypts, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.secret_keys import SecretKeys, add_key, create_file
from catalog_service.settings import Settings
from ontology.errors import AtlasError


def settings(folder: Path, file: str = "keys") -> Settings:
    return Settings(home=folder / "var", secret_file=folder / file)


def test_each_key_of_the_file_decrypts_and_the_last_encrypts(tmp_path: Path) -> None:
    given = settings(tmp_path)
    first = create_file(given)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    old = first.encrypt(b"secret", "a")
    second = add_key(given)
    assert second.newest != first.newest
    assert second.decrypt(old, "a") == b"secret"
    new = second.encrypt(b"secret", "a")
    assert (b"secret" in old + new, second.decrypt(new, "a")) == (False, b"secret")
    with pytest.raises(AtlasError, match=second.newest) as caught:
        first.decrypt(new, "a")
    assert caught.value.code == "secret-key-missing"
    moved = bytes([*new[:-1], new[-1] ^ 1])
    for encrypted, context in ((new, "b"), (moved, "a"), (b"", "a"), (b"\x02" + new[1:], "a")):
        with pytest.raises(AtlasError) as caught:
            second.decrypt(encrypted, context)
        assert caught.value.code == "secret-damaged"
    with pytest.raises(AtlasError) as caught:
        create_file(given)
    assert caught.value.code == "secret-file-exists"


def test_a_file_that_is_not_right_is_refused(tmp_path: Path) -> None:
    def refused(given: Settings) -> str:
        with pytest.raises(AtlasError) as caught:
            SecretKeys.load(given)
        assert caught.value.code == "secret-file-unusable"
        return caught.value.message()

    given, path = settings(tmp_path), tmp_path / "keys"
    assert "secret create" in refused(given)
    create_file(given)
    for mode in (0o604, 0o620, 0o602):
        path.chmod(mode)
        assert "chmod 600" in refused(given)
    path.chmod(0o600)
    path.write_text("# nothing\n")
    assert "no key" in refused(given)
    path.write_text("\n\nc2hvcnQ=\n")
    message = refused(given)
    assert "line 3" in message and "c2hv" not in message
    assert "data folder" in refused(settings(tmp_path, "var/keys"))
    with pytest.raises(AtlasError) as caught:
        SecretKeys.load(Settings(home=tmp_path / "var"))
    assert caught.value.code == "secret-file-needed"
