"""Credentials at rest: sealed with Fernet keys from the environment, newest first (R100)."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

HOW_TO_MAKE_ONE: Final = (
    'Make a key with: python -c "from bot.store.secrets import new_key; print(new_key())" '
    "and keep it safe: without it the stored credentials cannot be read."
)


class SecretKeyError(Exception):
    """No key, no valid key, or not the key that sealed the secret. The message says what to do; it holds no key."""


class SecretBox:
    """Seals with the first key, opens with any. Without a key it refuses to do either."""

    __slots__ = ("_fernet",)

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([_fernet(key, number) for number, key in enumerate(keys, 1)]) if keys else None

    def __repr__(self) -> str:
        return "SecretBox()"

    def seal(self, secrets: Mapping[str, str]) -> str:
        return self._keys().encrypt(msgspec.json.encode(dict(secrets))).decode()

    def open(self, sealed: str) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._keys().decrypt(sealed), type=dict[str, str])
        except InvalidToken:
            raise _wrong_key() from None

    def reseal(self, sealed: str) -> str:
        """The same secret under the newest key."""
        try:
            return self._keys().rotate(sealed).decode()
        except InvalidToken:
            raise _wrong_key() from None

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise SecretKeyError(f"PSA_BOT_SECRET_KEY is not set, so credentials cannot be stored. {HOW_TO_MAKE_ONE}")
        return self._fernet


def new_key() -> str:
    return Fernet.generate_key().decode()


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise SecretKeyError(f"Key {number} of PSA_BOT_SECRET_KEY is not a Fernet key. {HOW_TO_MAKE_ONE}") from None


def _wrong_key() -> SecretKeyError:
    return SecretKeyError(
        "None of the keys in PSA_BOT_SECRET_KEY opens the stored credentials. "
        "Add the key that they were stored with to the end of the list, or enter the credentials again."
    )
