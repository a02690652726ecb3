"""A session as XDF 1.0, the open format of LabRecorder: one stream for each kind of thing, all on the session clock.

| stream | type | channels |
|---|---|---|
| Estimates | Estimates | a probability for each state, float32 |
| Weights | Weights | a weight for each modality, float32 |
| Markers, OwnReports, Words, Activities, Events | Markers | text |

A stream has a nominal rate only where no hop is missing: readers smooth the times of regular streams, and would move
steps across a gap. XDF: https://github.com/sccn/xdf/wiki/Specifications
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree as Xml

import numpy as np

from core.export.session_metadata import session_metadata
from core.review.text import READ_AS
from core.types import MODALITIES, STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.store.stored_session import StoredSession

MAGIC = b"XDF:"
FILE_HEADER, STREAM_HEADER, SAMPLES, STREAM_FOOTER = 1, 2, 3, 6
SAMPLES_A_CHUNK = 4096
_REGULAR_WITHIN_S = 1e-6
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, eq=False)
class XdfStream:
    """Samples with their times; `values` is (N, C) float32, or N texts."""

    name: str
    kind: str
    channels: Sequence[str]
    unit: str
    times_s: NDArray[np.float64]
    values: NDArray[np.float32] | Sequence[str]
    hop_s: float = 0.0

    @property
    def format(self) -> Literal["float32", "string"]:
        """XDF's name of the format."""
        return "float32" if isinstance(self.values, np.ndarray) else "string"

    @property
    def nominal_hz(self) -> float:
        """The rate of a stream without gaps; 0 for one with gaps, and for events."""
        gaps_s = np.diff(self.times_s)
        regular = self.hop_s > 0 and bool((np.abs(gaps_s - self.hop_s) < _REGULAR_WITHIN_S).all())
        return 1.0 / self.hop_s if regular else 0.0


def write(session: StoredSession, file: Path) -> None:
    """Write all streams; the file's header holds the session's metadata."""
    with file.open("wb") as out:
        out.write(MAGIC)
        out.write(_chunk(FILE_HEADER, _file_header(session)))
        found = streams(session)
        for number, stream in enumerate(found, start=1):
            out.write(_chunk(STREAM_HEADER, _number(number) + _stream_header(stream, session)))
        for number, stream in enumerate(found, start=1):
            for content in _samples(stream):
                out.write(_chunk(SAMPLES, _number(number) + content))
            out.write(_chunk(STREAM_FOOTER, _number(number) + _stream_footer(stream)))


def streams(session: StoredSession) -> list[XdfStream]:
    """The streams of a session; text streams may have no samples."""
    steps, hop_s = session.steps, session.facts.hop_s
    words = sorted((word.start_s, word.text) for word in session.words)
    return [
        XdfStream("Estimates", "Estimates", STATES, "probability", steps.t_s, steps.probabilities, hop_s),
        XdfStream("Weights", "Weights", MODALITIES, "share", steps.t_s, steps.weights, hop_s),
        _texts("Markers", ((entry.t_s, entry.label) for entry in session.markers)),
        _texts("OwnReports", ((entry.t_s, entry.state) for entry in session.reports)),
        _texts("Words", words),
        _texts("Activities", ((entry.t_s, f"{entry.kind}: {entry.text}") for entry in session.activities)),
        _texts("Events", ((entry.t_s, f"{entry.kind}: {entry.text}") for entry in session.events)),
    ]


def _texts(name: str, rows: Iterable[tuple[float, str]]) -> XdfStream:
    """A stream of texts in the order of time."""
    ordered = sorted(rows, key=lambda row: row[0])
    times_s = np.array([at_s for at_s, _ in ordered], np.float64)
    return XdfStream(name, "Markers", ("text",), "", times_s, [text.rstrip(": ") for _, text in ordered])


def _chunk(tag: int, content: bytes) -> bytes:
    return _length(len(content) + 2) + struct.pack("<H", tag) + content


def _length(value: int) -> bytes:
    """A length in 1, 4 or 8 bytes, preceded by that number of bytes."""
    for size, code in ((1, "B"), (4, "I")):
        if value < 1 << 8 * size:
            return bytes([size]) + struct.pack(f"<{code}", value)
    return b"\x08" + struct.pack("<Q", value)


def _number(stream: int) -> bytes:
    return struct.pack("<I", stream)


def _samples(stream: XdfStream) -> Iterator[bytes]:
    """Contents of sample chunks, each beginning with its number of samples."""
    for first in range(0, len(stream.times_s), SAMPLES_A_CHUNK):
        part = slice(first, first + SAMPLES_A_CHUNK)
        times_s = stream.times_s[part]
        yield _length(len(times_s)) + _packed(times_s, stream.values[part])


def _packed(times_s: NDArray[np.float64], values: NDArray[np.float32] | Sequence[str]) -> bytes:
    """Every sample: the size of its time stamp (8 bytes), the time stamp, its values."""
    if not isinstance(values, np.ndarray):
        texts = (text.encode("utf-8") for text in values)
        return b"".join(
            b"\x08" + struct.pack("<d", at_s) + _length(len(text)) + text
            for at_s, text in zip(times_s.tolist(), texts, strict=True)
        )
    rows = np.empty(len(times_s), dtype=[("given", "u1"), ("at_s", "<f8"), ("values", "<f4", values.shape[1:])])
    rows["given"], rows["at_s"], rows["values"] = 8, times_s, values
    return rows.tobytes()


def _file_header(session: StoredSession) -> bytes:
    info = Xml.Element("info")
    _add(info, "version", "1.0")
    _add(info, "datetime", session.facts.started_utc)
    _add_all(Xml.SubElement(info, "session"), session_metadata(session))
    return _xml(info)


def _stream_header(stream: XdfStream, session: StoredSession) -> bytes:
    info = Xml.Element("info")
    for name, value in (
        ("name", stream.name),
        ("type", stream.kind),
        ("channel_count", len(stream.channels)),
        ("nominal_srate", stream.nominal_hz),
        ("channel_format", stream.format),
        ("source_id", f"{session.facts.id}-{stream.name}"),
        ("version", "1.0"),
        ("created_at", 0.0),
        ("session_id", session.facts.id),
    ):
        _add(info, name, value)
    desc = Xml.SubElement(info, "desc")
    channels = Xml.SubElement(desc, "channels")
    for label in stream.channels:
        channel = Xml.SubElement(channels, "channel")
        _add(channel, "label", label)
        _add(channel, "type", stream.kind)
        _add(channel, "unit", stream.unit)
    _add(desc, "what", READ_AS)
    if stream.hop_s:
        _add(desc, "hop_s", stream.hop_s)
        _add(desc, "checkpoint_sha256", session.facts.checkpoint_sha256)
    return _xml(info)


def _stream_footer(stream: XdfStream) -> bytes:
    info = Xml.Element("info")
    count = len(stream.times_s)
    _add(info, "first_timestamp", float(stream.times_s[0]) if count else 0.0)
    _add(info, "last_timestamp", float(stream.times_s[-1]) if count else 0.0)
    _add(info, "sample_count", count)
    Xml.SubElement(info, "clock_offsets")
    return _xml(info)


def _add(parent: Xml.Element, name: str, value: object) -> None:
    Xml.SubElement(parent, name).text = _printable(str(value))


def _add_all(parent: Xml.Element, values: dict[str, object]) -> None:
    """Nested values as nested elements; a key that is not an XML name becomes an attribute of an `entry`."""
    for key, value in values.items():
        element = (
            Xml.SubElement(parent, key) if key.isidentifier() else Xml.SubElement(parent, "entry", name=_printable(key))
        )
        if isinstance(value, dict):
            _add_all(element, {str(name): inner for name, inner in value.items()})
        else:
            element.text = _printable(str(value))


def _printable(text: str) -> str:
    """XML 1.0 cannot hold control characters."""
    return _NO_XML.sub("", text)


def _xml(info: Xml.Element) -> bytes:
    return b'<?xml version="1.0"?>' + bytes(Xml.tostring(info, encoding="utf-8", xml_declaration=False))
