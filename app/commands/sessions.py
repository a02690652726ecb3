"""`edu-emotionnet sessions`: lists, shows, exports, compares and erases the sessions stored on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import DeviceOption
from core.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from core.review.comparison import Comparison
    from core.store.session_library import SessionLibrary
    from core.store.stored_session import SessionLine

cli = typer.Typer(help="Show, export, compare and erase stored sessions.", rich_markup_mode=None, no_args_is_help=True)

NEWEST = "last"
NOT_ERASED = 1
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="A session's id, its beginning or its end; 'last' for the newest.")
]


@cli.command("list")
def list_sessions(
    query: Annotated[
        str,
        typer.Argument(metavar="[QUERY]", help="Only sessions that contain all these words, and phrases in quotes."),
    ] = "",
) -> None:
    """List sessions, the newest first.

    QUERY searches titles, days, participants, words and notes.
    """
    lines = _library().lines(query)
    if not lines:
        typer.echo("No session contains all these words." if query else "No session is stored.")
        return
    for line in lines:
        typer.echo(f"{line.id}  {_summary(line)}")


@cli.command()
def show(session_id: IdArgument) -> None:
    """Describe a session in a few lines.

    Time by state, undecided time, presence, own reports and markers.
    """
    from core.review.summary import summarise
    from core.review.text import READ_AS, began, heading, lines
    from core.time_format import clock

    library = _library()
    session = library.read(_find(library, session_id).id)
    line = session.line
    typer.secho(heading(line), bold=True)
    typer.echo(f"{line.id} · {began(line)} · {clock(line.duration_s)} · {line.purpose}")
    typer.echo(READ_AS)
    for name, text in lines(summarise(session)):
        typer.echo(f"  {name:<16} {text}")
    if session.note:
        typer.echo(f"  {'Note':<16} {session.note}")
    checkpoint = line.checkpoint_sha256[:12] or "random weights: the estimates mean nothing"
    typer.echo(f"  {'Model':<16} {line.profile} {checkpoint}")


@cli.command()
def export(
    session_id: IdArgument,
    kind: Annotated[str, typer.Option("--to", metavar="csv|parquet|xdf|html|vtt|srt", help="The format.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="PATH",
            help="A folder, in which csv and parquet create one for the session; or a file for the others.",
        ),
    ],
) -> None:
    """Write a session as tables or a page, or its words.

    As tables (csv, parquet), as XDF for lab tools (xdf), as one HTML page that needs no network (html), or its words,
    with your corrections, as WebVTT (vtt) or SubRip (srt).
    """
    from core.export import IN_FOLDERS
    from core.export import export as write

    library = _library()
    line = _find(library, session_id)
    if kind in IN_FOLDERS and out.is_file():
        raise StoreError(f"{out} is a file. Name a folder for the tables.")
    for file in write(library.read(line.id), kind, out / f"{line.id}-{kind}" if kind in IN_FOLDERS else out):
        typer.echo(str(file))


@cli.command()
def compare(
    session_id: IdArgument,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FOLDER", help="The other checkpoint; the shipped one by default."),
    ] = None,
    device: DeviceOption = None,
) -> None:
    """Score a session again with another checkpoint.

    Uses the stored features, and shows where the two differ.
    """
    from app.commands.options import chosen_settings
    from app.commands.progress import stages
    from core.review.comparison import compare as compare_steps
    from core.review.rescore import rescore

    library = _library()
    line = _find(library, session_id)
    session, features = library.read(line.id), library.features(line.id)
    settings = chosen_settings(device=device)
    with stages() as bar:
        other = rescore(
            features, checkpoint, settings.model, lambda done, total: bar("scoring again", done, total), session
        )
    _print_comparison(compare_steps(session.steps, other, session.facts.hop_s))


@cli.command("forget-words")
def forget_words(
    session_id: IdArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")] = False,
) -> None:
    """Erase the words of a session and their corrections.

    Nothing else is erased. Asks for a confirmation. Recorded sound and exported files stay as they are.
    """
    library = _library()
    line = _find(library, session_id)
    if not line.words:
        typer.echo(f"Session {line.id} has no stored words.")
        return
    _confirm(f"Erase {_count(line.words, 'recognised word')} of session {line.id}?", yes)
    library.forget_words(line.id)
    typer.echo(f"The words of session {line.id} are erased.")


@cli.command()
def erase(
    session_id: Annotated[str, typer.Argument(metavar="[ID]", help="One session; 'last' for the newest.")] = "",
    participant: Annotated[
        str, typer.Option("--participant", metavar="P", help="Every session of this participant.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every session.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")] = False,
) -> None:
    """Erase one session, a participant's, or all.

    Asks for a confirmation. What is erased is erased completely. Exported files stay as they are.
    """
    if bool(session_id) + bool(participant) + everything != 1:
        raise SettingsError("Choose what to erase: an ID, or --participant P, or --all.")
    library = _library()
    if session_id:
        line = _find(library, session_id)
        _confirm(f"Erase session {line.id}?", yes)
        library.erase(line.id)
        typer.echo(f"Session {line.id} is erased.")
        return
    chosen = [line for line in library.lines() if everything or line.participant == participant]
    if not chosen:
        typer.echo(f"No session of participant {participant} is stored." if participant else "No session is stored.")
        return
    _confirm(f"Erase {_count(len(chosen))}{f' of participant {participant}' if participant else ''}?", yes)
    erased = library.erase_all() if everything else library.erase_participant(participant)
    typer.echo(f"{_count(erased)} erased.")


def _library() -> SessionLibrary:
    from core import paths
    from core.store.session_library import SessionLibrary

    return SessionLibrary(paths.sessions())


def _find(library: SessionLibrary, wanted: str) -> SessionLine:
    """The one session that matches. Raises `StoreError`."""
    lines = library.lines()
    if wanted == NEWEST and lines:
        return lines[0]
    exact = [line for line in lines if line.id == wanted]
    found = exact or [line for line in lines if line.id.startswith(wanted) or line.id.endswith(wanted)]
    if not lines:
        raise StoreError("No session is stored yet. 'edu-emotionnet' starts one.")
    if not found:
        raise StoreError(f"There is no session '{wanted}'. 'edu-emotionnet sessions list' lists them.")
    if len(found) > 1:
        raise StoreError(f"'{wanted}' matches {len(found)} sessions, such as {found[0].id}. Give more of the id.")
    return found[0]


def _summary(line: SessionLine) -> str:
    """A session in one line, or its problem."""
    from core.review.text import began, heading
    from core.time_format import clock

    if line.problem:
        return line.problem
    parts = (
        began(line),
        clock(line.duration_s),
        heading(line),
        line.participant,
        _count(line.steps, "step"),
        _count(line.reports, "own report") if line.reports else "",
        "features" if line.has_features else "",
        "media" if line.has_media else "",
        "" if line.complete else "not ended",
    )
    return " · ".join(part for part in parts if part)


def _print_comparison(found: Comparison) -> None:
    """Print how far the two agree, and where they differ most."""
    from core.review.text import name, percent
    from core.time_format import clock, duration

    typer.echo(f"The same state in {percent(found.same_share)} of {found.steps} steps.")
    typer.echo(f"Probabilities are {percent(found.distance)} apart on average (total variation).")
    for state, seconds in found.seconds_one.items():
        typer.echo(f"  {state:<11} {duration(seconds):>12} then {duration(found.seconds_other[state]):>12} now")
    if found.differences:
        typer.echo("They differ most:")
    for part in found.differences:
        when = f"{clock(part.start_s)} to {clock(part.end_s)}"
        typer.echo(f"  {when}  {name(part.one)} then, {name(part.other)} now ({percent(part.distance)} apart)")


def _confirm(question: str, yes: bool) -> None:
    if not yes and not typer.confirm(f"{question} It cannot be undone."):
        typer.echo("Nothing was erased.")
        raise typer.Exit(NOT_ERASED)


def _count(number: int, what: str = "session") -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
