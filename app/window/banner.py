"""Shows one notice at a time across the top of the page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton

from app.widgets.icons import icon
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of

LINGER_MS = 8000


class Banner(QFrame):
    """`show_briefly` shows a sentence for a few seconds; `hold` keeps one until `release` or until it is closed.

    The newest is shown, and the one before it afterwards.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, str] = {}
        self._closed: set[str] = set()
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._close = QToolButton()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show_held)
        self._build()
        self.hide()

    def _build(self) -> None:
        set_kind(self, "banner")
        set_kind(self._close, "icon")
        self.setAccessibleName("Notice")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setAccessibleName("Close the notice")
        self._close.setToolTip("Close this notice")
        self._close.clicked.connect(self._close_shown)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT // 2, UNIT, UNIT // 2)
        row.addWidget(self._label, 1)
        row.addWidget(self._close)

    @property
    def text(self) -> str:
        """The sentence shown; empty while hidden."""
        return self._label.text() if not self.isHidden() else ""

    def show_briefly(self, sentence: str) -> None:
        """Shows a sentence that disappears after a few seconds."""
        self._show(sentence)
        self._timer.start(LINGER_MS)

    def hold(self, topic: str, sentence: str) -> None:
        """Shows a sentence until `release(topic)`; does nothing if it is held already."""
        if self._held.get(topic) == sentence:
            return
        self._held[topic] = sentence
        self._closed.discard(topic)
        self._timer.stop()
        self._show(sentence)

    def release(self, topic: str) -> None:
        """Removes the sentence that is held about `topic`."""
        if self._held.pop(topic, None) is not None and not self._timer.isActive():
            self._show_held()

    def _open_topics(self) -> list[str]:
        """Topics that are held and were not closed, the newest first."""
        return [topic for topic in reversed(self._held) if topic not in self._closed]

    def _show_held(self) -> None:
        topics = self._open_topics()
        if topics:
            self._show(self._held[topics[0]])
        else:
            self.hide()

    def _close_shown(self) -> None:
        """Closes what is shown: a brief sentence, or else the newest that is held."""
        if not self._timer.isActive():
            self._closed.update(self._open_topics()[:1])
        self._timer.stop()
        self._show_held()

    def _show(self, sentence: str) -> None:
        self._label.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._close.setIcon(icon("close", colors_of(self).text))
        self.show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Redraws the icon when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._close.setIcon(icon("close", colors_of(self).text))
        super().changeEvent(event)
