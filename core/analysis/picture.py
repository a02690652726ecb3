"""Draws a recording's timeline as a picture: probabilities, weights and words.

Colours and line styles are those of the window.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.analysis.summary import doubt, share, states
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.export.clip_table import Provenance
from core.time_format import short_clock
from core.types import MODALITIES, STATES, Estimate, Word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUND, PANEL, TEXT, QUIET, RULE = "#F6F7F9", "#FFFFFF", "#1C2330", "#5B6575", "#DDE1E7"
CAPTION = (
    "Hatched: undecided. Blank: nothing present. Grey words: lips were still. "
    "Estimates how expressions may be read, never what a person feels. It can be wrong."
)
OTHER_SCRIPTS = (
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "Malgun Gothic",
    "Microsoft YaHei",
    "Apple SD Gothic Neo",
    "PingFang SC",
    "Noto Sans Devanagari",
    "Nirmala UI",
    "Arial Unicode MS",
)
"""Fonts of common systems for words whose letters matplotlib's own font lacks."""
_LABEL_APART = 0.075
_INCHES_WIDE = 13.0


def draw(made: Sequence[Estimate], final: Sequence[Word], provenance: Provenance, path: Path) -> None:
    """Write the timeline as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_INCHES_WIDE, 7.2), facecolor=GROUND)
    FigureCanvasAgg(figure)
    above, middle, below = figure.subplots(
        3, 1, sharex=True, gridspec_kw={"height_ratios": (5.0, 2.2, 1.0), "hspace": 0.16,
                                        "left": 0.07, "right": 0.89, "top": 0.86, "bottom": 0.085},
    )  # fmt: skip
    _title(figure, made, provenance)
    for axes, name in ((above, "probability"), (middle, "weight of evidence"), (below, "words")):
        _plain(axes, name)
    _curves(above, made, provenance.hop_s)
    _weights(middle, made, provenance.hop_s)
    _words(below, final, made[-1].t_s)
    _time_axis(below, made[-1].t_s)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # drawn as a box; the table has the word
        figure.savefig(path, dpi=150)


def _title(figure: Any, made: Sequence[Estimate], provenance: Provenance) -> None:
    figure.text(0.07, 0.945, provenance.file, size=17, weight="bold", color=TEXT)
    present = ", ".join(f"{MODALITY_NAMES[m]} {share(made, m):.0%}" for m in MODALITY_ORDER)
    parts = filter(None, (states(made), f"present: {present}", doubt(made)))
    figure.text(0.07, 0.905, "   ·   ".join(parts), size=10.5, color=TEXT)
    figure.text(
        0.89,
        0.955,
        f"{provenance.profile} {provenance.checkpoint_sha256[:8] or 'random weights'} · {provenance.version}",
        size=9,
        color=QUIET,
        ha="right",
    )
    figure.text(0.07, 0.02, CAPTION, size=9, color=QUIET)


def _plain(axes: Axes, name: str) -> None:
    axes.set_facecolor(PANEL)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=QUIET)
    axes.set_ylabel(name, color=QUIET, size=9.5, labelpad=8)
    axes.yaxis.set_label_coords(-0.048, 0.5)


def _curves(axes: Axes, made: Sequence[Estimate], hop_s: float) -> None:
    times_s = np.array([estimate.t_s for estimate in made])
    curves = np.stack([estimate.probabilities for estimate in made])  # (T, 4)
    for start_s, end_s in _stretches([estimate.abstains is not None for estimate in made], times_s, hop_s):
        axes.axvspan(start_s, end_s, facecolor="none", edgecolor="#C3C9D3", hatch="////", linewidth=0, zorder=1)
    marker = "o" if len(made) == 1 else None
    for k, state in enumerate(STATES):
        axes.plot(times_s, curves[:, k], **_line(state), marker=marker, zorder=3)
    axes.set_ylim(0, 1)
    axes.set_yticks((0, 0.25, 0.5, 0.75, 1), labels=("0", "", "0.5", "", "1"))
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    _end_labels(axes, curves)


def _line(state: str) -> dict[str, Any]:
    look = STATE_LOOKS[state]
    return {"color": look.color, "linestyle": (0, look.dashes) if look.dashes else "solid", "linewidth": 2.2}


def _end_labels(axes: Axes, curves: Any) -> None:
    """Names at the right ends of the curves, moved apart where they would overlap."""
    known = curves[~np.isnan(curves[:, 0])]
    heights = known[-1] if len(known) else np.linspace(0.65, 0.35, len(STATES))
    order = np.argsort(heights)
    placed = np.maximum.accumulate(heights[order] - np.arange(len(order)) * _LABEL_APART) + (
        np.arange(len(order)) * _LABEL_APART
    )
    placed -= max(placed[-1] - 0.97, 0.0)
    for k, height in zip(order, placed, strict=True):
        transform = axes.get_yaxis_transform()
        axes.plot((1.008, 1.03), (height, height), **_line(STATES[k]), transform=transform, clip_on=False)
        axes.text(1.037, height, STATES[k], transform=transform, color=TEXT, size=10.5, va="center")


def _weights(axes: Axes, made: Sequence[Estimate], hop_s: float) -> None:
    """Stacked to 1; each step fills its hop, and an absent modality has no height."""
    edges_s = np.array([made[0].t_s - hop_s, *(estimate.t_s for estimate in made)])
    base = np.zeros(len(made))
    for modality in MODALITY_ORDER:
        top = base + np.array([estimate.weights[MODALITIES.index(modality)] for estimate in made])
        axes.fill_between(
            edges_s,
            np.append(base, base[-1]),
            np.append(top, top[-1]),
            step="post",
            color=MODALITY_COLORS[modality],
            linewidth=0,
            alpha=0.88,
        )
        base = top
    axes.set_ylim(0, 1)
    axes.set_yticks((0, 1))
    for k, modality in enumerate(reversed(MODALITY_ORDER)):
        axes.plot(
            (1.008, 1.03),
            (0.83 - 0.33 * k,) * 2,
            color=MODALITY_COLORS[modality],
            linewidth=8,
            transform=axes.transAxes,
            clip_on=False,
            solid_capstyle="butt",
        )
        axes.text(
            1.037,
            0.83 - 0.33 * k,
            MODALITY_NAMES[modality],
            transform=axes.transAxes,
            color=TEXT,
            size=10.5,
            va="center",
        )


def _words(axes: Axes, final: Sequence[Word], end_s: float) -> None:
    """A tick for every word, and as many words as fit on three lines; doubtful ones are grey."""
    axes.set_yticks(())
    axes.set_ylim(0, 1)
    if not final:
        axes.text(
            0.5,
            0.5,
            "no words were recognised",
            transform=axes.transAxes,
            color=QUIET,
            size=10,
            ha="center",
            va="center",
        )
        return
    axes.vlines([word.start_s for word in final], 0.9, 1.0, color=MODALITY_COLORS["text"], linewidth=1.2)
    free_s = [float("-inf")] * 3
    families = _families()
    per_letter_s = end_s / (_INCHES_WIDE * 0.82 * 13)
    for word in final:
        line = next((k for k in range(3) if free_s[k] <= word.start_s), None)
        if line is not None:
            place = (word.start_s, 0.72 - 0.3 * line)
            color = QUIET if word.doubt else TEXT
            axes.text(*place, word.text, size=8.5, color=color, va="center", clip_on=True, family=families)
            free_s[line] = word.start_s + (len(word.text) + 1.5) * per_letter_s


def _families() -> list[str]:
    """The usual font, then those of other scripts that are installed: matplotlib takes each letter from the first."""
    from matplotlib import rcParams
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return [*rcParams["font.family"], *(name for name in OTHER_SCRIPTS if name in installed)]


def _time_axis(axes: Axes, end_s: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlim(0, end_s)
    axes.xaxis.set_major_locator(MaxNLocator(12, steps=[1, 2, 3, 5, 6, 10], integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda t_s, _place: short_clock(t_s)))


def _stretches(flags: Sequence[bool], times_s: Any, hop_s: float) -> Iterator[tuple[float, float]]:
    """Begin and end of each unbroken run of set flags."""
    began: float | None = None
    for flag, t_s in zip((*flags, False), (*times_s, times_s[-1] + hop_s), strict=True):
        if flag and began is None:
            began = t_s - hop_s
        elif not flag and began is not None:
            yield began, t_s - hop_s
            began = None
