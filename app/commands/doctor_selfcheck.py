"""The checks of `edu-emotionnet doctor` that compute: the shipped weights and what they answer, downloaded models, and
the whole pipeline on a few seconds of the drawn learner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.doctor_checks import Finding, Mark
from core.errors import MonitorError
from core.settings import ModelSettings, Settings

if TYPE_CHECKING:
    from core.types import Estimate

SECONDS = 4.0
SEED = 7


def checkpoint() -> Finding:
    """Whether the shipped weights can be read and match their recorded hash."""
    from core.session.factories import open_model

    try:
        model, _ = open_model(ModelSettings())
    except MonitorError as error:
        return Finding("model", Mark.FAULT, str(error), "Install the program again, or run 'edu-emotionnet train'.")
    words = f"{model.profile} weights {model.sha256[:8]}, hash as recorded, on {model.device}"
    return Finding("model", Mark.WELL, words)


def golden_clip() -> Finding:
    """Whether the shipped checkpoint answers its golden clip as it did when it was trained."""
    from core.features.load_model import shipped
    from core.session.golden_clip import difference

    again = "Delete .venv and install again: python3 packaging/bootstrap.py run"
    try:
        found, tolerance = difference(shipped())
    except MonitorError as error:
        return Finding("golden clip", Mark.FAULT, str(error), again)
    if found > tolerance:
        words = f"the model computes other probabilities here than where it was trained: up to {found:.3f} apart"
        return Finding("golden clip", Mark.FAULT, words, again)
    return Finding("golden clip", Mark.WELL, f"answered as where it was trained, within {tolerance:g}")


def pulled_models() -> Finding:
    """Verifies every byte of the downloaded models."""
    from core.downloads.catalogue import CATALOGUE
    from core.downloads.installed_models import installed, verify

    here = [model.name for model in CATALOGUE if installed(model.name)]
    damaged = [name for name in here if verify(name)]
    if damaged:
        again = f"Delete the folder of {damaged[0]} (see 'models list') and pull it again."
        return Finding("downloads", Mark.FAULT, f"damaged: {', '.join(damaged)}", again)
    return Finding("downloads", Mark.WELL, f"verified: {', '.join(here)}" if here else "none, and none is needed")


def pipeline() -> Finding:
    """Runs the drawn learner for a few seconds: a face must be found, and every hop must give a valid estimate."""
    try:
        made = drawn_estimates()
    except MonitorError as error:
        return Finding("self-test", Mark.FAULT, str(error))
    fault = fault_of(made)
    if fault:
        return Finding("self-test", Mark.FAULT, fault, "Please report this with the lines above.")
    slowest_ms = max(estimate.compute_ms for estimate in made[1:])
    return Finding("self-test", Mark.WELL, f"{len(made)} steps of a drawn learner, the slowest {slowest_ms:.0f} ms")


def drawn_estimates() -> list[Estimate]:
    """The estimates of a few seconds that are the same on every machine."""
    from core.session.factories import open_finder, open_model
    from core.session.offline import estimates
    from core.session.session import Session
    from core.synthetic.source import SyntheticSource

    settings = Settings()
    model, features = open_model(settings.model)
    session = Session(model, features, open_finder(), settings.window)
    return list(estimates(SyntheticSource(seed=SEED, paced=False, duration_s=SECONDS), session, None))


def fault_of(made: list[Estimate]) -> str:
    """What is wrong with the estimates; empty if they are valid."""
    expected = int(SECONDS / Settings().window.hop_s)
    if len(made) != expected:
        return f"{len(made)} steps came out of {SECONDS:.0f} s instead of {expected}"
    if not any(estimate.presence["visual"].present for estimate in made):
        return "the drawn face was not found"
    for estimate in made:
        total = float(estimate.probabilities.sum())
        if estimate.leading is not None and abs(total - 1.0) > 1e-3:
            return f"probabilities at {estimate.t_s:.1f} s sum to {total:.3f}"
    return ""
