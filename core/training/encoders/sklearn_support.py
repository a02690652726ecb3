"""Scikit-learn of the `train` extra: whether it is there, and on how many cores it works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from core.errors import DataError


def installed() -> bool:
    """Whether scikit-learn and what it is held to one core with are there."""
    return all(find_spec(name) is not None for name in ("sklearn", "threadpoolctl"))


def need_scikit_learn() -> None:
    """Raises `DataError` where it is not installed."""
    if not installed():
        raise DataError(
            "scikit-learn is missing. From a checkout, install it with: .venv/bin/pip install -e '.[train]'"
        )


@contextmanager
def learning_on_one_core() -> Iterator[None]:
    """Around all use of scikit-learn, its imports too: threads that wait for each other are slower than one.

    Raises `DataError` where it is not installed.
    """
    need_scikit_learn()
    import sklearn  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
