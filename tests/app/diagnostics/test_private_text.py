"""No record of any logger brings text of the user into the log, and none takes long to write."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum
from time import process_time

import pytest

from app.diagnostics.private_text import END_CAUSES, END_FRAMES, MESSAGE_CHARS, plain_message, traceback_lines
from app.diagnostics.private_text import thread_name as plain_thread_name
from core.errors import CodePlaces, StoreError

SECRETS = ("Anna", "anna", "password", "mother")


class Colour(Enum):
    RED = "Anna's red"


def record_of(name: str, message: object, *args: object, thread: str = "MainThread") -> logging.LogRecord:
    record = logging.LogRecord(name, logging.ERROR, "/home/anna/module.py", 7, message, args, None)
    record.threadName = thread
    return record


@pytest.mark.parametrize("logger", ["qt.multimedia", "library", "apple", "root"])
@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("Recognised words: my mother Anna is sad", ()),
        ("user=anna password=secret", ()),
        ("anna@host failed", ()),
        ("Read %s", ("Anna",)),
        (StoreError("Anna"), ()),
    ],
)
def test_of_another_logger_only_the_place_is_written(logger: str, message: object, args: tuple[object, ...]) -> None:
    assert plain_message(record_of(logger, message, *args)) == "module:7"


@pytest.mark.parametrize(
    ("message", "args", "written"),
    [
        ("Words: %s", ("my mother Anna is sad",), "Words: str"),
        ("Failed: %s", (CodePlaces("vosk:43 open_vosk"),), "Failed: vosk:43 open_vosk"),
        ("Failed: %s", (StoreError("Anna"),), "Failed: StoreError"),
        ("Failed: %s", (["Anna"],), "Failed: list"),
        ("%s of %d at %.1f: %s", (True, 3, 0.25, None), "True of 3 at 0.2: NoneType"),
        ("%s is %s", (StoreError, Colour.RED), "StoreError is RED"),
        ("Named %(name)s", ({"name": "Anna"},), "Named str"),
        ("Too few %s %s", ("Anna",), "Too few %s %s"),
        ("No number %d", ("Anna",), "No number %d"),
        (StoreError("Anna"), (), "StoreError"),
        ("%s: %s", ("recogniser", StoreError("Anna")), "recogniser: StoreError"),
        ("Cannot read “Anna”.", (), "Cannot read […]"),
        ("Cannot read /home/anna", (), "Cannot read […]"),
        ("Two\nAnna", (), "Two […]"),
    ],
)
def test_an_own_message_is_its_template_with_numbers_and_types(message: object, args: tuple[object, ...], written: str):
    assert plain_message(record_of("core.store", message, *args)) == written


@pytest.mark.parametrize(
    ("thread", "argument", "written"),
    [("job-export 3", "export 3", "export 3"), ("engine-camera", "camera", "camera"), ("MainThread", "Anna", "str")],
)
def test_an_argument_may_name_its_own_thread(thread: str, argument: str, written: str) -> None:
    assert plain_message(record_of("app.jobs", "%s", argument, thread=thread)) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [("engine-camera", "engine-camera"), ("job-export 3", "job-export 3"), ("Anna's thread", "Thread")],
)
def test_only_an_own_thread_is_named(name: str, written: str) -> None:
    seen: list[str] = []

    def log() -> None:
        record = record_of("app.jobs", "%s", threading.current_thread(), thread=name)
        seen.extend([plain_thread_name(record), plain_message(record)])

    thread = threading.Thread(target=log, name=name)
    thread.start()
    thread.join()
    assert seen == [written, written]


def test_a_thread_that_has_ended_is_not_named() -> None:
    record = record_of("library", "", thread="Anna's thread")
    record.thread = -1
    assert plain_thread_name(record) == "Thread"


@pytest.mark.parametrize("text", ["x" * 100_000, " " * 100_000, "x " * 50_000])
def test_a_long_message_takes_no_time_and_little_room(text: str) -> None:
    record = record_of("app.test", text)
    begun_s = process_time()
    written = plain_message(record)
    assert process_time() - begun_s < 0.1
    assert len(written) <= MESSAGE_CHARS + 4


def recurse(depth: int) -> None:
    if depth == 0:
        raise ValueError("Anna")
    recurse(depth - 1)


def chain(depth: int) -> None:
    try:
        if depth:
            chain(depth - 1)
        raise KeyError("Anna")
    except (KeyError, ValueError) as error:
        raise ValueError("Anna") from error


def raised_by(act: Callable[[int], None], depth: int) -> BaseException:
    try:
        act(depth)
    except ValueError as error:
        return error
    raise AssertionError("nothing was raised")


def test_of_a_recursion_only_the_first_and_last_frames_are_written() -> None:
    lines = traceback_lines(raised_by(recurse, 300))
    frames = [line for line in lines if line.startswith("  ")]
    assert len(frames) == 2 * END_FRAMES
    assert "in raised_by" in frames[0]
    assert 'raise ValueError("Anna")' in frames[-1]  # the code's own text
    assert lines[-1] == "ValueError"


def test_of_a_short_traceback_every_frame_is_written_once() -> None:
    frames = [line for line in traceback_lines(raised_by(recurse, 25)) if line.startswith("  ")]
    assert len(frames) == 27


def test_of_a_long_chain_of_causes_only_the_ends_are_written() -> None:
    lines = traceback_lines(raised_by(chain, 30))
    assert sum(line.startswith("Traceback") for line in lines) == 2 * END_CAUSES
    assert lines[-1] == "ValueError"
