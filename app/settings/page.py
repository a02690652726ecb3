"""The Settings page: a card for each topic. It emits changes and does not apply them itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.presentation.text import DISCLAIMER, LAW, ON_DEVICE
from app.session.input import purpose
from app.settings.cards import AskingCard, LabCard, StoringCard, focus_card
from app.widgets.download_bar import DownloadBar
from app.widgets.form_rows import SettingControls, caption, fill, push, section
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.settings import DEVICES, PROFILES, RECOGNIZERS, THEMES, Settings

WIDTH_PX = 140 * UNIT
LATER = "Changes apply from the next session."
LOUDSPEAKER = (
    "What it plays is told from your voice: kept for 10 s in memory, never stored. "
    "Words that the microphone hears of it are struck through, and not stored."
)


class SettingsPage(QScrollArea):
    """`changed` carries group, field and value of a setting; the other signals are buttons."""

    changed = Signal(str, str, object)
    purpose_again = Signal()
    withdrawal = Signal()
    """A participant withdraws from the study."""
    download = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._purpose, self.words, self.heard, self.known = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self.words, self.heard):
            label.setWordWrap(True)
        self.strip = DownloadBar()
        self.fetch = push("Download", "Download the English word model")
        self.fetch.clicked.connect(self.download)
        self.again, self.withdraw = push("Change", "Change the purpose"), push("Withdraw …", "Withdraw a participant")
        self.again.clicked.connect(self.purpose_again)
        self.withdraw.clicked.connect(self.withdrawal)
        controls = SettingControls(self)
        controls.changed.connect(self.changed)
        self._make_choices(controls, settings)
        self.storing, self.lab = StoringCard(controls, settings.store), LabCard(controls, settings.lab)
        self.asking, self.focus = AskingCard(controls, settings.ask), focus_card(controls, settings.focus)
        self._sections: dict[str, QFrame] = {}
        self._build()
        self.show_purpose(settings.purpose)

    def _make_choices(self, controls: SettingControls, settings: Settings) -> None:
        combo, capture, model = controls.combo, settings.capture, settings.model
        self.camera = combo("Camera", ("capture", "camera"), ("auto", "off"), capture.camera)
        self.microphone = combo("Microphone", ("capture", "microphone"), ("auto", "off"), capture.microphone)
        self.loudspeaker = combo("Loudspeaker", ("capture", "loudspeaker"), ("auto", "off"), capture.loudspeaker)
        self.recognizer = combo("Recogniser", ("speech", "recognizer"), RECOGNIZERS, settings.speech.recognizer)
        self.profile = combo("Network", ("model", "profile"), PROFILES, model.profile)
        self.device = combo("Computed on", ("model", "device"), DEVICES, model.device)
        self.theme = combo("Theme", ("screen", "theme"), THEMES, settings.screen.theme)

    def _build(self) -> None:
        devices = (
            ("Camera", self.camera),
            ("Microphone", self.microphone),
            ("Loudspeaker", self.loudspeaker),
            ("", caption(LOUDSPEAKER)),
        )
        words = (
            ("Recogniser", self.recognizer),
            ("Language", self.heard),
            ("Vosk model", self.words),
            ("", self._download_box()),
        )
        model = (("Network", self.profile), ("Words it knows", self.known), ("Computed on", self.device))
        law = f"{DISCLAIMER} {ON_DEVICE} {LAW}"
        purpose_rows = (("For", self._purpose), ("", _row(self.again, self.withdraw)))
        plans = (
            (0, "purpose", section("Purpose", "", purpose_rows)),
            (0, "camera", section("Devices", "Remembered by name. Changes apply at once.", devices)),
            (0, "storing", self.storing.frame),
            (0, "lab", self.lab.frame),
            (0, "look", section("Appearance", "", (("Theme", self.theme),))),
            (1, "words", section("Words", LATER, words)),
            (1, "model", section("Model", LATER, model)),
            (1, "asking", self.asking.frame),
            (1, "focus", self.focus),
            (1, "privacy", section("Privacy and law", law, ())),
        )
        columns = QVBoxLayout(), QVBoxLayout()
        for side, topic, card in plans:
            self._sections[topic] = card
            columns[side].addWidget(card)
        self._lay_out(columns)

    def _download_box(self) -> QWidget:
        return _row(self.fetch, self.strip)

    def _lay_out(self, columns: Sequence[QVBoxLayout]) -> None:
        page, frame = QWidget(), QWidget()
        set_kind(page, "page")
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

    def show_devices(self, cameras: Sequence[str], microphones: Sequence[str], loudspeakers: Sequence[str]) -> None:
        """Offers these devices; the chosen one stays chosen even while it is unplugged."""
        lists = (self.camera, cameras), (self.microphone, microphones), (self.loudspeaker, loudspeakers)
        for combo, names in lists:
            fill(combo, ("auto", *names, "off"), combo.currentData())

    def show_theme(self, key: str) -> None:
        """Shows the theme, which can also be changed in the header and the menu."""
        self.theme.setCurrentIndex(self.theme.findData(key))

    def show_purpose(self, key: str) -> None:
        """Shows the purpose of the sessions."""
        chosen = purpose(key)
        self._purpose.setText(chosen.title if chosen else "Not chosen yet")
        self.withdraw.setVisible(key == "research")
        self.storing.show_purpose(key)

    def show_words(self, text: str, offers: bool) -> None:
        """Shows the state of the word model, and whether to offer its download."""
        self.words.setText(text)
        self.fetch.setVisible(offers)

    def show_languages(self, heard: str, known: str) -> None:
        """Shows the language of the recogniser, and those that the network knows."""
        self.heard.setText(heard)
        self.known.setText(known)

    def open_at(self, topic: str) -> None:
        """Scrolls to a topic and gives its first control the focus."""
        targets = {
            "camera": self.camera,
            "microphone": self.microphone,
            "loudspeaker": self.loudspeaker,
            "words": self.recognizer,
            "model": self.profile,
            "speed": self.device,
            "storing": self.storing.sessions,
        }
        if topic in targets:
            targets[topic].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(targets[topic], 0, 8 * UNIT)
        elif topic in self._sections:
            self.ensureWidgetVisible(self._sections[topic])


def _row(*parts: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part, 0 if isinstance(part, QPushButton) else 1)
    row.addStretch(0)
    return box
