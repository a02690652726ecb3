"""Lab markers: sent by another process, received with their time, from streams that appear and vanish."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.lab.inlets import ENDS_WITHIN_S, MarkerInlets
from core.lab.lsl_clock import LslClock
from core.lab.marker_streams import GONE_S, NO_TIME, MarkerStreams
from core.lab.outlets import LslOutlets
from core.session_observer import SessionFacts
from core.types import Marker
from tests.support.lsl import Peer
from tests.support.waiting import until

SENDER = Path(__file__).parents[2] / "support" / "lsl_sender.py"


class Lab:
    """Inlets, with the markers and errors that they delivered."""

    def __init__(self) -> None:
        began_s = time.monotonic()
        self.now_s = lambda: time.monotonic() - began_s
        self.taken: list[Marker] = []
        self.errors: list[str] = []
        self.inlets = MarkerInlets(self.taken.append, self.now_s, self.errors.append)

    def session_s(self, lsl_s: float) -> float:
        import pylsl

        return self.now_s() - (pylsl.local_clock() - lsl_s)


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab()
    made.inlets.start()
    yield made
    before_s = time.monotonic()
    assert made.inlets.stop() == []
    assert time.monotonic() - before_s < ENDS_WITHIN_S
    assert made.inlets.stop() == []


def connect(peer: Peer) -> None:
    assert (peer.next(), peer.next()) == ("open", "connected")


def send(peer: Peer, label: str) -> float:
    peer.send(label)
    return float(peer.next())


def test_a_marker_is_received_with_the_time_it_was_sent(lab):
    with Peer(SENDER, "Task", "string") as peer:
        connect(peer)
        sent_s = [lab.session_s(send(peer, label)) for label in ("begin", "ende “gut”")]
        until(lambda: len(lab.taken) == 2)
        assert [(marker.label, marker.origin) for marker in lab.taken] == [("begin", "lab"), ("ende “gut”", "lab")]
        assert [marker.t_s for marker in lab.taken] == pytest.approx(sent_s, abs=0.01)
        assert lab.inlets.streams == ("Task",)
        assert lab.errors == []


def test_a_stream_may_vanish_and_return_and_a_second_one_is_named(lab):
    with Peer(SENDER, "Task", "string") as peer:
        connect(peer)
        send(peer, "one")
        until(lambda: lab.taken)
        peer.kill()
        until(lambda: lab.inlets.streams == ())
    with Peer(SENDER, "Task", "string") as again, Peer(SENDER, "Triggers", "float32") as other:
        connect(again)
        connect(other)
        send(again, "two")
        send(other, "1234567")
        until(lambda: len(lab.taken) == 3)
    assert lab.taken[0].label == "one"
    assert {marker.label for marker in lab.taken[1:]} == {"Task: two", "Triggers: 1234567"}


def test_a_label_that_is_not_utf8_is_accepted(lab):
    with Peer(SENDER, "Task", "string") as peer:
        connect(peer)
        for label in ("latin-1:Prüfung", "Prüfung"):
            send(peer, label)
        until(lambda: len(lab.taken) == 2)
    assert [marker.label for marker in lab.taken] == ["Prüfung", "Prüfung"]
    assert lab.errors == []


def test_a_marker_without_a_time_is_left_out_and_reported_once(lab):
    with Peer(SENDER, "Task", "string") as peer:
        connect(peer)
        for label in ("nan:one", "nan:two", "three"):
            send(peer, label)
        until(lambda: lab.taken)
    assert [marker.label for marker in lab.taken] == ["three"]
    assert lab.errors == [NO_TIME.format(name="Task")]


def test_an_unexpected_failure_is_reported():
    errors: list[str] = []

    def refuse(_marker: Marker) -> None:
        raise ValueError("no room")

    inlets = MarkerInlets(refuse, time.monotonic, errors.append)
    inlets.start()
    with Peer(SENDER, "Task", "string") as peer:
        connect(peer)
        send(peer, "one")
        until(lambda: errors)
    assert errors[0].startswith("Lab markers cannot be received (no room).")
    assert inlets.stop() == []
    assert inlets.streams == ()


class Listing:
    """Lists the given streams, as a resolver would."""

    def __init__(self, infos: list) -> None:
        self.infos = infos

    def results(self) -> list:
        return self.infos


@pytest.mark.parametrize("unlisted", [True, False])
def test_a_lost_stream_is_opened_again_once_it_is_back(unlisted):
    """Lost by its connection alone, it comes back under the same id; the resolver may not even have missed it."""
    import pylsl

    now_s = [100.0]
    with Peer(SENDER, "Task", "string") as peer:
        assert peer.next() == "open"
        listing = Listing(pylsl.resolve_byprop("name", "Task", timeout=5.0))
        streams = MarkerStreams(LslClock(time.monotonic, pylsl.local_clock), print, lambda: now_s[0])
        streams.update(listing)
        assert streams.names() == ("Task",)
        streams.markers()  # opens the connection
        assert peer.next() == "connected"
    until(lambda: streams.markers() == [] and streams.names() == ())
    streams.update(listing)
    assert streams.names() == (), "the resolver only has not noticed yet"
    if unlisted:
        streams.update(Listing([]))
    else:
        now_s[0] += GONE_S
    streams.update(listing)
    assert streams.names() == ("Task",)


def test_markers_of_this_program_are_ignored(lab):
    outlets = LslOutlets(lab.now_s)
    outlets.begin(SessionFacts("own", ""))
    try:
        with Peer(SENDER, "Task", "string") as peer:
            connect(peer)
            outlets.entry(Marker(lab.now_s(), "own marker"))
            send(peer, "theirs")
            until(lambda: lab.taken)
    finally:
        outlets.end({})
    assert [marker.label for marker in lab.taken] == ["theirs"]


def test_it_stops_at_once_while_waiting_for_streams():
    lab = Lab()
    lab.inlets.start()
    assert lab.inlets.stop() == []
    lab.inlets.start()
    assert lab.inlets.stop() == []
    assert lab.errors == []
