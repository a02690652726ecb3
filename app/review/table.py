"""A small table of figures as labels in a grid, with a header row and a column of names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT


class FigureTable(QWidget):
    """Takes rows of (name, figures); each cell's label is built once."""

    def __init__(self, name: str, corner: str, columns: Sequence[str]) -> None:
        super().__init__()
        self._name = name
        self._columns = columns
        self._cells: dict[tuple[int, int], QLabel] = {}
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(UNIT)
        self._grid.setVerticalSpacing(UNIT // 2)
        self._grid.setColumnStretch(0, 1)
        for place, title in enumerate((corner, *columns)):
            self._put(0, place, title, "caption")

    def _put(self, row: int, column: int, text: str, kind: str) -> None:
        if (row, column) not in self._cells:
            label = QLabel()
            set_kind(label, kind)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            self._grid.addWidget(label, row, column, side)
            self._cells[row, column] = label
        self._cells[row, column].setText(text)

    def show_rows(self, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Shows these figures."""
        for row, (name, figures) in enumerate(rows, start=1):
            self._put(row, 0, name, "")
            for column, figure in enumerate(figures, start=1):
                self._put(row, column, figure, "")
        spoken = [f"{name}: " + ", ".join(map(" ".join, zip(self._columns, f, strict=True))) for name, f in rows]
        self.setAccessibleDescription("; ".join(spoken))
