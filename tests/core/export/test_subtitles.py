"""Words as subtitles: where they are cut, and that both formats give back the same words, whatever is in them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from core.analysis.transcript import read_words
from core.export.subtitles import LINE_CHARACTERS, LINES, LONGEST_S, SUBTITLE_KINDS, subtitles, write_subtitles
from core.types import Word

TALK = [
    "so",
    "the",
    "derivative",
    "of",
    "a",
    "product",
    "is",
    "the",
    "first",
    "times",
    "the",
    "derivative",
    "of",
    "the",
    "second",
    "plus",
    "the",
    "second",
    "times",
    "the",
    "derivative",
    "of",
    "the",
    "first",
    "but",
    "why",
    "does",
    "the",
    "sign",
    "change",
    "when",
    "we",
    "let",
    "h",
    "become",
    "small",
]
NASTY = (
    "a --> b 00:01:02.500 --> 00:01:03.500 position:10% line:0 <b>bold</b> x<y & &amp; {i} {\\an8} \\nabla \\N NOTE "
    "STYLE WEBVTT 7 8 \u201cquoted\u201d Straße 数学 😀 " + "long" * 15
).split()


def spoken(texts: list[str], pause_after: int = -1, each_s: float = 0.4, pause_s: float = 1.0) -> list[Word]:
    """Words in a row, with a pause after one of them."""
    starts_s = [each_s * k + (pause_s if k > pause_after >= 0 else 0.0) for k in range(len(texts))]
    return [Word(text, start_s, start_s + 0.75 * each_s) for text, start_s in zip(texts, starts_s, strict=True)]


def test_subtitles_are_short_enough_to_be_read() -> None:
    made = subtitles(spoken(TALK, each_s=0.3))
    assert " ".join(line for one in made for line in one.lines).split() == TALK
    for one in made:
        assert len(one.lines) <= LINES
        assert max(map(len, one.lines)) <= LINE_CHARACTERS
        assert 0 < one.end_s - one.start_s <= LONGEST_S
    assert all(one.end_s <= other.start_s for one, other in pairwise(made))
    assert len(made) == 3


def test_slow_speech_is_cut_after_seven_seconds() -> None:
    made = subtitles(spoken(["one"] * 12, each_s=1.2))
    assert max(one.end_s - one.start_s for one in made) <= LONGEST_S
    assert len(made) == 2


def test_a_pause_begins_a_new_subtitle() -> None:
    made = subtitles(spoken(["but", "why", "I", "see"], pause_after=1))
    assert [one.lines for one in made] == [("but why",), ("I see",)]
    assert made[0].end_s == pytest.approx(1.0)
    assert made[1].start_s == pytest.approx(1.8)


@pytest.mark.parametrize("kind", SUBTITLE_KINDS)
@pytest.mark.parametrize("texts", [TALK, NASTY, [*NASTY, "7"], ["7", "8"], ["7"]], ids=len)
def test_a_file_gives_back_its_words(tmp_path: Path, kind: str, texts: list[str]) -> None:
    file = tmp_path / f"a.{kind}"
    words = spoken(texts, pause_after=len(texts) // 2)
    write_subtitles(words, kind, file)
    read = read_words(file)
    assert [word.text for word in read] == texts
    assert max(abs(one.start_s - other.start_s) for one, other in zip(read, words, strict=True)) < 3.0
    assert read[0].start_s == 0.0


def test_a_correction_to_several_words_becomes_these(tmp_path: Path) -> None:
    made = subtitles([Word("limb it", 1.0, 2.0), Word("", 2.0, 2.5), Word("now", 2.5, 3.0)])
    assert [one.lines for one in made] == [("limb it now",)]


def test_the_text_of_web_subtitles_is_escaped(tmp_path: Path) -> None:
    write_subtitles([Word("<b>&-->", 0.0, 1.0)], "vtt", tmp_path / "a.vtt")
    written = (tmp_path / "a.vtt").read_bytes().decode("utf-8")
    assert written == "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\n&lt;b&gt;&amp;--&gt;\n\n"


@pytest.mark.parametrize("kind", SUBTITLE_KINDS)
def test_control_characters_are_left_out(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"a.{kind}"
    write_subtitles(
        [Word("li\0m\x1bit\x7f\x9b", 0.0, 1.0), Word("\x07", 1.0, 1.5), Word("of\tit", 1.5, 2.0)], kind, file
    )
    written = file.read_text("utf-8")
    assert "\nlimit of it\n" in written
    assert not [letter for letter in written if letter != "\n" and not letter.isprintable()]
