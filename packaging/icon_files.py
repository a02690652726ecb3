"""Writes the icon of the program for Windows (.ico) and macOS (.icns), drawn from the SVG at every size."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).parent.parent / "assets" / "icons" / "edu-emotionnet.svg"
ICO_SIZES_PX = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows shows at 100 to 250 percent; 256 is the largest that the format holds."""
ICNS_SIZES_PX = (32, 64, 128, 256, 512, 1024)
"""16 to 512 points, each at twice the pixels."""


def draw(side_px: int) -> Image.Image:
    """The drawing as a square picture with transparent corners."""
    picture = QImage(side_px, side_px, QImage.Format.Format_RGBA8888)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    return Image.frombytes("RGBA", (side_px, side_px), bytes(picture.constBits()))


def write_icon(file: Path) -> Path:
    """Writes `file`, whose ending says the format (.ico or .icns); returns it."""
    sizes_px = {".ico": ICO_SIZES_PX, ".icns": ICNS_SIZES_PX}[file.suffix]
    *smaller, largest = map(draw, sizes_px)
    file.parent.mkdir(parents=True, exist_ok=True)
    largest.save(file, sizes=[(px, px) for px in sizes_px], append_images=smaller)
    return file
