"""The program's own icons, which look the same on every system and take the theme's text colour.

Without QtSvg, which some Linux systems install separately, a sign of the font stands in place of each.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from core.load_errors import OptionalImport
from core.system_libraries import ICONS

SVG = OptionalImport(ICONS)
with SVG:
    from PySide6.QtSvg import QSvgRenderer

SIZE_PX = 20
_SHAPES = {
    "play": '<path d="M8 5v14l11-7z" fill="{c}"/>',
    "pause": '<rect x="6" y="5" width="4" height="14" rx="1" fill="{c}"/>'
    '<rect x="14" y="5" width="4" height="14" rx="1" fill="{c}"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="2" fill="{c}"/>',
    "reset": '<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4 9.2"/><path d="M4 4v5.2h5.2"/>',
    "moon": '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5'
    'M5.3 5.3 7 7M17 17l1.7 1.7M18.7 5.3 17 7M7 17l-1.7 1.7"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "small": '<path d="M14 4v6h6M20 4l-6 6M10 20v-6H4M4 20l6-6"/>',
    "large": '<path d="M14 10l6-6M14.5 4H20v5.5M10 14l-6 6M9.5 20H4v-5.5"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "right": '<path d="M9.5 6l6 6-6 6"/>',
    "flag": '<path d="M6 21V4M6 5h11.5l-2.7 3.7 2.7 3.8H6"/>',
    "skip": '<path d="M6 5.5v13l9-6.5z" fill="{c}"/><path d="M18 5.5v13"/>',
    "report": '<circle cx="12" cy="12" r="8.5"/><path d="M8.3 14.2a4.6 4.6 0 0 0 7.4 0"/>'
    '<circle cx="9" cy="9.8" r=".7" fill="{c}"/><circle cx="15" cy="9.8" r=".7" fill="{c}"/>',
    "down": '<path d="M6 9.5l6 6 6-6"/>',
    "visual": '<rect x="3" y="6.5" width="12.5" height="11" rx="2"/><path d="M15.5 10.5 21 7.5v9l-5.5-3z"/>',
    "audio": '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11.5a7 7 0 0 0 14 0M12 18.5V21"/>',
    "text": '<path d="M4 5h16v11H10l-4 4v-4H4z"/><path d="M8 9h8M8 12.2h5"/>',
    "self": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>',
    "research": '<path d="M9.5 3.5h5M10.5 3.5v6L5 19a1.5 1.5 0 0 0 1.3 2h11.4A1.5 1.5 0 0 0 19 19l-5.5-9.5v-6"/>'
    '<path d="M8 15.5h8"/>',
    "demo": '<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M8.5 20.5h7M12 16.5v4"/>',
}
_SIGNS = {
    "play": "▶",
    "pause": "‖",
    "stop": "■",
    "reset": "↺",
    "moon": "☾",
    "sun": "☀",
    "menu": "≡",
    "small": "↙",
    "large": "↗",
    "close": "×",
    "right": "›",
    "flag": "⚑",
    "skip": "»",
    "report": "☺",
    "down": "⌄",
    "visual": "▣",
    "audio": "♪",
    "text": "T",
    "self": "●",
    "research": "§",
    "demo": "▭",
}
SIGN_SHARE = 0.8
"""Height of a sign's font, as a share of the icon's."""


def icon(name: str, color: str) -> QIcon:
    """The icon `name` in `color`, sharp up to 300 % scaling."""
    pixmap = QPixmap(QSize(SIZE_PX, SIZE_PX) * 3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    if SVG.missing is None:
        QSvgRenderer(QByteArray(_svg(name, color).encode())).render(painter, QRectF(pixmap.rect()))
    else:
        _draw_sign(painter, name, color)
    painter.end()
    return QIcon(pixmap)


def _draw_sign(painter: QPainter, name: str, color: str) -> None:
    size = painter.viewport()
    font = painter.font()
    font.setPixelSize(round(SIGN_SHARE * size.height()))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(size, Qt.AlignmentFlag.AlignCenter, _SIGNS[name])


def _svg(name: str, color: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<g fill="none" stroke="{color}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f"{_SHAPES[name].format(c=color)}</g></svg>"
    )
