"""Settings fail at start, and say the name of what is missing or wrong."""

from pathlib import Path

import pytest

from rapport import config


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setattr(config, "ROOT", tmp_path)  # no .env of the developer's own
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("DATABASE_URL", "SECRET_KEY", "PORT", "PUBLIC_URL", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_nothing_is_needed_to_start_embedded(environment: pytest.MonkeyPatch) -> None:
    loaded = config.load()
    assert loaded.is_embedded
    assert loaded.public_url == "http://localhost:8000"
    assert len(loaded.secret_key) > 40


def test_the_local_secret_is_made_once(environment: pytest.MonkeyPatch) -> None:
    assert config.load().secret_key == config.load().secret_key


def test_a_grown_database_needs_a_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgres://app@db/rapport")
    with pytest.raises(config.ConfigError, match="SECRET_KEY"):
        config.load()


def test_every_wrong_setting_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "eighty")
    environment.setenv("MAX_UPLOAD_BYTES", "50 MB")
    with pytest.raises(config.ConfigError) as caught:
        config.load()
    assert "PORT" in str(caught.value)
    assert "MAX_UPLOAD_BYTES" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VECTORS_URL", "pinecone://x"),
        ("EVENTS_URL", "rabbit://x"),
        ("EMBEDDINGS_URL", "minilm"),
        ("EMBEDDINGS_OTHER_URLS", "builtin:float32 minilm"),
        ("PUBLIC_URL", "rapport.example"),
    ],
)
def test_an_address_of_an_unknown_kind_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(config.ConfigError, match=name):
        config.load()
