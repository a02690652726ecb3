"""Plots of the Explain page over the last minutes, with a time axis."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QSizePolicy

from app.widgets.plot import Plot, color_plot, make_plot
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.types import Modality

AXIS_PX = 20
MODALITY_DASHES: dict[Modality, tuple[float, ...]] = {
    "visual": (6.0, 2.5),
    "audio": (1.0, 2.0),
    "text": (5.0, 2.0, 1.0, 2.0),
}
"""Dashes of the lines "without …", which so differ not by colour alone; the line of all modalities is solid."""


def make_time_plot(name: str, history_s: float) -> Plot:
    """A plot of shares over the last `history_s` seconds; its height is what the layout has left."""
    plot = make_plot(name, history_s)
    plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    item = plot.getPlotItem()
    item.layout.setContentsMargins(0, UNIT // 2, 2 * UNIT, 0)
    item.showAxis("bottom")
    axis = item.getAxis("bottom")
    axis.setHeight(AXIS_PX)
    axis.setStyle(hideOverlappingLabels=False, tickLength=0)
    ago = [share * history_s for share in (0.75, 0.5, 0.25)]
    axis.setTicks([[*((-seconds, f"−{seconds:.0f} s") for seconds in ago), (0.0, "now")]])
    return plot


def color_time_plot(plot: Plot, colors: Colors) -> None:
    """Uses the colours of the theme."""
    color_plot(plot, colors)
    axis = plot.getPlotItem().getAxis("bottom")
    axis.setPen(pg.mkPen(None))
    axis.setTextPen(colors.quiet)
    axis.setStyle(tickFont=font(SMALL_PX))


def modality_pen(modality: Modality, color: str) -> QPen:
    """The pen of a line "without …"."""
    pen: QPen = pg.mkPen(color, width=2)
    pen.setDashPattern(MODALITY_DASHES[modality])
    return pen
