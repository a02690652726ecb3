"""Which of several faces is the learner's, and when nobody can tell.

The rule, in full. Nobody is recognised here; a face is known by its place and size only.

1. The primary face is the one with the highest `size x centrality`, doubled for the face that continues the last
   primary one (their boxes overlap).
2. A *rival* is another face whose side is at least `RIVAL_SIDE` of the primary's. With a rival the picture is
   ambiguous. Smaller faces in the background are counted and otherwise ignored.
3. With two or more faces of which none continues a primary face that was seen before, the picture is ambiguous too.
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
    """The primary face (None if there is no face) and whether another could as well be the learner's."""

    primary: FaceBox | None
    ambiguous: bool = False


def choose(faces: Sequence[FaceBox], previous: FaceBox | None, frame_size: tuple[int, int]) -> FaceChoice:
    """Apply rules 1 to 3. `previous` is the last primary face; all boxes in pixels of one frame size."""
    if not faces:
        return FaceChoice(None)
    ranked = sorted(faces, key=lambda face: _rank(face, previous, frame_size), reverse=True)
    primary, others = ranked[0], ranked[1:]
    rival = any(side(other) >= RIVAL_SIDE * side(primary) for other in others)
    uncertain = bool(others) and previous is not None and not continues(primary, previous)
    return FaceChoice(primary, rival or uncertain)


def side(face: FaceBox) -> float:
    """The side of the square of the same area, in pixels."""
    return sqrt(max(face.width, 0.0) * max(face.height, 0.0))


def centre(face: FaceBox) -> tuple[float, float]:
    """The middle of the box, in pixels."""
    return face.x + face.width / 2, face.y + face.height / 2


def continues(face: FaceBox, previous: FaceBox) -> bool:
    """Whether two boxes of neighbouring glances overlap enough to be one person's."""
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
