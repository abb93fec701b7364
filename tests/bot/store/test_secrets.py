"""Credentials at rest."""

from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.secrets import SecretBox, SecretKeyError, new_key

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = {"public_key": "canary-public", "private_key": "canary-private"}


@pytest.mark.requirement("R100")
@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), st.text()))
def test_what_was_sealed_can_be_opened_again(secrets: dict[str, str]) -> None:
    box = SecretBox([NEW])
    assert box.open(box.seal(secrets)) == secrets


@pytest.mark.requirement("R100")
def test_a_sealed_secret_shows_nothing_of_it() -> None:
    sealed = SecretBox([NEW]).seal(SECRETS)
    assert "canary" not in sealed
    assert "public_key" not in sealed


@pytest.mark.requirement("R100")
def test_a_new_key_reads_what_the_old_one_sealed_and_after_resealing_the_old_one_can_go() -> None:
    sealed = SecretBox([OLD]).seal(SECRETS)
    both = SecretBox([NEW, OLD])
    assert both.open(sealed) == SECRETS
    assert SecretBox([NEW]).open(both.reseal(sealed)) == SECRETS


def test_without_a_key_it_says_which_variable_to_set_and_how_to_make_one() -> None:
    box = SecretBox([])
    attempts: list[Callable[[], object]] = [lambda: box.seal(SECRETS), lambda: box.open("x"), lambda: box.reseal("x")]
    for attempt in attempts:
        with pytest.raises(SecretKeyError, match="PSA_BOT_SECRET_KEY is not set") as refusal:
            attempt()
        assert "new_key" in str(refusal.value)


def test_the_wrong_key_says_so_without_showing_any() -> None:
    sealed = SecretBox([OLD]).seal(SECRETS)
    for attempt in (SecretBox([NEW]).open, SecretBox([NEW]).reseal):
        with pytest.raises(SecretKeyError, match="None of the keys in PSA_BOT_SECRET_KEY") as refusal:
            attempt(sealed)
        assert NEW not in str(refusal.value)
        assert refusal.value.__cause__ is None


def test_a_key_that_is_none_is_named_by_its_place_and_not_shown() -> None:
    with pytest.raises(SecretKeyError, match="Key 2 of PSA_BOT_SECRET_KEY") as refusal:
        SecretBox([NEW, "canary-not-a-key"])
    assert "canary" not in str(refusal.value)


def test_no_key_is_in_the_repr() -> None:
    assert NEW not in repr(SecretBox([NEW]))


def test_a_new_key_is_one_that_works() -> None:
    box = SecretBox([new_key()])
    assert box.open(box.seal(SECRETS)) == SECRETS
