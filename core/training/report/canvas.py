"""The look of the report's figures: light, plain, told apart by dash and mark as well as by colour."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.analysis.picture import GROUND, PANEL, QUIET, RULE, TEXT
from core.errors import DataError
from core.writing import replace_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class VariantLook:
    """Colour, dash and mark of a variant's curve."""

    color: str
    dash: Any
    mark: str
    width: float = 1.6

    def line(self) -> dict[str, Any]:
        """As keywords of matplotlib's `plot`."""
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
"""The variants that figures compare: those of the table's baselines, and zero-fill beside masking."""


def sheet(
    title: str, note: str, shape: tuple[int, int] = (1, 1), size: tuple[float, float] = (8.0, 5.0), **share: bool
) -> tuple[Figure, list[Axes]]:
    """An empty figure with its title, a line of explanation below it, and `shape` panels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    figure = NewFigure(figsize=size, facecolor=GROUND, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, size=14, weight="bold", color=TEXT, x=0.015, ha="left")
    figure.supxlabel(note, size=9, color=QUIET, x=0.015, ha="left")
    panels = list(figure.subplots(*shape, squeeze=False, **share).flat)
    for axes in panels:
        plain(axes)
    return figure, panels


def plain(axes: Axes) -> None:
    """No box, a quiet grid."""
    axes.set_facecolor(PANEL)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=9.5, labelcolor=TEXT)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)


def name_axes(axes: Axes, x: str, y: str, title: str = "") -> None:
    """Labels, and a title for a panel among several."""
    axes.set_xlabel(x, size=10, color=TEXT)
    axes.set_ylabel(y, size=10, color=TEXT)
    if title:
        axes.set_title(title, size=10.5, color=TEXT, loc="left")


def legend_below(figure: Figure, axes: Axes, columns: int = 4) -> None:
    """One legend for all panels."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", ncols=columns, frameon=False, fontsize=9.5, handlelength=3.6
    )


def write(figure: Figure, path: Path) -> None:
    """As PNG. Raises `DataError` where it cannot be written."""
    replace_file(path, lambda fresh: figure.savefig(fresh, dpi=110), DataError)
