"""Chooses the learner's face among several, or reports that the choice is ambiguous.

The complete rule follows. Nobody is recognised; a face is tracked by position and size only.

1. The primary face is the one with the highest `size x centrality`, doubled for the face that continues the previous
   primary one (their boxes overlap).
2. A *rival* is another face whose side is at least `RIVAL_SIDE` of the primary's. With a rival the picture is
   ambiguous. Smaller faces in the background are counted and otherwise ignored.
3. With two or more faces of which none continues the previous primary face, the picture is ambiguous too.
4. An ambiguous picture pauses the visual modality (`Reason.SEVERAL_FACES`) until it has been clear for
   `CLEAR_AFTER_S`, so that curves of two people never mix and the pause does not flicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from core.types import FaceBox

RIVAL_SIDE = 0.6
CLEAR_AFTER_S = 0.5
CONTINUES_OVERLAP = 0.2


@dataclass(frozen=True, slots=True)
class FaceChoice:
    """The primary face (None if there is no face) and whether another face could be the learner's as well."""

    primary: FaceBox | None
    ambiguous: bool = False


def choose(faces: Sequence[FaceBox], previous: FaceBox | None, frame_size: tuple[int, int]) -> FaceChoice:
    """Applies rules 1 to 3. `previous` is the last primary face; all boxes in pixels of one frame size."""
    if not faces:
        return FaceChoice(None)
    ranked = sorted(faces, key=lambda face: _rank(face, previous, frame_size), reverse=True)
    primary, others = ranked[0], ranked[1:]
    rival = any(side(other) >= RIVAL_SIDE * side(primary) for other in others)
    uncertain = bool(others) and previous is not None and not continues(primary, previous)
    return FaceChoice(primary, rival or uncertain)


def side(face: FaceBox) -> float:
    """Side of the square with the same area, in pixels."""
    return sqrt(max(face.width, 0.0) * max(face.height, 0.0))


def centre(face: FaceBox) -> tuple[float, float]:
    """Centre of the box, in pixels."""
    return face.x + face.width / 2, face.y + face.height / 2


def continues(face: FaceBox, previous: FaceBox) -> bool:
    """Whether two boxes of neighbouring glances overlap enough to belong to one person."""
    return overlap(face, previous) >= CONTINUES_OVERLAP


def overlap(one: FaceBox, two: FaceBox) -> float:
    """Intersection over union, 0 to 1."""
    width = min(one.x + one.width, two.x + two.width) - max(one.x, two.x)
    height = min(one.y + one.height, two.y + two.height) - max(one.y, two.y)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / max(side(one) ** 2 + side(two) ** 2 - shared, 1e-9)


def _rank(face: FaceBox, previous: FaceBox | None, frame_size: tuple[int, int]) -> float:
    width, height = frame_size
    x, y = centre(face)
    off_centre = hypot(x / width - 0.5, y / height - 0.5)
    kept = 2.0 if previous is not None and continues(face, previous) else 1.0
    return side(face) * (1.0 - 0.5 * min(off_centre, 1.0)) * kept
