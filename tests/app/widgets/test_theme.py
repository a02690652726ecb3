"""Readable colours, and themes that can be chosen."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets import style_sheet, theme
from app.widgets.theme import DARK, LIGHT, Colors, contrast
from core.appearance import STATE_LOOKS

READABLE = 4.5


@pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
def test_text_is_readable_on_every_background(colors: Colors) -> None:
    for ground in (colors.ground, colors.panel, colors.raised):
        for text in (colors.text, colors.quiet, colors.bad):
            assert contrast(text, ground) >= READABLE, (text, ground)
    assert contrast(colors.on_accent, colors.accent) >= READABLE
    for ground in (colors.ground, colors.panel):
        for text in (colors.good, colors.warn, colors.accent):
            assert contrast(text, ground) >= READABLE, (text, ground)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_states_differ_in_colour_and_in_dashes() -> None:
    looks = STATE_LOOKS.values()
    assert len({look.color for look in looks}) == len({look.dashes for look in looks}) == 4


def test_widgets_are_notified_of_a_new_theme(qapp: QApplication) -> None:
    widget = QWidget()
    style_sheet.apply(qapp, "dark")
    assert theme.colors_of(widget) is DARK
    style_sheet.apply(qapp, "light")
    assert theme.colors_of(widget) is LIGHT
