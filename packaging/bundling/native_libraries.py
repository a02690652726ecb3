"""Names the libraries that wheels bring inside without metadata, by file name: whose they are and their licence."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from bundling.contents import Entry, Part


@dataclass(frozen=True, slots=True)
class NativeLibrary:
    """A project whose library lies inside a wheel, and its licence as an SPDX expression."""

    project: str
    license: str


_QT = NativeLibrary("Qt", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only")
_QT5 = NativeLibrary("Qt 5", "LGPL-3.0-only OR GPL-2.0-or-later")
_FFMPEG = NativeLibrary("FFmpeg", "LGPL-3.0-or-later")
_FFMPEG_OPENCV = NativeLibrary("FFmpeg", "LGPL-2.1-or-later")
_XCB = NativeLibrary("X.Org libraries", "MIT")
_GCC = NativeLibrary("GCC runtime libraries", "GPL-3.0-or-later WITH GCC-exception-3.1")
_OPENBLAS = NativeLibrary("OpenBLAS", "BSD-3-Clause")
_PATTERNS = (
    ("av.libs/lib[as][vw]*", _FFMPEG),
    ("opencv_python.libs/libavif*", NativeLibrary("libavif", "BSD-2-Clause")),
    ("opencv_python.libs/lib[as][vw]*", _FFMPEG_OPENCV),
    ("*/libQt5*", _QT5),
    ("PySide6/Qt/*", _QT),
    ("*/libx264*", NativeLibrary("x264", "GPL-2.0-or-later")),
    ("*/libx265*", NativeLibrary("x265", "GPL-2.0-or-later")),
    ("*/libSvtAv1Enc*", NativeLibrary("SVT-AV1", "BSD-3-Clause-Clear")),
    ("*/libdav1d*", NativeLibrary("dav1d", "BSD-2-Clause")),
    ("*/libaom*", NativeLibrary("libaom", "BSD-2-Clause")),
    ("*/libavif*", NativeLibrary("libavif", "BSD-2-Clause")),
    ("*/libasound*", NativeLibrary("ALSA library", "LGPL-2.1-or-later")),
    ("*/libdrm*", NativeLibrary("libdrm", "MIT")),
    ("*/libgmp*", NativeLibrary("GMP", "LGPL-3.0-or-later OR GPL-2.0-or-later")),
    ("*/libgnutls*", NativeLibrary("GnuTLS", "LGPL-2.1-or-later")),
    ("*/libhogweed*", NativeLibrary("Nettle", "LGPL-3.0-or-later OR GPL-2.0-or-later")),
    ("*/libnettle*", NativeLibrary("Nettle", "LGPL-3.0-or-later OR GPL-2.0-or-later")),
    ("*/libunistring*", NativeLibrary("libunistring", "LGPL-3.0-or-later OR GPL-2.0-or-later")),
    ("*/libmp3lame*", NativeLibrary("LAME", "LGPL-2.0-or-later")),
    ("*/libopencore-amr*", NativeLibrary("OpenCORE AMR", "Apache-2.0")),
    ("*/libopus*", NativeLibrary("Opus", "BSD-3-Clause")),
    ("*/libsharpyuv*", NativeLibrary("libwebp", "BSD-3-Clause")),
    ("*/libwebp*", NativeLibrary("libwebp", "BSD-3-Clause")),
    ("*/libvpl*", NativeLibrary("Intel VPL", "MIT")),
    ("*/libvpx*", NativeLibrary("libvpx", "BSD-3-Clause")),
    ("*/libpcre2*", NativeLibrary("PCRE2", "BSD-3-Clause")),
    ("*/libpng*", NativeLibrary("libpng", "libpng-2.0")),
    ("*/libcrypto-*", NativeLibrary("OpenSSL", "OpenSSL")),
    ("*/libssl-*", NativeLibrary("OpenSSL", "OpenSSL")),
    ("*/libX*", _XCB),
    ("*/libxcb*", _XCB),
    ("*/libxkbcommon*", NativeLibrary("libxkbcommon", "MIT")),
    ("*/libgfortran*", _GCC),
    ("*/libquadmath*", NativeLibrary("GCC libquadmath", "LGPL-2.0-or-later")),
    ("*/libgomp*", _GCC),
    ("*/libopenblas*", _OPENBLAS),
    ("*/libscipy_openblas*", _OPENBLAS),
    ("*/libbrotli*", NativeLibrary("Brotli", "MIT")),
    ("*/libfreetype*", NativeLibrary("FreeType", "FTL OR GPL-2.0-or-later")),
    ("*/libharfbuzz*", NativeLibrary("HarfBuzz", "MIT-Modern-Variant")),
    ("*/libjpeg*", NativeLibrary("libjpeg-turbo", "IJG AND BSD-3-Clause")),
    ("*/liblcms2*", NativeLibrary("Little CMS", "MIT")),
    ("*/liblzma*", NativeLibrary("XZ Utils", "0BSD")),
    ("*/libopenjp2*", NativeLibrary("OpenJPEG", "BSD-2-Clause")),
    ("*/libtiff*", NativeLibrary("LibTIFF", "libtiff")),
    ("*/libzstd*", NativeLibrary("Zstandard", "BSD-3-Clause")),
    ("moonshine_voice*/*onnxruntime*", NativeLibrary("ONNX Runtime", "MIT")),
    ("*/liblsl*", NativeLibrary("liblsl", "MIT")),
    ("*/libportaudio*", NativeLibrary("PortAudio", "MIT")),
)


def native_library(name: str) -> NativeLibrary | None:
    """The project of a library by its path in the bundle; None for a package's own library."""
    return next((library for pattern, library in _PATTERNS if fnmatchcase(name, pattern)), None)


def native_libraries(part: Part) -> list[tuple[Entry, NativeLibrary]]:
    """Libraries of other projects inside a package's wheel."""
    files = (entry for entry in part.entries if part.kind == "pypi" and is_library(entry))
    return [(entry, library) for entry in files if (library := native_library(entry.name)) is not None]


def is_library(entry: Entry) -> bool:
    """Whether it is a shared library."""
    path = Path(entry.name)
    return entry.kind in ("BINARY", "EXTENSION") and (".so" in path.suffixes or path.suffix in (".dll", ".dylib"))
