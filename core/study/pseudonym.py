"""Random pseudonyms, short enough to read aloud, without letters and digits that look alike."""

from __future__ import annotations

import secrets
from collections.abc import Set as AbstractSet

from core.errors import StudyError

PREFIX = "P-"
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
"""Without 0 O, 1 I L, 2 Z, 5 S, 8 B, U V."""
_LENGTH = 4
_TRIES = 1000


def draw(taken: AbstractSet[str]) -> str:
    """A random unused pseudonym such as P-7F3K; never derived from a name. Raises `StudyError` when none is left."""
    for _ in range(_TRIES):
        pseudonym = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
        if pseudonym not in taken:
            return pseudonym
    raise StudyError("There are no pseudonyms left. Finish a study and erase its participants.")
