"""Consent, withdrawal and the sync test: nothing happens before somebody said so, and then exactly one thing."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.lab.sync_dialog import WARNING, SyncDialog
from app.study.consent_dialog import NEW, ConsentDialog, WithdrawDialog, erased_words
from core.study.gate import StudyGate, consent_version
from core.study.ledger import ConsentLedger
from tests.app.pictures import pixels
from tests.support.stored_sessions import stored_session

GATE = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2099-12-31")
CLICK = np.ones(8, dtype=np.float32)


@pytest.fixture
def consent(qtbot) -> ConsentDialog:
    dialog = ConsentDialog(GATE, {"P-1": True, "P-2": False})
    qtbot.addWidget(dialog)
    dialog.heard = []
    dialog.chosen.connect(lambda name: dialog.heard.append(("chosen", name)))
    dialog.agreed.connect(lambda name: dialog.heard.append(("agreed", name)))
    dialog.show()
    return dialog


def test_a_new_participant_reads_ticks_and_agrees(consent: ConsentDialog) -> None:
    assert consent.text.toPlainText() == GATE.consent_text
    assert consent_version(GATE.consent_text) in consent.says.text()
    assert any("until 2099-12-31" in label.text() for label in consent.findChildren(QLabel))
    assert not consent.go.isEnabled()
    consent.go.click()
    assert consent.heard == []
    QTest.mouseClick(consent.tick, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    consent.go.click()
    assert consent.heard == [("agreed", NEW)]
    assert not consent.isVisible()


def test_who_has_agreed_to_this_text_only_begins(consent: ConsentDialog) -> None:
    consent.who.setCurrentIndex(consent.who.findData("P-1"))
    assert not consent.tick.isEnabled()
    consent.go.click()
    assert consent.heard == [("chosen", "P-1")]


def test_who_agreed_to_another_version_agrees_again(consent: ConsentDialog) -> None:
    consent.tick.click()
    consent.who.setCurrentIndex(consent.who.findData("P-2"))
    assert not consent.tick.isChecked()  # a tick is that of one person
    assert not consent.go.isEnabled()
    consent.tick.click()
    consent.go.click()
    assert consent.heard == [("agreed", "P-2")]


@pytest.mark.parametrize("how", ["button", "escape"])
def test_leaving_keeps_nothing(consent: ConsentDialog, how: str) -> None:
    consent.tick.click()
    if how == "button":
        consent.cancel.click()
    else:
        QTest.keyClick(consent, Qt.Key.Key_Escape)
    assert consent.heard == []
    assert not consent.isVisible()


def test_withdrawal_says_what_goes_and_takes_one_step(qtbot) -> None:
    dialog = WithdrawDialog({"P-1": "3 sessions, 2 MB", "P-2": "1 session, 1 MB"})
    qtbot.addWidget(dialog)
    heard: list[str] = []
    dialog.confirmed.connect(heard.append)
    dialog.show()
    assert dialog.what.text() == "3 sessions, 2 MB"
    dialog.who.setCurrentIndex(1)
    assert dialog.what.text() == "1 session, 1 MB"
    QTest.keyClick(dialog, Qt.Key.Key_Return)  # the answer that Enter gives is the harmless one
    assert heard == []
    dialog.show()
    dialog.go.click()
    assert heard == ["P-2"]


def test_with_nobody_there_is_nothing_to_withdraw(qtbot) -> None:
    dialog = WithdrawDialog({})
    qtbot.addWidget(dialog)
    assert not dialog.go.isEnabled()
    assert "Nobody" in dialog.what.text()


class Run:
    """What a sync test did, in its order."""

    def __init__(self, qtbot, times_s) -> None:
        self.said: list[object] = []
        self.dialog = SyncDialog(times_s, CLICK, lambda samples: self.said.append(len(samples)))
        qtbot.addWidget(self.dialog)
        self.dialog.begun.connect(lambda: self.said.append("begun"))
        self.dialog.flashed.connect(lambda index: self.said.append((index, self.white)))
        self.dialog.ended.connect(self.said.append)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()

    @property
    def white(self) -> bool:
        return bool(pixels(self.dialog.panel.grab().toImage()).min() == 255)


def test_the_sync_test_warns_flashes_clicks_and_shows_what_came_out(qtbot) -> None:
    run = Run(qtbot, (0.05, 0.3))
    assert WARNING in [label.text() for label in run.dialog.findChildren(type(run.dialog._results))]
    run.dialog.go.click()
    qtbot.waitUntil(lambda: run.said[-1] is True)
    assert run.said == ["begun", 8, (0, True), 8, (1, True), True]
    assert not run.white
    run.dialog.show_results(("Picture 80 ms late.", "Sound 40 ms late."))
    assert run.dialog.results == "Picture 80 ms late.\n\nSound 40 ms late."


@pytest.mark.parametrize("how", ["escape", "close"])
def test_the_sync_test_can_be_ended_at_once(qtbot, how: str) -> None:
    run = Run(qtbot, (0.01, 60.0))
    run.dialog.go.click()
    qtbot.waitUntil(lambda: (0, True) in run.said)
    if how == "escape":
        QTest.keyClick(run.dialog, Qt.Key.Key_Escape)
        assert run.dialog.isVisible()
    else:
        run.dialog.close()
    assert run.said[-1] is False
    assert run.said.count(8) == 1


def test_what_withdrawal_erases_is_said_exactly() -> None:
    line = stored_session(duration_s=20.0).line
    said = erased_words("P-7F3K", [line, replace(line, words=0, has_features=False, has_media=True)])
    for part in ("2 sessions", "2.5 MB", "estimates, own reports, words, features, picture and sound", "consent"):
        assert part in said
    bare = erased_words("P-7F3K", [replace(line, words=0, has_features=False)])
    assert "1 session, 1.2 MB, with estimates, own reports." in bare
    assert "no session." in erased_words("P-7F3K", [])


def test_the_dialogs_and_the_ledger_fit(qtbot, tmp_path) -> None:
    ledger, now = ConsentLedger(tmp_path / "study.db"), datetime.now(UTC)
    first = ledger.enrol(GATE, now).pseudonym
    changed = replace(GATE, consent_text=f"{GATE.consent_text} And my words.")
    known = {one.pseudonym: ledger.consented(one.pseudonym, changed) for one in ledger.participants()}
    dialog = ConsentDialog(changed, known)
    qtbot.addWidget(dialog)
    dialog.agreed.connect(lambda name: ledger.agree(name, changed, now) if name else ledger.enrol(changed, now))
    for name in (first, NEW):
        dialog.show()
        dialog.who.setCurrentIndex(dialog.who.findData(name))
        dialog.tick.click()
        dialog.go.click()
        dialog.tick.setChecked(False)
    assert [ledger.consented(one.pseudonym, changed) for one in ledger.participants()] == [True, True]
