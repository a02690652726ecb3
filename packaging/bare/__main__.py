#!/usr/bin/env python3
"""Tries the program in a minimal Debian that holds nothing but Python, with an empty environment.

    python3 packaging/bare run              the first command of README.md
    python3 packaging/bare test             the second command of README.md
    python3 packaging/bare both             one after the other in the same root
    python3 packaging/bare deb FILE         a built Debian package, in a root without Python

It makes a root with debootstrap, copies the last commit in, runs the command, judges what came out, and removes the
root. It needs root (the user) and Linux; it uses the standard library only.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import debian_package
import picture
from debian_root import WITH_PYTHON, WITHOUT_PYTHON, DebianRoot, copy_checkout, new_root, obstacle, obstacle_to_copy
from mirrors import RELEASES

CHECKOUT = Path(__file__).resolve().parents[2]
INSIDE = "/root/edu-emotionnet"
BOOTSTRAP = ("python3", "packaging/bootstrap.py")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command went: sentences about what is wrong, and a line that describes what came out."""

    wrong: list[str]
    came_out: str


def try_run(root: DebianRoot) -> Outcome:
    """README's first command: its exit code, the picture it saves, and the libraries of what it installed."""
    done = root.run(*BOOTSTRAP, "run", folder=INSIDE)
    linked = root.run(".venv/bin/python", "packaging/bare/libraries.py", folder=INSIDE)
    wrong = picture.check(root.path(f"{INSIDE}/screenshots/window.png"))
    seen = "a face box and four curves" if not wrong else "not as it should be"
    if linked.code:
        wrong.append("Libraries are missing; see the lines above.")
    return Outcome(_exit_code(done.code) + wrong, f"exit code {done.code}; the picture: {seen}")


def try_test(root: DebianRoot) -> Outcome:
    """README's second command: its exit code and the last line of pytest."""
    done = root.run(*BOOTSTRAP, "test", folder=INSIDE)
    line = closing_line(done.output)
    wrong = _exit_code(done.code) + ([] if all_passed(line) else [f"The tests did not all pass: {line}"])
    return Outcome(wrong, f"exit code {done.code}; pytest: {line}")


def _exit_code(code: int) -> list[str]:
    return [f"The command ended with exit code {code}."] if code else []


def closing_line(output: str) -> str:
    """The last line in which pytest counts results."""
    lines = re.findall(r"^=+ (.* in [\d.]+s.*?) =+$", output, flags=re.MULTILINE)
    return lines[-1] if lines else "no closing line"


def all_passed(line: str) -> bool:
    """Whether a closing line counts passed tests, and neither failures nor errors."""
    return bool(re.search(r"\b[1-9]\d* passed", line)) and not re.search(r"\b(failed|errors?)\b", line)


def try_package(file: Path) -> Callable[[DebianRoot], Outcome]:
    """The trial of a built package."""

    def trial(root: DebianRoot) -> Outcome:
        wrong = debian_package.try_out(root, file)
        return Outcome(wrong, "installed, started, removed" if not wrong else "not as it should be")

    return trial


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bare", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("job", choices=("run", "test", "both", "deb"))
    parser.add_argument("file", nargs="?", type=Path, help="the package, for deb")
    parser.add_argument("--release", choices=RELEASES, default=RELEASES[0], help="release of Debian (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the root")
    parser.add_argument("--if-possible", action="store_true", help="skip it where no root can be made")
    given = parser.parse_args()
    if (given.job == "deb") is not (given.file is not None):
        parser.error("deb needs the path of a package, and nothing else does")
    if given.file is not None and not given.file.is_file():
        parser.error(f"there is no {given.file}")
    return given


def trials(given: argparse.Namespace) -> dict[str, Callable[[DebianRoot], Outcome]]:
    """What to try, by its name."""
    if given.job == "deb":
        return {given.file.name: try_package(given.file)}
    chosen: dict[str, Callable[[DebianRoot], Outcome]] = {"run": try_run, "test": try_test}
    return chosen if given.job == "both" else {given.job: chosen[given.job]}


def main() -> int:
    """Makes the root, tries what was asked for, and prints how it went; the exit code is 0 if all is well."""
    given = arguments()
    if reason := obstacle() or (None if given.job == "deb" else obstacle_to_copy(CHECKOUT)):
        print(f"==> No bare root here: {reason}", flush=True)
        return 0 if given.if_possible else 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"==> Making a bare {given.release}", flush=True)
    summary, failed = [], False
    with new_root(given.release, WITHOUT_PYTHON if given.job == "deb" else WITH_PYTHON, given.keep) as root:
        if given.job != "deb":
            copy_checkout(CHECKOUT, root.path(INSIDE))
        for name, trial in trials(given).items():
            started = time.monotonic()
            outcome = trial(root)
            minutes = (time.monotonic() - started) / 60
            summary += [f"{given.release}, {name}: {outcome.came_out} ({minutes:.1f} min)", *outcome.wrong]
            failed = failed or bool(outcome.wrong)
    print("\n".join(f"==> {line}" for line in summary), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
