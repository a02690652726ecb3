"""Commands run in order on the owner's thread, and a waiting owner is woken."""

from __future__ import annotations

from threading import Thread

from core.engine.command_queue import CommandQueue


def test_commands_run_once_and_in_order() -> None:
    queue: CommandQueue[list[int]] = CommandQueue()
    target: list[int] = []
    for number in range(3):
        queue.put(lambda numbers, number=number: numbers.append(number))
    assert queue.is_waiting
    queue.run(target)
    queue.run(target)
    assert target == [0, 1, 2]
    assert not queue.is_waiting


def test_a_command_put_by_a_command_is_run_too() -> None:
    queue: CommandQueue[list[str]] = CommandQueue()
    target: list[str] = []
    queue.put(lambda _: queue.put(lambda names: names.append("second")))
    queue.run(target)
    assert target == ["second"]


def test_a_waiting_owner_is_woken_by_a_command() -> None:
    queue: CommandQueue[None] = CommandQueue()
    assert not queue.wait(0.0)
    other = Thread(target=queue.put, args=(lambda _: None,))
    other.start()
    assert queue.wait(10.0)
    other.join()
