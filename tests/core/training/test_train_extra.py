"""The sentence about missing packages of the train extra, in a checkout and in an installer's program."""

from __future__ import annotations

import sys

from core import paths
from core.training.train_extra import missing_extra


def test_a_checkout_names_the_package_and_a_bundle_has_no_training(monkeypatch, tmp_path):
    assert str(missing_extra("accelerate")).startswith("accelerate is missing. In a checkout, install the train extra")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.assets() == tmp_path / "assets"
    assert str(missing_extra("accelerate")).startswith("This installation has no training. In a checkout, ")
