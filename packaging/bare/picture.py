"""Decides whether a saved picture of the window shows the demo at work: not blank, a face box, four curves.

    python3 packaging/bare/picture.py PICTURE

It uses the standard library only, because it also looks at pictures of an installation without Python packages.
"""

from __future__ import annotations

import re
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

LOOKS = Path(__file__).resolve().parents[2] / "core" / "appearance.py"
NEAR = 40
"""Largest difference of a channel at which a pixel still has a curve's colour: the edges of curves are smoothed."""
CURVE_COLUMNS = 5
"""Columns of the plot in which a curve must be seen. In the first 15 s three curves lie on each other near 0 %."""
WHITE = 240
SIDE = 0.25
"""Least height of the face box, as a part of the preview."""
LINE_PX = 6
"""More than the width of the face box's lines."""
CORNER_PX = 8
"""The corners of the face box are rounded."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the window; 0 to 1 from its left and upper edge."""

    left: float
    top: float
    right: float
    bottom: float


PREVIEW = Region(0.02, 0.11, 0.275, 0.405)
PLOT = Region(0.352, 0.232, 0.847, 0.495)

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture; each row holds `channels` bytes a pixel."""

    width: int
    height: int
    channels: int
    rows: tuple[bytes, ...]

    def pixels(self, region: Region) -> list[list[Rgb]]:
        """The rows of a region."""
        across = range(round(region.left * self.width), round(region.right * self.width))
        down = range(round(region.top * self.height), round(region.bottom * self.height))
        return [[self._pixel(x, y) for x in across] for y in down]

    def _pixel(self, x: int, y: int) -> Rgb:
        at = x * self.channels
        red, green, blue = self.rows[y][at : at + 3]
        return red, green, blue


def read_png(file: Path) -> Picture:
    """A PNG with 8 bits a channel in RGB or RGBA, which is what Qt writes. Raises `ValueError` for anything else."""
    data = file.read_bytes()
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError(f"{file} is not a PNG.")
    chunks, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunks.append((kind, data[at + 8 : at + 8 + length]))
        at += length + 12
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or color not in (2, 6) or interlaced:
        raise ValueError(f"{file} is a PNG of another kind than Qt writes.")
    channels = 3 if color == 2 else 4
    packed = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    return Picture(width, height, channels, tuple(_unfiltered(packed, width * channels, channels)))


def _unfiltered(packed: bytes, length: int, channels: int) -> list[bytes]:
    """Undoes PNG's prediction of each byte from its left, upper and upper left neighbour."""
    rows = [bytes(length)]
    for start in range(0, len(packed), length + 1):
        row = bytearray(packed[start + 1 : start + 1 + length])
        _UNDO[packed[start]](row, rows[-1], channels)
        rows.append(bytes(row))
    return rows[1:]


def _add_left(row: bytearray, _: bytes, channels: int) -> None:
    for at in range(channels, len(row)):
        row[at] = (row[at] + row[at - channels]) & 0xFF


def _add_upper(row: bytearray, above: bytes, _: int) -> None:
    for at, up in enumerate(above):
        row[at] = (row[at] + up) & 0xFF


def _add_mean(row: bytearray, above: bytes, channels: int) -> None:
    for at, up in enumerate(above):
        left = row[at - channels] if at >= channels else 0
        row[at] = (row[at] + (left + up) // 2) & 0xFF


def _add_nearest(row: bytearray, above: bytes, channels: int) -> None:
    """Adds that neighbour which is nearest to left + upper - upper left."""
    for at, up in enumerate(above):
        left, corner = (row[at - channels], above[at - channels]) if at >= channels else (0, 0)
        to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        nearest = left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
        row[at] = (row[at] + nearest) & 0xFF


_UNDO = (lambda *_: None, _add_left, _add_upper, _add_mean, _add_nearest)


def state_colors(source: str) -> dict[str, Rgb]:
    """The colour of each state's curve, from the text of `core/appearance.py`, which cannot be imported everywhere."""
    found = re.findall(r'"(\w+)": LineLook\("#(\w\w)(\w\w)(\w\w)"', source)
    return {name: (int(red, 16), int(green, 16), int(blue, 16)) for name, red, green, blue in found}


def faults(picture: Picture, colors: dict[str, Rgb]) -> list[str]:
    """What the picture lacks, a sentence each; empty if it shows the demo at work."""
    if len({row for row in picture.rows if row != picture.rows[0]}) < 2:
        return ["The picture is blank."]
    found = [] if has_face_box(picture.pixels(PREVIEW)) else ["There is no face box in the preview."]
    plot = picture.pixels(PLOT)
    for state, color in colors.items():
        if (columns := columns_with(plot, color)) < CURVE_COLUMNS:
            found.append(f"The curve of {state} is not in the plot ({columns} columns).")
    return found


def columns_with(rows: list[list[Rgb]], color: Rgb) -> int:
    """In how many columns a colour is seen."""
    near = {pixel for pixel in set().union(*rows) if _near(pixel, color)}
    return sum(not near.isdisjoint(column) for column in zip(*rows, strict=True))


def _near(pixel: Rgb, color: Rgb) -> bool:
    """Whether a pixel is about that colour, and not grey."""
    colorful = max(pixel) - min(pixel) > NEAR
    return colorful and all(abs(one - other) <= NEAR for one, other in zip(pixel, color, strict=True))


def has_face_box(rows: list[list[Rgb]]) -> bool:
    """Whether two thin white lines stand beside each other and two more join their ends."""
    white = [[min(pixel) >= WHITE for pixel in row] for row in rows]
    sides = [side for x, column in enumerate(zip(*white, strict=True)) if (side := _side(x, column))]
    thin = [side for side in sides if _is_thin(white[(side.top + side.bottom) // 2], side.x)]
    return any(_joined(white, left, right) for left in thin for right in thin if right.x - left.x > 2 * CORNER_PX)


@dataclass(frozen=True, slots=True)
class _Side:
    """A vertical white line: its column, its first and its last row."""

    x: int
    top: int
    bottom: int


def _side(x: int, column: tuple[bool, ...]) -> _Side | None:
    """A column's longest white stretch, if it is long enough for a side of the face box."""
    best, start = _Side(x, 0, -1), None
    for y, is_white in enumerate((*column, False)):
        if is_white and start is None:
            start = y
        elif not is_white and start is not None:
            best, start = max(best, _Side(x, start, y - 1), key=lambda side: side.bottom - side.top), None
    return best if best.bottom - best.top >= SIDE * len(column) else None


def _is_thin(row: list[bool], x: int) -> bool:
    """Whether a line's neighbourhood on both sides is not white, as it is at the edge of a white area."""
    return LINE_PX <= x < len(row) - LINE_PX and not row[x - LINE_PX] and not row[x + LINE_PX]


def _joined(white: list[list[bool]], left: _Side, right: _Side) -> bool:
    """Whether white lines run between the upper and between the lower ends of two sides."""
    if max(abs(left.top - right.top), abs(left.bottom - right.bottom)) > CORNER_PX:
        return False
    top, bottom = min(left.top, right.top), max(left.bottom, right.bottom)
    ends = (range(top - CORNER_PX, top + 1), range(bottom, bottom + CORNER_PX + 1))
    between = slice(left.x + CORNER_PX, right.x - CORNER_PX)
    return all(any(0 <= y < len(white) and all(white[y][between]) for y in near) for near in ends)


def check(file: Path) -> list[str]:
    """What a saved picture lacks; empty if it shows the demo at work."""
    if not file.is_file():
        return [f"No picture was saved as {file.name}."]
    try:
        return faults(read_png(file), state_colors(LOOKS.read_text()))
    except (ValueError, struct.error, zlib.error) as error:
        return [f"The picture cannot be read: {error}"]


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    print("\n".join(found) or "The picture shows a face box and four curves.")
    sys.exit(1 if found else 0)
