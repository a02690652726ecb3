"""The rows of the timeline: probabilities, weights and lanes, each a plot over session time."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsItem

from app.presentation.series import Array, MarkedSpan
from app.review.timeline.columns import Lines, Stack
from app.review.timeline.lanes import TimelineLane
from app.review.timeline.plot_items import CurvesItem, RangesItem
from app.review.timeline.time_view import TimeAxis, TimeViewBox
from app.widgets.band_items import VEIL, Areas, BandItems
from app.widgets.plot import AIR, GUTTER_PX, LINE_PX, Grid, Hatch, state_pen
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS

LANE_PX, MARK_PX, AXIS_PX = 15, 18, 20
INFLUENCE, BLOCKS, REPORTS, EVENTS = "led by", "doing", "reports", "events"
"""Names of the lanes beside those of the modalities."""
RIGHT_PX = 3 * UNIT
"""Right of every plot, so that half of the last tick's label fits."""
OTHER_LINE_PX = 1.0
RANGE_ALPHA = 60


class ProbabilityRow(pg.PlotItem):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Means of the four probabilities as lines, their ranges behind them, and hatching where no state is named."""

    def __init__(self, view: TimeViewBox) -> None:
        super().__init__(viewBox=view)
        prepare_row(self)
        self.setYRange(-AIR, 1 + 2 * AIR, padding=0)
        self.hideAxis("bottom")
        self.getAxis("left").setTicks([[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]])
        self._grid, self._hatch = Grid(), Hatch()
        self._scattered = pg.BarGraphItem(x0=[], x1=[], y0=1 + AIR, y1=1 + 2 * AIR, pen=None)
        looks = STATE_LOOKS.values()
        self._ranges = RangesItem([translucent(look.color, RANGE_ALPHA) for look in looks])
        self._lines = CurvesItem([state_pen(look, LINE_PX) for look in looks])
        self._other_lines = CurvesItem([state_pen(look, OTHER_LINE_PX) for look in looks])
        self.addItem(self._grid)
        for item in (self._hatch, self._scattered, self._ranges, self._lines, self._other_lines):
            add_cached(self, item)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self._grid.set_colors(colors)
        self._hatch.set_colors(colors)
        self._scattered.setOpts(brush=translucent(colors.quiet, 110))

    def show_lines(self, lines: Lines) -> None:
        """Shows means and ranges."""
        self._lines.set_curves(lines.x_s, lines.middle)
        self._ranges.set_ranges(lines.x_s, np.stack((lines.low, lines.high), axis=2))

    def show_other(self, lines: Lines | None) -> None:
        """Shows another checkpoint's means as thin lines."""
        self._other_lines.setVisible(lines is not None)
        if lines is not None:
            self._other_lines.set_curves(lines.x_s, lines.middle)

    def show_abstained(self, most: Array, some: Array) -> None:
        """Hatches the spans (N, 2) in which most steps abstain; marks those in which some do above the curves."""
        self._hatch.set_spans([MarkedSpan(start_s, end_s, None) for start_s, end_s in most.tolist()])
        self._scattered.setOpts(x0=some[:, 0], x1=some[:, 1])


class WeightRow(pg.PlotItem):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Weights stacked to 1, with their 95 % bands, or those bands' ranges where a point stands for several steps."""

    def __init__(self, view: TimeViewBox) -> None:
        super().__init__(viewBox=view)
        prepare_row(self)
        self.setYRange(0, 1, padding=0)
        self.hideAxis("bottom")
        self.getAxis("left").setTicks([[(0.5, "weights")]])
        self._grid = Grid()
        self.addItem(self._grid)
        self._areas = Areas([MODALITY_COLORS[modality] for modality in MODALITY_ORDER])
        self._bands, self._ranges = BandItems(), RangesItem([translucent(VEIL, VEIL.alpha() // 2)] * 2)
        for item in (self._areas, self._bands, self._ranges):
            add_cached(self, item)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self._grid.set_colors(colors)

    def show_stack(self, stacked: Stack) -> None:
        """Shows areas and bands."""
        self._areas.set_shares(stacked.x_s, stacked.shares)
        self._bands.setVisible(stacked.fine)
        self._ranges.setVisible(not stacked.fine)
        if stacked.fine:
            self._bands.set_bands(stacked.x_s, stacked.bands)
        else:
            self._ranges.set_ranges(stacked.x_s, stacked.bands)


class LaneRow(pg.PlotItem):  # type: ignore[misc]  # pyqtgraph has no type hints
    """The lanes, and the time axis of all rows below them. The y axis counts pixels down from the top."""

    def __init__(self, view: TimeViewBox) -> None:
        super().__init__(viewBox=view, axisItems={"bottom": TimeAxis()})
        prepare_row(self)
        view.invertY(True)
        self.lanes: dict[str, TimelineLane] = {}
        top = 0
        for name, height in (
            (INFLUENCE, MARK_PX),
            *((MODALITY_NAMES[modality], LANE_PX) for modality in reversed(MODALITY_ORDER)),
            *((name, MARK_PX) for name in (BLOCKS, REPORTS, EVENTS)),
        ):
            self.lanes[name] = TimelineLane(top, height)
            add_cached(self, self.lanes[name])
            top += height
        self._bottom = top
        self.getAxis("left").setTicks([[(lane.middle, name) for name, lane in self.lanes.items()]])
        self.getAxis("bottom").setHeight(AXIS_PX)
        self.show_influence(False)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        for lane in self.lanes.values():
            lane.set_colors(colors)

    def show_influence(self, shown: bool) -> None:
        """Shows the lane of influence, or leaves it out."""
        top = 0 if shown else MARK_PX
        self.setYRange(top, self._bottom, padding=0)
        self.setFixedHeight(self._bottom - top + AXIS_PX)


def prepare_row(row: pg.PlotItem) -> None:
    """A plot without menus and without automatic ranges, with room for labels on its left."""
    row.hideButtons()
    row.setMenuEnabled(False)
    row.disableAutoRange()
    row.layout.setContentsMargins(0, 0, 0, 0)
    row.layout.setSpacing(0)
    for side in ("left", "bottom"):
        row.getAxis(side).setStyle(
            tickFont=font(SMALL_PX), tickLength=0 if side == "left" else 4, hideOverlappingLabels=RIGHT_PX
        )
    row.getAxis("left").setWidth(GUTTER_PX)


def add_cached(row: pg.PlotItem, item: pg.GraphicsObject) -> None:
    """Adds an item that keeps its pixels until its data or the view changes, so that moving the cursor is cheap."""
    item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
    row.addItem(item, ignoreBounds=True)


def translucent(color: str | QColor, alpha: int) -> QColor:
    """`color` with `alpha` of 255."""
    result = QColor(color)
    result.setAlpha(alpha)
    return result
