"""The style sheet: the look of each kind of widget in a theme. A kind is a dynamic property, set by `set_kind`."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets.theme import BODY_PX, LARGE_PX, RADIUS, SMALL_PX, UNIT, Colors, colors_for, font


def set_kind(widget: QWidget, kind: str) -> None:
    """Gives `widget` one of the looks below: card, overlay, title, caption, headline, primary, flat, tab, chip …"""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def style_sheet(c: Colors) -> str:
    """Qt style sheet for the whole program. Controls always have a border of 2 px, so that focus moves nothing."""
    return f"""
QWidget {{ font-size: {BODY_PX}px; color: {c.text}; }}
QMainWindow, QDialog, QWidget[kind="page"] {{ background: {c.ground}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QFrame[kind="card"] {{ background: {c.panel}; border: none; border-radius: {RADIUS}px; }}
QFrame[kind="bar"] {{ background: {c.panel}; border: none; }}
QFrame[kind="overlay"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
QFrame[kind="ask"] {{ background: {c.panel}; border: 1px solid {c.quiet}; border-radius: {RADIUS}px; }}
QFrame[kind="banner"] {{
  background: {c.raised}; border: 1px solid {c.warn}; border-radius: {RADIUS}px; margin-top: {UNIT}px; }}
QFrame[kind="rule"] {{ background: {c.line}; border: none; min-height: 1px; max-height: 1px; }}
QLabel {{ background: transparent; }}
QLabel[kind="title"] {{ font-weight: 600; }}
QLabel[kind="caption"] {{ font-size: {SMALL_PX}px; color: {c.quiet}; }}
QLabel[kind="quiet"] {{ color: {c.quiet}; }}
QLabel[kind="strong"] {{ font-weight: 600; }}
QLabel[kind="warn"] {{ color: {c.warn}; font-weight: 600; }}
QLabel[kind="alarm"] {{
  background: {c.raised}; border: 1px solid {c.warn}; border-radius: {RADIUS}px; padding: {UNIT // 2}px {UNIT}px; }}
QLabel[kind="problem"] {{ font-size: {SMALL_PX}px; color: {c.bad}; }}
QLabel[kind="warning"] {{ font-size: {SMALL_PX}px; color: {c.warn}; }}
QLabel[kind="hover"] {{
  background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px; font-size: {SMALL_PX}px; }}
QLabel[kind="headline"] {{ font-size: {LARGE_PX}px; font-weight: 600; }}
QLabel[kind="figure"] {{ font-size: {LARGE_PX}px; color: {c.quiet}; }}

QPushButton, QToolButton {{
  background: {c.raised}; border: 2px solid transparent; border-radius: {RADIUS}px;
  padding: 4px 12px; min-height: 20px; }}
QPushButton:hover, QToolButton:hover {{ background: {c.line}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {c.ground}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {c.accent}; outline: none; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.quiet}; background: transparent; }}
QPushButton[kind="primary"] {{ background: {c.accent}; color: {c.on_accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {c.text}; color: {c.ground}; }}
QPushButton[kind="primary"]:focus {{ border-color: {c.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {c.raised}; color: {c.quiet}; }}
QPushButton[kind="danger"] {{ color: {c.bad}; }}
QPushButton[kind="danger"]:focus {{ border-color: {c.bad}; }}
QPushButton[kind="danger"]:disabled {{ color: {c.quiet}; }}
QPushButton[kind="tab"] {{ background: transparent; color: {c.quiet}; border-radius: {RADIUS}px; padding: 4px 14px; }}
QPushButton[kind="tab"]:hover {{ color: {c.text}; }}
QPushButton[kind="tab"]:checked {{ background: {c.raised}; color: {c.text}; }}
QPushButton[kind="segment"] {{ background: transparent; border-color: {c.line}; color: {c.quiet}; }}
QPushButton[kind="segment"]:hover {{ background: {c.raised}; }}
QPushButton[kind="segment"]:checked {{ border-color: {c.accent}; color: {c.text}; }}
QPushButton[kind="segment"]:focus {{ border-color: {c.text}; }}
QPushButton[kind="small"] {{ font-size: {SMALL_PX}px; padding: 4px 2px; }}
QPushButton[kind="toggle"] {{ font-size: {SMALL_PX}px; padding: 4px 2px; }}
QPushButton[kind="toggle"]:!checked {{ background: transparent; border-color: {c.line}; color: {c.quiet}; }}
QPushButton[kind="toggle"]:focus {{ border-color: {c.accent}; }}
QPushButton[kind="tab"]:focus, QPushButton[kind="status"]:focus {{ border-color: {c.accent}; }}
QToolButton[kind="icon"] {{ background: transparent; padding: 4px; min-width: 20px; }}
QToolButton[kind="icon"]:hover {{ background: {c.raised}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton[kind="status"] {{
  background: transparent; font-size: {SMALL_PX}px; color: {c.quiet}; padding: 0 4px; min-height: 20px;
  border-radius: 4px; text-align: left; }}
QPushButton[kind="status"]:hover {{ background: {c.raised}; color: {c.text}; }}
QPushButton[kind="fold"] {{
  background: transparent; color: {c.quiet}; padding: 0; border-radius: 4px; text-align: left; }}
QPushButton[kind="fold"]:hover {{ color: {c.text}; }}
QPushButton[kind="fold"]:focus {{ border-color: {c.accent}; }}
QPushButton[kind="flat"] {{ background: transparent; color: {c.quiet}; }}
QPushButton[kind="flat"]:hover {{ background: {c.line}; color: {c.text}; }}
QPushButton[kind="flat"]:focus {{ border-color: {c.accent}; }}
QPushButton[kind="choice"] {{
  background: {c.panel}; border: 2px solid {c.line}; border-radius: {RADIUS}px; text-align: left; padding: 0; }}
QPushButton[kind="choice"]:hover {{ background: {c.raised}; }}
QPushButton[kind="choice"]:checked, QPushButton[kind="choice"]:focus {{ border-color: {c.accent}; }}

QComboBox, QLineEdit, QSpinBox, QDateEdit, QPlainTextEdit {{
  background: {c.raised}; border: 2px solid transparent; border-radius: {RADIUS}px; padding: 4px 8px;
  min-height: 20px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus {{ border-color: {c.accent}; }}
QLineEdit[kind="inline"] {{ border-color: {c.accent}; border-radius: 4px; padding: 0 2px; min-height: 18px; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox QAbstractItemView {{
  background: {c.raised}; border: 1px solid {c.line}; border-radius: 4px; padding: 4px; outline: none;
  selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QSlider {{ min-height: 20px; }}
QSlider::groove:horizontal {{ background: {c.line}; height: 4px; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; height: 4px; border-radius: 2px; }}
QSlider::handle:horizontal {{
  background: {c.accent}; width: 10px; margin: -5px 0; border: 2px solid {c.panel}; border-radius: 7px; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{
  background: {c.text}; border-color: {c.accent}; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: 4px 8px; }}
QProgressBar {{ background: {c.raised}; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {c.line}; border-radius: 4px; min-height: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; height: 0; }}
"""


def apply(app: QApplication, theme: str) -> Colors:
    """Applies a theme to the whole program; widgets are notified by a palette change."""
    colors = colors_for(theme)
    app.setStyle("Fusion")
    app.setFont(font(BODY_PX))
    app.setPalette(palette(colors))
    app.setStyleSheet(style_sheet(colors))
    return colors


def palette(colors: Colors) -> QPalette:
    """The theme's colours as Qt's colour roles."""
    role = QPalette.ColorRole
    pairs = {
        role.Window: colors.ground,
        role.WindowText: colors.text,
        role.Base: colors.panel,
        role.AlternateBase: colors.raised,
        role.Text: colors.text,
        role.PlaceholderText: colors.quiet,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.Mid: colors.line,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Link: colors.accent,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
    }
    result = QPalette()
    for key, value in pairs.items():
        result.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(colors.quiet))
    return result
