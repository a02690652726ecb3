"""Writes the bill of materials of a bundle: a CycloneDX JSON file with versions, licences, hashes and package URLs."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from bundling.contents import Entry, Part
from bundling.licences import license_of
from bundling.native_libraries import NativeLibrary, is_library, native_libraries

_PURL_TYPES = {"pypi": ("pypi", None), "debian": ("deb", "debian")}


class InvalidBomError(Exception):
    """The written file does not fit the CycloneDX schema."""


def write(parts: Iterable[Part], bundle: Path, wheels: Mapping[str, str], made_at_s: int, target: Path) -> None:
    """Writes and validates the bill. `wheels` has the SHA-256 of each Python package's downloaded file.

    Raises `InvalidBomError` if the file does not fit the schema.
    """
    text = JsonV1Dot6(bill(parts, bundle, wheels, made_at_s)).output_as_string(indent=2)
    if (problem := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        raise InvalidBomError(f"The bill of materials does not fit the CycloneDX schema: {problem}")
    target.write_text(text + "\n", encoding="utf-8")


def bill(parts: Iterable[Part], bundle: Path, wheels: Mapping[str, str], made_at_s: int) -> Bom:
    """The bill of a bundle's parts; the same input gives the same bill."""
    bom = Bom()
    bom.metadata.timestamp = datetime.fromtimestamp(made_at_s, UTC)
    bom.metadata.component = _component("program", "edu-emotionnet-monitor", "", "Apache-2.0")
    for part in parts:
        component = _of(part, bundle, wheels)
        if part.kind == "program":
            component.type = ComponentType.APPLICATION
            bom.metadata.component = component
        else:
            bom.components.add(component)
    bom.register_dependency(bom.metadata.component, bom.components)
    names = ",".join(f"{part.name}={part.version}" for part in parts)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, f"{names} {made_at_s}")
    return bom


def _of(part: Part, bundle: Path, wheels: Mapping[str, str]) -> Component:
    component = _component(part.kind, part.name, part.version, license_of(part))
    if digest := wheels.get(part.name):
        component.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=digest))
    named = dict(native_libraries(part))
    for entry in part.entries:
        if part.kind == "program" and entry.name.endswith(".safetensors"):
            model = _file(entry, bundle, part)
            model.type = ComponentType.MACHINE_LEARNING_MODEL
            component.components.add(model)
        elif entry in named:
            component.components.add(_library(entry, named[entry], bundle, part))
        elif part.kind in ("debian", "unknown", "python") and is_library(entry):
            component.components.add(_file(entry, bundle, part))
    component.properties.add(Property(name="edu-emotionnet:files", value=str(len(part.entries))))
    return component


def _component(kind: str, name: str, version: str, license: str) -> Component:
    purl_type, namespace = _PURL_TYPES.get(kind, ("generic", None))
    return Component(
        name=name,
        version=version or None,
        type=ComponentType.LIBRARY,
        bom_ref=f"{kind}:{name}",
        licenses=[_license(license)],
        purl=PackageURL(purl_type, namespace, name, version or None),
    )


def _license(stated: str) -> License:
    return LicenseFactory().make_from_string(stated)


def _library(entry: Entry, library: NativeLibrary, bundle: Path, part: Part) -> Component:
    component = _file(entry, bundle, part)
    component.type = ComponentType.LIBRARY
    component.group = library.project
    component.licenses.add(_license(library.license))
    return component


def _file(entry: Entry, bundle: Path, part: Part) -> Component:
    file = bundle / entry.name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Component(
        name=entry.name,
        type=ComponentType.FILE,
        bom_ref=f"{part.kind}:{part.name}#{entry.name}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )
