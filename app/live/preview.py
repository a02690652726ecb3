"""The camera picture, mirrored, with the face box, or the reason why no face is used."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.presentation.text import LATE_S, picture_hint
from app.widgets.theme import BODY_PX, RADIUS, UNIT, colors_of, font
from core.types import FaceBox, Sighting, VideoFrame

BOX_COLOR = "#FFFFFF"
HINT_GROUND = QColor(10, 12, 16, 205)


def to_image(frame: VideoFrame) -> QImage:
    """A copy of the frame as a QImage, because the frame's memory may be freed while Qt paints."""
    height, width, _ = frame.rgb.shape
    view = QImage(frame.rgb.data, width, height, frame.rgb.strides[0], QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


class Preview(QWidget):
    """Shows a frame and its face, or a text where there is no frame."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._sighting: Sighting | None = None
        self._empty_text = "No picture yet"
        self._mirrored, self._late_s = True, 0.0
        self.painted = 0
        self.setAccessibleName("Camera preview, mirrored")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(160, 120)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 — Qt's name
        """True: the preview keeps 4 : 3."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 — Qt's name
        """Height for 4 : 3."""
        return width * 3 // 4

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """A quarter of VGA."""
        return QSize(288, 216)

    @property
    def hint(self) -> str:
        """The text on the picture now."""
        return picture_hint(self._sighting, self._late_s) if self._image is not None else self._empty_text

    def set_mirrored(self, mirrored: bool) -> None:
        """Mirrors the camera picture, as people expect of their own image, but not a recording."""
        self._mirrored = mirrored
        self.setAccessibleName("Camera preview, mirrored" if mirrored else "Picture of the recording")

    def show_frame(self, frame: VideoFrame, sighting: Sighting | None) -> None:
        """Shows a new picture."""
        self._image = to_image(frame)
        self._sighting = sighting
        self._describe()
        self.update()

    def show_age(self, late_s: float) -> None:
        """Sets the age of the shown picture, in seconds."""
        before, self._late_s = self.hint, late_s
        if self.hint != before:
            self._describe()
            self.update()

    def show_nothing(self, text: str) -> None:
        """Shows why there is no picture."""
        if self._image is None and text == self._empty_text:
            return
        self._image, self._sighting, self._empty_text = None, None, text
        self._describe()
        self.update()

    def _describe(self) -> None:
        if self.accessibleDescription() != self.hint:
            self.setAccessibleDescription(self.hint)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws picture, face box and hint."""
        self.painted += 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        colors = colors_of(self)
        painter.fillPath(shape, QColor(colors.raised))
        if self._image is None:
            self._paint_text(painter, QColor(colors.quiet))
            return
        painter.setClipPath(shape)
        self._paint_picture(painter, self._image)

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        place = self._picture_rect(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.save()
        painter.translate(place.right() if self._mirrored else place.left(), place.top())
        across = place.width() / image.width()
        painter.scale(-across if self._mirrored else across, place.height() / image.height())
        painter.drawImage(0, 0, image)
        painter.restore()
        if self._sighting is not None and self._sighting.box is not None and self._late_s <= LATE_S:
            self._paint_box(painter, place, self._sighting.box, self._sighting)
        if self.hint:
            self._paint_hint(painter, self.hint)

    def _picture_rect(self, image: QImage) -> QRectF:
        """The area of the picture: it fills the widget, and both overhanging sides are cut off evenly."""
        scale = max(self.width() / image.width(), self.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _paint_box(self, painter: QPainter, place: QRectF, box: FaceBox, sighting: Sighting) -> None:
        across, down = place.width() / sighting.frame_size[0], place.height() / sighting.frame_size[1]
        left = place.right() - (box.x + box.width) * across if self._mirrored else place.left() + box.x * across
        rect = QRectF(left, place.top() + box.y * down, box.width * across, box.height * down)
        solid = sighting.presence.present
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 4))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        painter.setPen(QPen(QColor(BOX_COLOR), 2, Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DashLine))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)

    def _paint_hint(self, painter: QPainter, text: str) -> None:
        painter.setFont(font(BODY_PX, bold=True))
        width = painter.fontMetrics().horizontalAdvance(text) + 3 * UNIT
        pill = QRectF((self.width() - width) / 2, self.height() - 5 * UNIT, width, 4 * UNIT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(HINT_GROUND)
        painter.drawRoundedRect(pill, 2 * UNIT, 2 * UNIT)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_text(self, painter: QPainter, color: QColor) -> None:
        painter.setFont(font(BODY_PX))
        painter.setPen(color)
        area = self.rect().adjusted(3 * UNIT, UNIT, -3 * UNIT, -UNIT)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty_text)
