"""A personal calibration: changes only probabilities, is stored privately, and can be deleted."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.self_report.personal_calibration import HeldOutFit, PersonalCalibration, forget, load, personal_file, save
from tests.core.self_report.made_reports import estimate

MINE = PersonalCalibration(
    "c0ffee", 1.3, (0.5, -1.0, 0.2, 0.3), (0.1, 0.2, -0.2, -0.1), 40, 3, "2026-11-22T18:00:00+00:00",
    HeldOutFit(40, 1.2, 0.5), HeldOutFit(40, 0.9, 0.7),
)  # fmt: skip


def test_the_estimate_has_new_probabilities_and_keeps_the_rest():
    before = estimate(3.0)
    after = MINE.apply(before)
    np.testing.assert_array_equal(after.plain, before.probabilities)
    expected = np.exp((np.log(before.probabilities) - MINE.baseline) / 1.3 + MINE.bias)
    np.testing.assert_allclose(after.probabilities, expected / expected.sum(), rtol=1e-5)
    assert after.probabilities.dtype == np.float32
    assert after.weights is before.weights
    assert (after.t_s, after.abstains, after.presence) == (before.t_s, before.abstains, before.presence)


def test_it_does_not_change_whether_the_program_abstains():
    assert MINE.apply(estimate(3.0, None)).abstains is estimate(3.0, None).abstains


def test_applied_twice_is_applied_once():
    once = MINE.apply(estimate(3.0))
    twice = MINE.apply(once)
    np.testing.assert_array_equal(twice.probabilities, once.probabilities)
    np.testing.assert_array_equal(twice.plain, once.plain)


def test_nan_probabilities_stay_nan():
    after = MINE.apply(estimate(3.0, present=False))
    assert np.isnan(after.probabilities).all()
    assert after.leading is None


def test_the_identity_changes_no_bit():
    before = estimate(3.0)
    after = PersonalCalibration("c0ffee").apply(before)
    assert after.probabilities.tobytes() == before.probabilities.tobytes()
    assert after.plain is not None


@given(
    st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4).filter(lambda shares: sum(shares) > 0.01),
    st.lists(st.floats(-5, 5), min_size=4, max_size=4),
    st.floats(0.2, 10),
)
def test_any_probabilities_stay_probabilities(shares, bias, temperature):
    plain = np.array(shares, dtype=np.float32) / np.float32(sum(shares))
    made = PersonalCalibration("c0ffee", temperature, tuple(bias)).adjust(np.stack([plain, plain]))
    assert np.isfinite(made).all()
    assert (made >= 0).all()
    np.testing.assert_allclose(made.sum(1), 1.0, rtol=1e-5)


def test_it_fits_one_checkpoint():
    assert MINE.fits("c0ffee")
    assert not MINE.fits("decaf")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_it_is_read_back_as_saved_and_private(home):
    assert load() is None
    save(MINE)
    save(MINE)
    assert load() == MINE
    assert stat.S_IMODE(os.stat(personal_file()).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(personal_file().parent).st_mode) == 0o700
    assert [file.name for file in home.iterdir()] == ["personal.json"]
    forget()
    forget()
    assert load() is None


def changed(**fields: object) -> str:
    return json.dumps(
        {**json.loads(json.dumps(MINE, default=lambda it: {k: getattr(it, k) for k in it.__slots__})), **fields}
    )


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "{}", changed(temperature=0), changed(temperature="warm"), changed(bias=[1, 2]), changed(colour=1),
        changed(baseline=[1, 2, 3, float("nan")]), changed(before=None), "\udce4",
    ],
)  # fmt: skip
def test_an_invalid_file_is_reported_in_one_sentence(home, text):
    home.mkdir()
    personal_file().write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SettingsError, match=r"cannot be read as a personal calibration .* Delete it"):
        load()


def test_a_file_in_place_of_the_folder_is_reported(home):
    home.write_text("")
    with pytest.raises(SettingsError, match="cannot be"):
        save(MINE)


def test_a_folder_in_place_of_the_file_is_reported(home):
    personal_file().mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be written"):
        save(MINE)
    with pytest.raises(SettingsError, match="cannot be deleted"):
        forget()
