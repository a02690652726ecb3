"""What the bootstrap decides: what is missing, whether an installation fits, how much it downloads, what goes on."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parent.parent / "packaging"
SCRIPT = PACKAGING / "bootstrap.py"
sys.path.insert(0, str(PACKAGING))

from installing import system_packages  # noqa: E402
from installing.environment import Environment  # noqa: E402
from installing.lock import Lock  # noqa: E402
from installing.python_packages import LOCKED, TORCH_CPU_INDEX, CpuBuild, Installation, disk_needed  # noqa: E402
from installing.system_packages import missing_packages, wanted_packages  # noqa: E402
from installing.turn import only_one  # noqa: E402


@pytest.fixture(scope="module")
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_installed_packages_count_as_there():
    listing = "libgl1 installed\nlibegl1 config-files\nlibdbus-1-3 installed\n"
    assert missing_packages(("libgl1", "libegl1", "libdbus-1-3", "xvfb"), listing) == ["libegl1", "xvfb"]


def test_an_architecture_suffix_and_ubuntus_new_names_are_understood():
    listing = "libgl1:amd64 installed\nlibglib2.0-0t64 installed\n"
    assert missing_packages(("libgl1", "libglib2.0-0"), listing) == []


def test_the_tests_need_what_the_window_needs_and_more():
    assert set(wanted_packages("run")) < set(wanted_packages("test"))


@pytest.fixture
def lock(tmp_path) -> Lock:
    return Lock(shutil.copytree(PACKAGING / "lock", tmp_path / "lock"))


def installation(lock: Lock, job: str = "run") -> Installation:
    return Installation(job, Environment(lock.folder.parent / "venv"), lock)


def test_the_stamp_changes_with_the_lock_and_with_the_job(lock):
    before = {job: installation(lock, job).stamp(job) for job in ("run", "test")}
    (lock.folder / "test.txt").write_text("another==1\n", encoding="utf-8")
    after = {job: installation(lock, job).stamp(job) for job in ("run", "test")}
    assert before["run"] == after["run"]
    assert len({*before.values(), *after.values()}) == 3


def finish(made: Installation) -> Path:
    """Leaves what a finished installation of one package leaves; returns the record of that package."""
    record = made.environment.packages / "tiny-1.dist-info"
    record.mkdir(parents=True, exist_ok=True)
    program = made.environment.program("edu-emotionnet")
    program.parent.mkdir(exist_ok=True)
    program.touch()
    made.mark(made.job).write_text(f"{made.stamp(made.job)}\ntiny==1", encoding="utf-8")
    return record


def test_an_installation_that_lost_a_package_or_the_program_is_not_finished(lock):
    made = installation(lock)
    finish(made).rmdir()
    assert not made.is_finished()
    finish(made)
    assert made.is_finished()
    made.environment.program("edu-emotionnet").unlink()
    assert not made.is_finished()


def test_an_interrupted_installation_is_not_finished_for_older_inputs_either(lock, monkeypatch):
    """After `git pull`, an interruption and a return to the older commit."""
    finish(installation(lock))
    before = (lock.folder / "run.txt").read_bytes()
    (lock.folder / "run.txt").write_text("another==1\n", encoding="utf-8")

    def interrupt(environment):
        raise KeyboardInterrupt

    monkeypatch.setattr(Environment, "make", interrupt)
    with pytest.raises(KeyboardInterrupt):
        installation(lock).renew()
    (lock.folder / "run.txt").write_bytes(before)
    assert not installation(lock).is_finished()


@pytest.mark.parametrize("place", ["a folder", "a link", "a file"])
def test_what_is_no_environment_is_left_alone(tmp_path, place):
    diary = tmp_path / "mine" / "diary.txt"
    diary.parent.mkdir()
    diary.write_text("Dear diary", encoding="utf-8")
    folder = {"a folder": diary.parent, "a link": tmp_path / "link", "a file": diary}[place]
    (tmp_path / "link").symlink_to(diary.parent)
    with pytest.raises(SystemExit, match="is not a virtual environment"):
        Environment(folder).make()
    assert diary.read_text(encoding="utf-8") == "Dear diary"


def test_the_window_needs_nothing_after_an_installation_for_the_tests(lock):
    tests = installation(lock, "test")
    finish(tests)
    tests.mark("test").unlink()
    assert not installation(lock).is_finished()
    finish(tests)
    assert installation(lock).is_finished()
    assert tests.is_finished()
    (lock.folder / "run.txt").write_text("another==1\n", encoding="utf-8")
    assert not installation(lock).is_finished()


def test_what_is_installed_is_not_counted_as_a_download(lock, monkeypatch):
    monkeypatch.setattr("installing.lock.this_machine", lambda: "linux-x86_64-3.12")
    everything = lock.download_bytes(("run.txt",), set())
    torch = lock.download_bytes(("torch.txt",), set())
    numpy = next(pin for pin in lock.releases("run.txt") if pin.startswith("numpy==2.5"))
    assert 300e6 < everything < 1000e6
    assert 2e9 < torch < 5e9
    assert 10e6 < everything - lock.download_bytes(("run.txt",), {numpy}) < 30e6


def test_a_machine_that_the_lock_was_not_made_for_is_known(lock, monkeypatch):
    monkeypatch.setattr("installing.lock.this_machine", lambda: "sunos5-sparc-3.12")
    assert lock.download_bytes(("run.txt",), set()) is None


def test_too_little_room_ends_in_one_sentence(lock, monkeypatch):
    monkeypatch.setattr("installing.lock.this_machine", lambda: "linux-x86_64-3.12")
    small = installation(lock)
    small.environment.folder.mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**10, 10**10, 10**8))
    with pytest.raises(SystemExit, match=r"There is too little room for .*venv\. Please free \d+\.\d GB\."):
        small.announce(None)


def test_the_default_build_of_torch_takes_more_disk_in_all_but_less_for_each_byte():
    assert disk_needed(500, 0) < disk_needed(500, 3_000_000_000) < 4 * 3_000_000_500


@pytest.mark.parametrize(
    ("found", "options"),
    [
        ({"own": "torch (2.9)\nAvailable versions: 2.9, {}+cpu, 2.8"}, ()),
        ({"own": "2.9, {}", "index": "2.9, {}+cpu"}, ("--extra-index-url", TORCH_CPU_INDEX)),
        ({"own": "2.9, {}", "index": "2.9, {}+cpu1"}, None),
    ],
)
def test_the_cpu_build_is_taken_from_where_it_is(lock, monkeypatch, found, options):
    version = lock.torch_version()

    def ask_pip(environment, *arguments):
        return found["index" if TORCH_CPU_INDEX in arguments else "own"].replace("{}", version)

    monkeypatch.setattr(Environment, "ask_pip", ask_pip)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("installing.python_packages.has_nvidia", lambda: False)
    build = installation(lock).cpu_build()
    assert build == (None if options is None else CpuBuild(f"torch=={version}+cpu", options))


def test_without_a_network_one_sentence_says_so(lock, monkeypatch):
    monkeypatch.setattr(Environment, "ask_pip", lambda environment, *arguments: "")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("installing.python_packages.has_nvidia", lambda: False)
    with pytest.raises(SystemExit, match="Is there a network"):
        installation(lock).cpu_build()


def test_an_older_python_can_read_the_script_and_reaches_the_sentence_that_asks_for_a_newer_one():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module.startswith("installing")]
    check = next(node for node in tree.body if isinstance(node, ast.If) and "version_info" in ast.unparse(node.test))
    assert all(node.lineno > check.lineno for node in imported)
    assert imported


# -- a real pip on two small wheels ------------------------------------------------------------------------------------


def make_wheel(folder: Path, text: str) -> str:
    """Writes the wheel of a package `tiny` and returns its hash."""
    wheel = folder / "tiny-1-py3-none-any.whl"
    files = {
        "tiny.py": text,
        "tiny-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n",
        "tiny-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # without the time, so that the hash stays
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.fixture
def tiny(tmp_path, monkeypatch) -> Installation:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "run.txt").write_text(f"tiny==1 --hash=sha256:{make_wheel(tmp_path, 'VALUE = 1')}\n", encoding="utf-8")
    made = Installation("run", Environment(tmp_path / "venv"), Lock(tmp_path))
    made.environment.make()
    made.environment.tidy()
    return made


def test_a_changed_wheel_is_refused_and_an_interrupted_installation_goes_on(tiny, tmp_path, capfd):
    unpacked = tiny.environment.packages / "tiny.py"
    make_wheel(tmp_path, "VALUE = 'changed'")
    with pytest.raises(SystemExit, match="it goes on from here"):
        tiny.step("the packages", *LOCKED, tiny.lock.path("run.txt"))
    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err
    assert not unpacked.exists()

    make_wheel(tmp_path, "VALUE = 1")
    tiny.step("the packages", *LOCKED, tiny.lock.path("run.txt"))
    assert "tiny==1" in tiny.environment.installed()

    unpacked.write_text("VAL", encoding="utf-8")  # as after a loss of power: the file is cut off, pip was not done
    (tiny.environment.packages / "tiny-1.dist-info" / "INSTALLER").unlink()
    tiny.environment.tidy()
    tiny.step("the packages", *LOCKED, tiny.lock.path("run.txt"))
    assert unpacked.read_text(encoding="utf-8") == "VALUE = 1"


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for Python")
@pytest.mark.parametrize(("pip_exits_with", "made_again"), [(0, False), (1, True)])
def test_an_environment_without_a_working_pip_is_made_again(tmp_path, monkeypatch, pip_exits_with, made_again):
    environment = Environment(tmp_path)
    environment.python.parent.mkdir()
    environment.python.write_text(f"#!/bin/sh\nexit {pip_exits_with}\n", encoding="utf-8")
    environment.python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", "/bin/true")
    environment_made = []
    monkeypatch.setattr("installing.environment.say", environment_made.append)
    environment.make()
    assert bool(environment_made) is made_again


def test_without_a_job_it_explains_itself_and_touches_nothing():
    shown = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert "bootstrap.py run" in shown.stdout
    assert "bootstrap.py test" in shown.stdout


def test_the_readme_names_each_job_once(bootstrap):
    readme = (PACKAGING.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^python3 packaging/bootstrap\.py (\w+)", readme, re.MULTILINE) == list(bootstrap.JOBS)


def test_the_manual_says_how_long_it_draws_without_a_display(bootstrap):
    manual = (PACKAGING.parent / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert f"offscreen for {bootstrap.SCREENSHOT_AFTER_S} s" in manual


def test_the_tests_run_with_calm_threads_unless_told_otherwise(bootstrap):
    calm = bootstrap.test_environment({"PATH": "/bin"})
    assert (calm["OMP_NUM_THREADS"], calm["OMP_WAIT_POLICY"], calm["PATH"]) == ("1", "PASSIVE", "/bin")
    assert bootstrap.test_environment({"OMP_NUM_THREADS": "8"})["OMP_NUM_THREADS"] == "8"


# -- other machines and settings ---------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot lock a folder")
def test_a_second_installation_in_the_same_checkout_is_refused_until_the_first_ends(tmp_path):
    with only_one(tmp_path), pytest.raises(SystemExit, match="Another installation is running"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_pip_settings_that_the_locks_contradict_are_overruled(tiny, monkeypatch):
    for name in ("PIP_USER", "PIP_DRY_RUN", "PIP_REQUIRE_HASHES"):
        monkeypatch.setenv(name, "1")
    tiny.step("the packages", *LOCKED, tiny.lock.path("run.txt"))
    assert "tiny==1" in tiny.environment.installed()


def test_pip_settings_that_install_elsewhere_end_in_one_sentence(tiny, monkeypatch, tmp_path):
    tiny.environment.check_pip_settings()
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
        with pytest.raises(SystemExit, match=f"{name} would install elsewhere"):
            tiny.environment.check_pip_settings()
        monkeypatch.delenv(name)
    file = tmp_path / "pip.conf"
    file.write_text(f"[install]\ntarget = {tmp_path}\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    with pytest.raises(SystemExit, match=r"'install\.target' of pip would install elsewhere"):
        tiny.environment.check_pip_settings()


def test_packages_of_other_places_are_not_taken_for_installed(bootstrap, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    bootstrap.forget_other_pythons()
    assert not {"PYTHONPATH", "PYTHONHOME"} & set(os.environ)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts programs without a shell")
def test_the_program_starts_from_a_path_that_a_shell_would_change(bootstrap, monkeypatch, tmp_path):
    """The environment's script begins as pip writes it for a path with a space."""
    environment = Environment(tmp_path / "a $b" / ".venv")
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    script = environment.program("edu-emotionnet")
    script.write_text(f'#!/bin/sh\nexec "{environment.python}" -m app "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", environment)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # the packages of the tests
    assert bootstrap.run(["--version"]) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="C.UTF-8 is Linux's")
def test_the_locale_c_does_not_keep_python_from_a_path_with_accents(bootstrap, monkeypatch, tmp_path):
    monkeypatch.setenv("LC_ALL", "C")
    folder = tmp_path / "größe"
    folder.mkdir()
    (folder / "path.pth").write_text(f"{folder}\n", encoding="utf-8")
    code = [sys.executable, "-c", f"import site; site.addsitedir({str(folder)!r})"]
    bootstrap.read_names_as_utf8()
    assert subprocess.run(code, capture_output=True, check=False).stderr == b""
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    bootstrap.read_names_as_utf8()
    assert os.environ["LC_ALL"] == "de_DE.UTF-8"


def test_it_starts_where_python_leaves_out_the_scripts_folder():
    safe = {**os.environ, "PYTHONSAFEPATH": "1"}
    shown = subprocess.run([sys.executable, SCRIPT], env=safe, capture_output=True, text=True, check=False)
    assert shown.returncode == 2, shown.stderr


@pytest.mark.parametrize("machine", ["no sudo", "no sudo in CI", "no answer"])
def test_without_sudo_or_an_answer_nothing_is_installed(monkeypatch, tmp_path, machine):
    monkeypatch.setattr(system_packages, "is_root", lambda: False)
    monkeypatch.setenv("CI", "true" if machine == "no sudo in CI" else "")
    monkeypatch.setenv("PATH", str(tmp_path))
    if machine == "no answer":
        (tmp_path / "sudo").touch(mode=0o755)
    monkeypatch.setattr(sys, "stdin", Closed())
    assert system_packages.may_install() is False


class Closed(io.StringIO):
    """A terminal at which the user pressed Ctrl-D."""

    def isatty(self) -> bool:
        return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="apt is Debian's")
def test_apt_without_dpkg_is_taken_for_another_system(monkeypatch, tmp_path, capsys):
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    system_packages.install_system_packages("run")
    assert "This is not Debian" in capsys.readouterr().out
