"""Every error that the program raises on purpose. Each message states what happened and what to do.

MonitorError
├── SettingsError     a settings file or option that cannot be used
├── CaptureError      a camera, a microphone or a media file that cannot be opened or read
├── SpeechError       a recogniser or a word model that cannot be used
├── ModelError        weights, checkpoint or device that cannot be used
├── DownloadError     a model file that could not be fetched or verified
├── DataError         training or evaluation data that cannot be read
├── StoreError        a stored session that cannot be written, read, exported or erased
├── StudyError        a study whose gate, consent ledger or retention forbids an action
├── LabError          a Lab Streaming Layer stream or a sync test that cannot be used
└── WindowError       a window that cannot be opened: a library or the display is missing
"""

from core.load_errors import load_failure


class MonitorError(Exception):
    """Base of the tree; the command line prints it as one sentence and exits with 2."""


class CodePlaces(str):
    """Places in code, such as "vosk:43 open_vosk": text that the log may hold as it is."""

    __slots__ = ()


class SettingsError(MonitorError):
    """A settings file or a command-line option that cannot be used."""


class CaptureError(MonitorError):
    """A camera, microphone or media file that cannot be opened or read."""


class SpeechError(MonitorError):
    """A recogniser, its word model or a transcript that cannot be used."""


class RecognizerEndedError(SpeechError):
    """The session is ending and no longer waits for its recogniser: no failure, and no reason to open another one."""

    def __init__(self) -> None:
        super().__init__("The word recogniser was ended.")


class ModelError(MonitorError):
    """Weights, a checkpoint or a compute device that cannot be used."""


class DownloadError(MonitorError):
    """A model file that could not be fetched or does not match its pin."""


class DataError(MonitorError):
    """Training or evaluation data that cannot be read."""


class StoreError(MonitorError):
    """A stored session that cannot be written, read, exported or erased."""


class StudyError(MonitorError):
    """A study whose gate, consent ledger or retention forbids an action."""


class LabError(MonitorError):
    """A Lab Streaming Layer stream, or a sync test, that cannot be used."""


class WindowError(MonitorError):
    """A window that cannot be opened, because a library or the display is missing."""


def sentence(error: BaseException) -> str:
    """One sentence about `error` for people: what happened and what to do."""
    if isinstance(error, MonitorError):
        return " ".join(str(error).split())
    if unloaded := load_failure(error):
        return unloaded
    if isinstance(error, OSError):
        what = error.strerror or str(error) or type(error).__name__
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{what}. Check the free space, and that it can be read and written."
    what = f"{type(error).__name__}: {error}"
    return f"Something failed unexpectedly ({what}); the log holds the details. Try again, and report it if it recurs."
