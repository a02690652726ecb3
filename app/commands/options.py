"""Options that several commands share, and how they override the user's settings."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.session.prerequisites import model_problem
from core import paths
from core.errors import ModelError, SettingsError
from core.settings import DEVICES, PROFILES, ModelSettings, Settings, load, problems

DeviceOption = Annotated[
    str | None, typer.Option("--device", metavar="|".join(DEVICES), help="Where the model computes.")
]
ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", metavar="|".join(PROFILES), help="The shipped compact model, or base-size encoders."),
]
CheckpointOption = Annotated[
    str | None, typer.Option("--checkpoint", metavar="FOLDER", help="Another checkpoint than the shipped one.")
]
RandomWeightsOption = Annotated[
    bool, typer.Option("--random-weights", help="Run untrained weights, for timing only: estimates mean nothing.")
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="FILE.json", help="Write a report of the run at its end.")
]

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")


def chosen_settings(
    *,
    camera: str | None = None,
    microphone: str | None = None,
    device: str | None = None,
    profile: str | None = None,
    checkpoint: str | None = None,
    random_weights: bool = False,
) -> Settings:
    """The user's settings, overridden by the options of the command line. Raises `SettingsError`."""
    saved = load(paths.settings_file())
    capture = replace(saved.capture, camera=camera or saved.capture.camera)
    capture = replace(capture, microphone=microphone or capture.microphone)
    model = replace(saved.model, device=device or saved.model.device, profile=profile or saved.model.profile)
    model = replace(model, checkpoint=checkpoint or model.checkpoint)
    model = replace(model, random_weights=random_weights or model.random_weights)
    settings = replace(saved, capture=capture, model=model)
    found = problems(settings)
    if found:
        raise SettingsError(" ".join(found))
    return settings


def check_model(model: ModelSettings, *, named: bool, device_named: bool) -> None:
    """Checks, before a window opens, the model that the command line names. Raises `ModelError`.

    A model that only the saved settings name is left to the window, where it can be fixed. Torch is loaded for CUDA
    only.
    """
    problem = model_problem(model) if named else ""
    if problem:
        raise ModelError(problem)
    if device_named and model.device == "cuda":
        from core.features.load_model import choose_device

        choose_device(model.device)


def check_target(file: Path | None) -> None:
    """Checks, before a long run, that its result can be written. Raises `SettingsError`."""
    if file is None:
        return
    if file.is_dir():
        raise SettingsError(f"{file} is a folder. Name a file in it.")
    folder = file.absolute().parent
    if not folder.is_dir():
        raise SettingsError(f"The folder of {file} does not exist. Create it first or name another one.")
    if not os.access(folder, os.W_OK):
        raise SettingsError(f"The folder of {file} may not be written to. Name another one.")


def check_picture_target(file: Path | None) -> None:
    """Like `check_target`, for a picture. Raises `SettingsError`."""
    check_target(file)
    if file is not None and file.suffix.lower() not in PICTURE_SUFFIXES:
        raise SettingsError(f"{file} is not the name of a picture. It has to end with {' or '.join(PICTURE_SUFFIXES)}.")
