"""Compares screenshots: whether something was drawn, and whether two differ."""

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 3) uint8."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def is_a_picture(image: QImage) -> bool:
    """Not blank: it varies, and holds many colours."""
    seen = pixels(image)
    colors = np.unique(seen.reshape(-1, 3) // 8, axis=0)
    return bool(seen.std() > 8 and len(colors) > 20)


def difference(one: QImage, other: QImage) -> float:
    """Mean absolute difference of what two pictures both have, 0 to 255; a layout may differ by a line of pixels."""
    both = QRect(QPoint(), one.size().boundedTo(other.size()))
    return float(np.abs(pixels(one.copy(both)).astype(int) - pixels(other.copy(both)).astype(int)).mean())
