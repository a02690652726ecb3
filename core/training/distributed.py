"""Runs one training in several processes, on one machine or several, with Hugging Face Accelerate.

Every process builds the same batches and takes its own part of each; only the main one writes files and reports
progress. A single process uses whatever device is available. All processes must see the same run folder.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from core.model.precision import has_bfloat16
from core.training.train_extra import missing_extra

if TYPE_CHECKING:
    from accelerate import Accelerator
    from accelerate.state import PartialState

_WAITS = timedelta(days=2)
"""How long a process waits for the others: the main one may have a corpus to decode."""


def processes() -> PartialState:
    """Joins the processes of this run and returns their state. Raises `DataError` if accelerate is not installed."""
    try:
        from accelerate.state import PartialState
    except ImportError as error:
        raise missing_extra("accelerate") from error
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return PartialState()
    return _join()


@cache
def _join() -> PartialState:
    """Joins the group of processes, and leaves it at exit, also after an error."""
    from accelerate.state import PartialState

    # Without a GPU the CPU must be requested, or each process takes itself for the only one.
    state = PartialState(cpu=not torch.cuda.is_available() or _only_processors(), timeout=_WAITS)
    atexit.register(state.destroy_process_group)
    return state


def end_process() -> None:
    """Ends this process after its work if it is one of several; returns if it is the only one.

    Threads of torch's gloo backend outlive the group, and now and then abort a process that runs C++ destructors under
    them ("terminate called without an active exception"), which would make a finished training look failed.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return
    processes().destroy_process_group()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _only_processors() -> bool:
    return os.environ.get("ACCELERATE_USE_CPU", "false").lower() in ("1", "true", "yes")


def is_main() -> bool:
    """Whether this process writes files and reports progress."""
    return bool(processes().is_main_process)


@contextmanager
def main_first() -> Iterator[None]:
    """Runs the block in the main process first, so that the others find its files."""
    with processes().main_process_first():
        yield


def open_accelerator() -> Accelerator:
    """Opens the accelerator: device, precision and gradient exchange, as configured by `accelerate launch`.

    Without a configured precision: bfloat16 where the device supports it natively (halves an epoch there), else
    float32.
    """
    processes()
    from accelerate import Accelerator, DistributedDataParallelKwargs

    configured = os.environ.get("ACCELERATE_MIXED_PRECISION")
    default = "bf16" if has_bfloat16(processes().device.type) else "no"
    # Which parameters are used differs from step to step: a head without a target in a batch gets no gradient.
    return Accelerator(
        mixed_precision=configured or default,
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )


def part_of(batch: Any, index: int, count: int) -> Any:
    """Returns part `index` of `count` of every tensor in a batch, along the first axis."""
    return batch if count == 1 else _mapped(batch, lambda tensor: tensor.tensor_split(count)[index])


def to_device(batch: Any, device: torch.device | str) -> Any:
    """Moves the batch's tensors to a device."""
    return _mapped(batch, lambda tensor: tensor.to(device, non_blocking=True))


@contextmanager
def accepting_any_device(module: nn.Module) -> Iterator[None]:
    """Inside the block the module accepts tensors of any device and returns CPU tensors: metrics need no device."""
    home = next(module.parameters()).device
    if home.type == "cpu":
        yield
        return
    hooks = (
        module.register_forward_pre_hook(
            lambda _, inputs, named: (to_device(inputs, home), to_device(named, home)), with_kwargs=True
        ),
        module.register_forward_hook(lambda _, __, output: to_device(output, "cpu")),
    )
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _mapped(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Applies a function to the tensors in nested tuples, lists, dicts and dataclasses."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_mapped(inner, change) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{entry.name: _mapped(getattr(value, entry.name), change) for entry in fields(value)})
    return value
