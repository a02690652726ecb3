"""Scikit-learn of the `train` extra: whether it is installed, and the number of cores it uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from core.training.train_extra import missing_extra


def installed() -> bool:
    """Whether scikit-learn is installed, and the package that limits its threads."""
    return all(find_spec(name) is not None for name in ("sklearn", "threadpoolctl"))


def need_scikit_learn() -> None:
    """Raises `DataError` if it is not installed."""
    if not installed():
        raise missing_extra("scikit-learn")


@contextmanager
def learning_on_one_core() -> Iterator[None]:
    """Limits scikit-learn to one core inside the block, which must include its imports: waiting threads are slower.

    Raises `DataError` if it is not installed.
    """
    need_scikit_learn()
    import sklearn  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
