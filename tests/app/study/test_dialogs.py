"""The dialogs of consent and withdrawal emit nothing before they are confirmed, and then one signal."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.study.consent_dialog import NEW, ConsentDialog, WithdrawDialog, erased_words
from core.study.gate import StudyGate, consent_version
from core.study.ledger import ConsentLedger
from tests.support.stored_sessions import stored_session

GATE = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2099-12-31")


@pytest.fixture
def consent(qtbot) -> ConsentDialog:
    dialog = ConsentDialog(GATE, {"P-1": True, "P-2": False})
    qtbot.addWidget(dialog)
    dialog.emitted = []
    dialog.chosen.connect(lambda name: dialog.emitted.append(("chosen", name)))
    dialog.agreed.connect(lambda name: dialog.emitted.append(("agreed", name)))
    dialog.show()
    return dialog


def test_a_new_participant_reads_ticks_and_agrees(consent: ConsentDialog) -> None:
    assert consent.text.toPlainText() == GATE.consent_text
    assert consent_version(GATE.consent_text) in consent.note.text()
    assert any("until 2099-12-31" in label.text() for label in consent.findChildren(QLabel))
    assert not consent.go.isEnabled()
    consent.go.click()
    assert consent.emitted == []
    QTest.mouseClick(consent.tick, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    consent.go.click()
    assert consent.emitted == [("agreed", NEW)]
    assert not consent.isVisible()


def test_a_participant_who_has_agreed_begins_at_once(consent: ConsentDialog) -> None:
    consent.who.setCurrentIndex(consent.who.findData("P-1"))
    assert not consent.tick.isEnabled()
    consent.go.click()
    assert consent.emitted == [("chosen", "P-1")]


def test_a_participant_who_agreed_to_another_version_agrees_again(consent: ConsentDialog) -> None:
    consent.tick.click()
    consent.who.setCurrentIndex(consent.who.findData("P-2"))
    assert not consent.tick.isChecked()  # a tick belongs to one participant
    assert not consent.go.isEnabled()
    consent.tick.click()
    consent.go.click()
    assert consent.emitted == [("agreed", "P-2")]


@pytest.mark.parametrize("how", ["button", "escape"])
def test_cancelling_emits_nothing(consent: ConsentDialog, how: str) -> None:
    consent.tick.click()
    if how == "button":
        consent.cancel.click()
    else:
        QTest.keyClick(consent, Qt.Key.Key_Escape)
    assert consent.emitted == []
    assert not consent.isVisible()


def test_withdrawal_names_what_is_erased_and_takes_one_step(qtbot) -> None:
    dialog = WithdrawDialog({"P-1": "3 sessions, 2 MB", "P-2": "1 session, 1 MB"})
    qtbot.addWidget(dialog)
    emitted: list[str] = []
    dialog.confirmed.connect(emitted.append)
    dialog.show()
    assert dialog.what.text() == "3 sessions, 2 MB"
    dialog.who.setCurrentIndex(1)
    assert dialog.what.text() == "1 session, 1 MB"
    QTest.keyClick(dialog, Qt.Key.Key_Return)  # Enter cancels
    assert emitted == []
    dialog.show()
    dialog.go.click()
    assert emitted == ["P-2"]


def test_without_participants_there_is_nothing_to_withdraw(qtbot) -> None:
    dialog = WithdrawDialog({})
    qtbot.addWidget(dialog)
    assert not dialog.go.isEnabled()
    assert "No participant" in dialog.what.text()


def test_withdrawal_text_lists_exactly_what_is_erased() -> None:
    line = stored_session(duration_s=20.0).line
    said = erased_words("P-7F3K", [line, replace(line, words=0, has_features=False, has_media=True)])
    for part in ("2 sessions", "2.5 MB", "estimates, own reports, words, features, picture and sound", "consent"):
        assert part in said
    bare = erased_words("P-7F3K", [replace(line, words=0, has_features=False)])
    assert "1 session, 1.2 MB, with estimates, own reports." in bare
    assert "no session." in erased_words("P-7F3K", [])


def test_consent_from_the_dialog_is_valid_in_the_ledger(qtbot, tmp_path) -> None:
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
