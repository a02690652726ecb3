"""The Settings page: one card a topic. It edits nothing itself; it emits wishes and shows what was made of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.choice import purpose
from app.style_sheet import dress
from app.theme import UNIT
from app.views.download import DownloadStrip
from app.views.picker import Picker
from app.wording import DISCLAIMER, LAW, ON_DEVICE
from core.settings import DEVICES, PROFILES, RECOGNIZERS, THEMES, Settings

WIDTH_PX = 140 * UNIT
NAME_PX = 13 * UNIT
WORDS_FOR = {
    "auto": "Automatic",
    "off": "Off",
    "cpu": "Processor (CPU)",
    "cuda": "Graphics card (CUDA)",
    "compact": "Compact, shipped",
    "paper": "Paper size, downloaded",
    "vosk": "Vosk",
    "pocketsphinx": "PocketSphinx, built in",
    "system": "As the system",
    "dark": "Dark",
    "light": "Light",
}


class SettingsPage(QScrollArea):
    """`wished` carries group, field, value; `purpose_again` and `download` are buttons."""

    wished = Signal(str, str, str)
    purpose_again = Signal()
    download = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._purpose, self.words = QLabel(), QLabel()
        self.words.setWordWrap(True)
        self.strip = DownloadStrip()
        self.fetch = _button("Download", "Download the English word model")
        self.fetch.clicked.connect(self.download)
        capture, model = settings.capture, settings.model
        self.camera = self._combo("Camera", "capture", "camera", ("auto", "off"), capture.camera)
        self.microphone = self._combo("Microphone", "capture", "microphone", ("auto", "off"), capture.microphone)
        self.recognizer = self._combo("Recogniser", "speech", "recognizer", RECOGNIZERS, settings.speech.recognizer)
        self.profile = self._combo("Network", "model", "profile", PROFILES, model.profile)
        self.device = self._combo("Computed on", "model", "device", DEVICES, model.device)
        self.theme = self._combo("Theme", "screen", "theme", THEMES, settings.screen.theme)
        self._sections: dict[str, QFrame] = {}
        self._build()
        self.show_purpose(settings.purpose)

    def _build(self) -> None:
        again = _button("Change", "Change the purpose")
        again.clicked.connect(self.purpose_again)
        devices = (("Camera", self.camera), ("Microphone", self.microphone))
        words = (("Recogniser", self.recognizer), ("English model", self.words), ("", self._download_box()))
        model = (("Network", self.profile), ("Computed on", self.device))
        later = "Taken up at the next start of a session."
        law = f"{DISCLAIMER} {ON_DEVICE} {LAW}"
        plans = (
            (0, "purpose", "Purpose", "", (("For", self._purpose), ("", again))),
            (0, "camera", "Devices", "Remembered by name. A change is taken up at once.", devices),
            (0, "look", "Look", "", (("Theme", self.theme),)),
            (1, "words", "Words", later, words),
            (1, "model", "Model", later, model),
            (1, "privacy", "Privacy and law", law, ()),
        )
        columns = QVBoxLayout(), QVBoxLayout()
        for side, topic, title, note, rows in plans:
            self._sections[topic] = _section(title, note, rows)
            columns[side].addWidget(self._sections[topic])
        self._lay_out(columns)

    def _download_box(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.fetch)
        row.addWidget(self.strip, 1)
        row.addStretch(0)
        return box

    def _lay_out(self, columns: Sequence[QVBoxLayout]) -> None:
        page, frame = QWidget(), QWidget()
        dress(page, "page")
        frame.setMaximumWidth(WIDTH_PX)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * UNIT)
        for column in columns:
            column.setSpacing(2 * UNIT)
            column.addStretch(1)
            row.addLayout(column, 1)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        outer.addStretch(1)
        outer.addWidget(frame, 100)
        outer.addStretch(1)
        self.setWidget(page)

    def _combo(self, title: str, group: str, field: str, values: Sequence[str], chosen: str) -> QComboBox:
        combo = Picker()
        combo.setAccessibleName(title)
        combo.setToolTip(title)
        _fill(combo, values, chosen)
        combo.activated.connect(lambda _index: self.wished.emit(group, field, combo.currentData()))
        return combo

    def show_devices(self, cameras: Sequence[str], microphones: Sequence[str]) -> None:
        """Offer these devices; the chosen one stays chosen even while it is away."""
        for combo, names in ((self.camera, cameras), (self.microphone, microphones)):
            _fill(combo, ("auto", *names, "off"), combo.currentData())

    def show_theme(self, key: str) -> None:
        """The theme, which the header and the menu change too."""
        self.theme.setCurrentIndex(self.theme.findData(key))

    def show_purpose(self, key: str) -> None:
        """Whose sessions these are."""
        chosen = purpose(key)
        self._purpose.setText(chosen.title if chosen else "Not chosen yet")

    def show_words(self, text: str, offers: bool) -> None:
        """How the word model stands, and whether to offer its download."""
        self.words.setText(text)
        self.fetch.setVisible(offers)

    def open_at(self, topic: str) -> None:
        """Scroll to a topic and give its first control the focus."""
        targets = {
            "camera": self.camera,
            "microphone": self.microphone,
            "words": self.recognizer,
            "model": self.profile,
            "speed": self.device,
        }
        if topic in targets:
            targets[topic].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(targets[topic], 0, 8 * UNIT)
        elif topic in self._sections:
            self.ensureWidgetVisible(self._sections[topic])


def _fill(combo: QComboBox, values: Sequence[str], chosen: str) -> None:
    wanted = list(dict.fromkeys([*values, chosen]))
    if [combo.itemData(i) for i in range(combo.count())] != wanted:
        combo.clear()
        for value in wanted:
            combo.addItem(WORDS_FOR.get(value, value), value)
    combo.setCurrentIndex(wanted.index(chosen))


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


def _section(title: str, note: str, rows: Sequence[tuple[str, QWidget]]) -> QFrame:
    card = QFrame()
    dress(card, "card")
    grid = QGridLayout(card)
    grid.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
    grid.setHorizontalSpacing(2 * UNIT)
    grid.setVerticalSpacing(UNIT)
    grid.setColumnMinimumWidth(0, NAME_PX)
    grid.setColumnStretch(1, 1)
    heading = QLabel(title)
    dress(heading, "title")
    grid.addWidget(heading, 0, 0, 1, 2)
    for line, (name, widget) in enumerate(rows, start=1):
        label = QLabel(name)
        dress(label, "quiet")
        grid.addWidget(label, line, 0)
        if isinstance(widget, QPushButton):
            grid.addWidget(widget, line, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            grid.addWidget(widget, line, 1)
    if note:
        words = QLabel(note)
        words.setWordWrap(True)
        dress(words, "caption")
        grid.addWidget(words, len(rows) + 1, 0, 1, 2)
    return card
