"""Style of the report's figures: light and plain; curves differ in dash and marker as well as in colour."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.analysis.picture import GROUND, PANEL, QUIET, RULE, TEXT
from core.atomic_files import replace_file
from core.errors import DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class VariantLook:
    """Colour, dash and marker of a variant's curve."""

    color: str
    dash: Any
    mark: str
    width: float = 1.6

    def line(self) -> dict[str, Any]:
        """Returns keywords for matplotlib's `plot`."""
        return {
            "color": self.color,
            "linestyle": self.dash,
            "marker": self.mark,
            "linewidth": self.width,
            "markersize": 5.5,
        }


LOOKS: dict[str, VariantLook] = {
    "full": VariantLook("#1C2330", "-", "o", 2.6),
    "hybrid": VariantLook("#D55E00", (0, (5, 2, 1, 2)), "s"),
    "mult": VariantLook("#CC79A7", (0, (1, 1.5)), "^"),
    "static": VariantLook("#009E73", (0, (6, 2)), "D"),
    "late": VariantLook("#56B4E9", (0, (3, 1.5)), "v"),
    "early": VariantLook("#E69F00", (0, (8, 2, 2, 2)), "P"),
    "zero-fill": VariantLook("#5B6575", (0, (2, 2)), "X"),
}
"""The variants that figures compare: the table's baselines, and zero-fill besides masking."""
LEGEND: dict[str, Any] = {"frameon": False, "fontsize": 9.5, "handlelength": 3.6, "borderaxespad": 0.0}
_MARGIN_IN, _TITLE_IN, _LINE_IN, _LEGEND_IN = 0.15, 0.5, 0.18, 0.22


def sheet(
    title: str, note: str, shape: tuple[int, int] = (1, 1), size: tuple[float, float] = (8.0, 5.0), **share: Any
) -> tuple[Figure, list[Axes]]:
    """Creates a figure of `size` inches with a title, a note at its foot, and `shape` panels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    figure = NewFigure(figsize=size, facecolor=GROUND, layout="constrained")
    FigureCanvasAgg(figure)
    figure.text(_MARGIN_IN / size[0], 1 - _MARGIN_IN / size[1], title, size=14, weight="bold", color=TEXT, va="top")
    figure.text(_MARGIN_IN / size[0], 0.1 / size[1], note, size=9, color=QUIET, va="bottom", linespacing=1.3)
    _leave_room(figure, _TITLE_IN, 0.12 + _LINE_IN * (1 + note.count("\n")))
    rows, columns = shape
    panels = list(figure.subplots(rows, columns, squeeze=False, **share).flat)
    for axes in panels:
        plain(axes)
    return figure, panels


def _leave_room(figure: Figure, above_in: float, below_in: float) -> None:
    """Keeps the panels clear of the title and legend above, and of the note below (inches)."""
    width, height = figure.get_size_inches()
    side, engine = 0.05 / width, figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(side, below_in / height, 1 - 3 * side, 1 - (above_in + below_in) / height))  # type: ignore[call-arg]


def plain(axes: Axes) -> None:
    """Removes the box and draws a light grid."""
    axes.set_facecolor(PANEL)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=9.5, labelcolor=TEXT)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)


def name_axes(axes: Axes, x: str, y: str, title: str = "") -> None:
    """Sets axis labels, and a title for a panel among several."""
    axes.set_xlabel(x, size=10, color=TEXT)
    axes.set_ylabel(y, size=10, color=TEXT)
    if title:
        axes.set_title(title, size=10.5, color=TEXT, loc="left")


def legend_above(figure: Figure, axes: Axes, columns: int = 4) -> None:
    """Adds one legend for all panels, between the title and them."""
    handles, labels = axes.get_legend_handles_labels()
    width, height = figure.get_size_inches()
    figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(0.1 / width, 1 - (_TITLE_IN - 0.06) / height),
        ncols=columns,
        **LEGEND,
    )
    rows = -(-len(labels) // columns)
    engine = figure.get_layout_engine()
    below = engine.get()["rect"][1] * height if engine is not None else 0.0
    _leave_room(figure, _TITLE_IN + 0.1 + _LEGEND_IN * rows, below)


def write(figure: Figure, path: Path) -> None:
    """Writes the figure as PNG. Raises `DataError` if it cannot be written."""
    replace_file(path, lambda fresh: figure.savefig(fresh, dpi=110), DataError)
