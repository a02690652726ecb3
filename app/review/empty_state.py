"""Shown while nothing is stored: what is stored after a session, where, and how to switch it on or off."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.review.text import NOTHING_STORED, SWITCH, WHERE
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core import paths

WIDTH_PX = 66 * UNIT


class ReviewEmptyState(QFrame):
    """A card of text."""

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self.folder = QLabel(str(paths.sessions()))
        self.folder.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.folder.setAccessibleName("Folder of stored sessions")
        self.folder.setToolTip("Folder of stored sessions")
        frame = QWidget()
        frame.setMaximumWidth(WIDTH_PX)
        column = QVBoxLayout(frame)
        column.setSpacing(UNIT)
        lines = ((QLabel("Nothing stored yet"), "headline"), (QLabel(NOTHING_STORED), ""), (QLabel(WHERE), "quiet"))
        for label, kind in (*lines, (self.folder, "title"), (QLabel(SWITCH), "quiet")):
            label.setWordWrap(True)
            set_kind(label, kind)
            column.addWidget(label)
        outer = QGridLayout(self)
        outer.addWidget(frame, 1, 1)
        for edge, above in ((0, 1), (2, 2)):
            outer.setColumnStretch(edge, 1)
            outer.setRowStretch(edge, above)
        outer.setColumnStretch(1, 100)
