"""`edu-emotionnet analyze`: a clip or a folder of clips, without a window and as fast as possible."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.error_exit import BAD_INPUT
from app.commands.options import (
    CheckpointOption,
    DeviceOption,
    ProfileOption,
    RandomWeightsOption,
    chosen_settings,
)
from core.errors import SettingsError
from core.speech.languages import LANGUAGES

if TYPE_CHECKING:
    from core.analysis import BatchOutcome


def analyze(
    what: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="A clip, or a folder of clips.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for tables and pictures.")],
    words: Annotated[
        Path | None,
        typer.Option(
            "--words",
            metavar="FILE",
            help="A transcript of the clip that replaces the recogniser: WebVTT (.vtt), SubRip (.srt), "
            "or a table (.csv) with the columns word, start_s, end_s.",
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="CODE",
            help="The language of the words in that file, such as en, de or ko; without it, one that the model knows.",
        ),
    ] = None,
    device: DeviceOption = None,
    profile: ProfileOption = None,
    checkpoint: CheckpointOption = None,
    random_weights: RandomWeightsOption = False,
) -> None:
    """Score clips without a window, into tables and pictures.

    Each clip gets a row for every hop (CSV and Parquet) and a timeline picture (PNG). Recognised words are written
    as subtitles (WebVTT, SubRip) and to a table, which can be corrected and passed back with --words. In a folder,
    clips that cannot be used are listed at the end and the exit code is 2.
    """
    settings = chosen_settings(device=device, profile=profile, checkpoint=checkpoint, random_weights=random_weights)
    if out.exists() and not out.is_dir():
        raise SettingsError(f"{out} is a file. Name a folder for the results.")
    if language is not None:
        check_language(language, words)
    from rich.progress import Progress

    from core.analysis import analyze as analyze_clips

    with Progress(transient=True) as bar:
        tasks = {}

        def show(file: Path, share: float) -> None:
            if file not in tasks:
                tasks[file] = bar.add_task(file.name, total=1.0)
            bar.update(tasks[file], completed=share)

        outcome = analyze_clips(what, out, settings, show, words, language)
    print_outcome(outcome)
    if outcome.failed:
        raise typer.Exit(BAD_INPUT)


def check_language(language: str, words: Path | None) -> None:
    """Raises `SettingsError` for a language without a file of words, and for an unknown one."""
    if words is None:
        raise SettingsError("--language is that of the file of words. Name the file with --words, or leave it out.")
    if language not in LANGUAGES:
        raise SettingsError(f"'{language}' is no language that is known here. Use one of: {', '.join(LANGUAGES)}.")


def print_outcome(outcome: BatchOutcome) -> None:
    """Prints the written files, and the failures to stderr."""
    for clip in outcome.analysed:
        typer.echo(f"{clip.path.name}: {clip.summary}")
        speed = clip.duration_s / clip.took_s if clip.took_s else 0.0
        typer.echo(f"  {clip.steps} rows in {clip.took_s:.1f} s ({speed:.1f} × real time)")
        for file in (clip.csv, clip.parquet, clip.picture, *clip.words_files):
            typer.echo(f"  {file}")
    for _, sentence in outcome.failed:
        typer.secho(sentence, fg=typer.colors.RED, err=True)
