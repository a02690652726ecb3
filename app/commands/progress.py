"""A progress bar for long commands: one line for the current stage; finished stages stay above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Yields a function that takes the current stage, how much of it is done, and how much there is."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn()) as bar:

        def show(what: str, done: int, total: int) -> None:
            under_way = bar.tasks[0] if bar.tasks else None
            if under_way is None or under_way.description != what:
                if under_way is not None:
                    bar.console.print(under_way.description, highlight=False, markup=False)
                    bar.remove_task(under_way.id)
                bar.add_task(what, total=total)
            bar.update(bar.task_ids[0], completed=done)

        yield show
