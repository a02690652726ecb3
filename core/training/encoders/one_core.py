"""Scikit-learn of the `train` extra: whether it is there, and on how many cores it works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import DataError


@contextmanager
def learning_on_one_core() -> Iterator[None]:
    """Around all use of scikit-learn, its imports too: threads that wait for each other are slower than one.

    Raises `DataError` where it is not installed.
    """
    try:
        import sklearn  # noqa: F401
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise DataError(
            "scikit-learn is missing. Install it with: pip install 'edu-emotionnet-monitor[train]'."
        ) from error
    with threadpool_limits(1):
        yield
