"""The pages of the window, by name; one is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.explain.page import ExplainPage
from app.live.page import LivePage
from app.review.page import ReviewPage
from app.session.jobs import JobRunner
from app.settings.page import SettingsPage
from app.window.first_start import FirstStart
from core.settings import Settings
from core.study.gate import StudyGate


class PageStack(QStackedWidget):
    """Builds the pages and shows one of them."""

    def __init__(self, settings: Settings, gate: StudyGate, jobs: JobRunner) -> None:
        super().__init__()
        history_s = settings.screen.history_s
        self.first, self.live = FirstStart(gate), LivePage(history_s)
        self.explain, self.review = ExplainPage(history_s), ReviewPage(jobs)
        self.settings = SettingsPage(settings)
        self._named: dict[str, QWidget] = {
            "First": self.first,
            "Live": self.live,
            "Explain": self.explain,
            "Review": self.review,
            "Settings": self.settings,
        }
        for page in self._named.values():
            self.addWidget(page)

    @property
    def name(self) -> str:
        """The name of the page that is shown."""
        return next(name for name, page in self._named.items() if page is self.currentWidget())

    def open(self, name: str) -> None:
        """Shows a page and gives it the keyboard focus."""
        page = self._named[name]
        self.setCurrentWidget(page)
        page.setFocus()
