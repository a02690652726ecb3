"""Settings: what is saved is what is loaded, and what cannot be used is said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings import (
    DEVICES,
    PROFILES,
    PURPOSES,
    RECOGNIZERS,
    THEMES,
    CaptureSettings,
    ModelSettings,
    ScreenSettings,
    Settings,
    SpeechSettings,
    WindowSettings,
    load,
    problems,
    save,
)

names = st.text(max_size=30).filter(lambda text: text.isprintable())
usable = st.builds(
    Settings,
    purpose=st.sampled_from(PURPOSES),
    capture=st.builds(CaptureSettings, camera=names, microphone=names, frame_width_px=st.integers(160, 1920)),
    window=st.builds(WindowSettings, hop_s=st.floats(0.1, 5.0), words_s=st.floats(1.0, 60.0)),
    speech=st.builds(SpeechSettings, recognizer=st.sampled_from(RECOGNIZERS), model=names),
    model=st.builds(
        ModelSettings,
        profile=st.sampled_from(PROFILES),
        device=st.sampled_from(DEVICES),
        random_weights=st.booleans(),
        threads=st.integers(0, 256),
    ),
    screen=st.builds(ScreenSettings, theme=st.sampled_from(THEMES)),
)


@given(settings=usable)
def test_what_is_saved_is_what_is_loaded(tmp_path_factory, settings):
    file = tmp_path_factory.mktemp("settings") / "deep" / "settings.toml"
    assert problems(settings) == []
    save(settings, file)
    assert load(file) == settings


def test_no_file_means_the_defaults(tmp_path):
    assert load(tmp_path / "none.toml") == Settings()


def test_the_defaults_have_no_problems():
    assert problems(Settings()) == []


def test_a_part_of_the_settings_is_enough(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("[window]\nhop_s = 1\n")
    assert load(file).window == replace(WindowSettings(), hop_s=1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml at all", "cannot be read as settings"),
        ("[window]\nhop_s = 90.0", "window.hop_s is 90.0; use 0.1 to 5.0"),
        ("[window]\nhop_s = 'quick'", "hop_s must be a float"),
        ("[window]\nhopp_s = 1.0", "unknown setting 'hopp_s'"),
        ("window = 3", "window must be a table"),
        ("[model]\nprofile = 'huge'", "model.profile is 'huge'; use one of compact, paper"),
        ("[model]\nrandom_weights = 1", "random_weights must be a bool"),
        ("[model]\nthreads = true", "threads must be a int"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path, text, said):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said) as caught:
        load(file)
    assert str(file) in str(caught.value)


def test_a_file_that_is_no_text_is_said(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="Correct or delete it"):
        load(file)


def test_every_problem_is_found_at_once():
    bad = replace(Settings(), purpose="spy", screen=ScreenSettings(theme="pink", history_s=1.0))
    assert [found.split(" ")[0] for found in problems(bad)] == ["purpose", "screen.theme", "screen.history_s"]
