"""A transcript instead of the recogniser: its words, when they are returned, and errors in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyarrow import csv

from core.analysis import analyze
from core.analysis.transcript import GivenTranscript, read_words, write_words
from core.errors import SpeechError
from core.settings import ModelSettings, Settings, SpeechSettings
from core.types import Word
from tests.support.media import write_clip

SETTINGS = Settings(model=ModelSettings(random_weights=True), speech=SpeechSettings(recognizer="off"))
VTT = "WEBVTT\n\n1\n00:00:00.500 --> 00:00:01.500\n<v Ann>but why</v>\n\n00:00:02.000 --> 00:00:02.400\nsign\n"
SRT = "1\n00:00:00,500 --> 00:00:01,500\nbut why\n\n2\n00:00:02,000 --> 00:00:02,400\n<i>sign</i>\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "text"), [("a.vtt", VTT), ("a.srt", SRT), ("a.SRT", SRT)])
def test_words_of_a_line_share_its_time_by_their_length(tmp_path: Path, name: str, text: str) -> None:
    words = read_words(written(tmp_path / name, text))
    assert [word.text for word in words] == ["but", "why", "sign"]
    assert [(word.start_s, word.end_s) for word in words] == [(0.5, 1.0), (1.0, 1.5), (2.0, 2.4)]


def test_a_table_gives_back_what_was_written(tmp_path: Path) -> None:
    words = [Word("but", 0.1, 0.25, 0.7), Word("why", 0.3, 1 / 3)]
    write_words(words, tmp_path / "words.csv")
    assert read_words(tmp_path / "words.csv") == words


def test_a_word_is_returned_once_it_has_been_spoken() -> None:
    words = [Word("later", 1.0, 1.5), Word("first", 0.0, 0.5)]
    transcript = GivenTranscript(Path("a.csv"), words)
    assert [heard.final[0].text for heard in transcript.until(1.0)] == ["first"]
    assert not list(transcript.until(1.4))
    assert [(heard.final[0].text, heard.heard_s) for heard in transcript.rest()] == [("later", 1.5)]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "hello", r"WebVTT \(\.vtt\)"),
        ("a.vtt", "not subtitles", "holds no words"),
        ("a.srt", "", "holds no words"),
        ("a.csv", "text,begin\nhello,1\n", "no column word, start_s, end_s"),
        ("a.csv", "word,start_s,end_s\nhello,one,2\n", "line 2: a time is not a number"),
        ("a.csv", "word,start_s,end_s\nhello,2,1\n", "line 2 is not a word"),
        ("a.csv", "word,start_s,end_s\nhello,nan,1\n", "line 2 is not a word"),
        ("a.csv", "word,start_s,end_s\nhello\n", "line 2"),
    ],
)
def test_a_bad_transcript_is_reported_in_one_sentence(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(SpeechError, match=said):
        read_words(written(tmp_path / name, text))


def test_an_unreadable_or_missing_transcript_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SpeechError, match="UTF-8"):
        read_words(tmp_path / "a.srt")
    with pytest.raises(SpeechError, match="cannot be read"):
        read_words(tmp_path / "none.vtt")


def test_analyze_takes_its_words_from_the_transcript(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", seconds=3.0, audio=False)
    made = analyze(clip, tmp_path / "out", SETTINGS, transcript=written(tmp_path / "clip.vtt", VTT)).analysed[0]
    table = csv.read_csv(made.csv).to_pydict()
    assert table["words"] == ["", "but", "but why", "but why", "but why sign", "but why sign"]
    assert table["present_text"] == [False] + [True] * 5
    assert "3 words" in made.summary


def test_a_transcript_belongs_to_one_recording(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", seconds=0.6, audio=False)
    with pytest.raises(SpeechError, match="Name the recording"):
        analyze(tmp_path, tmp_path / "out", SETTINGS, transcript=written(tmp_path / "clip.vtt", VTT))


def test_a_transcript_in_another_language_is_not_used(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", seconds=3.0, audio=False)
    given = written(tmp_path / "clip.vtt", VTT)
    made = analyze(clip, tmp_path / "out", SETTINGS, transcript=given, language="de").analysed[0]
    table = csv.read_csv(made.csv).to_pydict()
    assert table["present_text"] == [False] * 6
    assert "German words are shown, but not used: the model knows English only." in made.summary
