"""The models that can be downloaded: each file's pinned address, and its size and SHA-256 where known. Data only.

A model's files are in the folder `core.paths.models() / name`. Sizes and hashes were taken from the publishers' pages
or from several public records that agree. Where they are None, the revision in the address is the pin: the hub's
response headers give size and hash of the file at that revision, and the download is checked against them.
"""

from __future__ import annotations

from dataclasses import dataclass

HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file: its path in the model's folder, its address, and its size and SHA-256, or None where unknown."""

    path: str
    url: str
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """One model. An `archive` is a single zip holding one folder of that name; `proof` is a file in it.

    `megabytes` is shown to the user and used for the check of free space.
    """

    name: str
    purpose: str
    licence: str
    megabytes: float
    files: tuple[RemoteFile, ...]
    archive: bool = False
    proof: str = ""


def on_hub(repository: str, revision: str, path: str, size: int | None = None, sha256: str | None = None) -> RemoteFile:
    """A file of a hub repository at a fixed revision."""
    return RemoteFile(path, f"{HUB}/{repository}/resolve/{revision}/{path}", size, sha256)


WAV2VEC2 = ("facebook/wav2vec2-base", "0b5b8e868dd84f03fd87d01f9c4ff0f080fecfe8")
RESNET = ("microsoft/resnet-50", "34c2154c194f829b11125337b98c8f5f9965ff19")
BERT = ("google-bert/bert-base-uncased", "86b5e0934494bd15c9632b12f734a8a67f723594")

CATALOGUE: tuple[RemoteModel, ...] = (
    RemoteModel(
        name="vosk-model-small-en-us-0.15",
        purpose="words in English (US), by Vosk",
        licence="Apache-2.0",
        megabytes=41.2,
        files=(
            RemoteFile(
                "vosk-model-small-en-us-0.15.zip",
                "https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip",
                41_205_931,
                "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
            ),
        ),
        archive=True,
        proof="am/final.mdl",
    ),
    RemoteModel(
        name="wav2vec2-base",
        purpose="audio encoder of the paper profile",
        licence="Apache-2.0",
        megabytes=380.3,
        files=(
            on_hub(*WAV2VEC2, "config.json"),
            on_hub(*WAV2VEC2, "preprocessor_config.json"),
            on_hub(
                *WAV2VEC2,
                "pytorch_model.bin",
                380_267_417,
                "3249fe98bfc62fcbc26067f724716a6ec49d12c4728a2af1df659013905dff21",
            ),
        ),
    ),
    RemoteModel(
        name="resnet-50",
        purpose="visual encoder of the paper profile",
        licence="Apache-2.0",
        megabytes=102.5,
        files=(
            on_hub(*RESNET, "config.json"),
            on_hub(*RESNET, "preprocessor_config.json"),
            on_hub(*RESNET, "model.safetensors"),
        ),
    ),
    RemoteModel(
        name="bert-base-uncased",
        purpose="text encoder of the paper profile",
        licence="Apache-2.0",
        megabytes=441.5,
        files=(
            on_hub(*BERT, "config.json"),
            on_hub(*BERT, "tokenizer_config.json"),
            on_hub(*BERT, "tokenizer.json"),
            on_hub(*BERT, "vocab.txt"),
            on_hub(
                *BERT,
                "model.safetensors",
                440_449_768,
                "68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3",
            ),
        ),
    ),
)
