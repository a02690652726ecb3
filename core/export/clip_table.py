"""The estimates of an analysed recording as a table: a row for every hop, also those without a face or a state.

| column | content |
|---|---|
| t_s | end of the hop's window, seconds since the recording began |
| p_STATE | calibrated probability; empty where no modality was present |
| weight_M, weight_low_M, weight_high_M | weight of modality M and its 95 % band; 0 where absent |
| present_M, quality_M, reason_M | whether M was present, its quality (0 to 1), and why it was absent or doubtful |
| since_word_s | seconds since the last word ended; empty before the first one |
| mouth_motion | how much the mouth moved in the hop; empty where it could not be seen |
| state, abstains | the named state, or why none is named |
| words | words of the text window |
| compute_ms | computing time of the hop |
| faces, face_x … | number of faces in the newest checked frame, and the primary one's box in pixels |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from core import __version__
from core.export.table import Column, ExportTable, per_modality, per_state
from core.types import MODALITIES, Estimate

_BOX = ("x", "y", "width", "height", "confidence")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which recording, model and program version the numbers come from; written into every table and picture."""

    file: str
    profile: str
    checkpoint_sha256: str
    recognizer: str
    hop_s: float
    version: str = __version__

    def as_text(self) -> dict[str, str]:
        """Every field as text, for a file's metadata."""
        return {name: str(value) for name, value in asdict(self).items()}

    def columns(self) -> dict[str, str]:
        """The values that CSV, which has no metadata, repeats in its last columns."""
        return {"profile": self.profile, "checkpoint_sha256": self.checkpoint_sha256, "version": self.version}


def clip_table(made: Sequence[Estimate]) -> ExportTable:
    """The table of the estimates of one recording, numbers as float64."""
    columns: dict[str, Column] = {
        "t_s": np.array([estimate.t_s for estimate in made]),
        **per_state("p", np.array([estimate.probabilities for estimate in made], np.float64)),
        **per_modality("weight", np.array([estimate.weights for estimate in made], np.float64)),
        **per_modality("weight_low", np.array([estimate.weight_low for estimate in made], np.float64)),
        **per_modality("weight_high", np.array([estimate.weight_high for estimate in made], np.float64)),
        **_presence(made),
        "since_word_s": np.array([estimate.since_word_s for estimate in made]),
        "mouth_motion": np.array([estimate.mouth_motion for estimate in made]),
        "state": [estimate.state for estimate in made],
        "abstains": [estimate.abstains.value if estimate.abstains else None for estimate in made],
        "words": [" ".join(word.text for word in estimate.words) for estimate in made],
        "compute_ms": np.array([estimate.compute_ms for estimate in made]),
        **_faces(made),
    }
    return ExportTable("estimates", columns)


def _presence(made: Sequence[Estimate]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for modality in MODALITIES:
        entries = [estimate.presence[modality] for estimate in made]
        columns[f"present_{modality}"] = np.array([entry.present for entry in entries], np.bool_)
        columns[f"quality_{modality}"] = np.array([entry.quality for entry in entries], np.float64)
        columns[f"reason_{modality}"] = [entry.reason.value if entry.reason else None for entry in entries]
    return columns


def _faces(made: Sequence[Estimate]) -> dict[str, Column]:
    sightings = [estimate.sighting for estimate in made]
    boxes = [sighting.box if sighting else None for sighting in sightings]
    return {
        "faces": np.array([sighting.faces if sighting else 0 for sighting in sightings], np.int32),
        **{f"face_{part}": np.array([getattr(box, part) if box else np.nan for box in boxes]) for part in _BOX},
    }
