"""The camera: a device by name or index, a network camera by URL, or a video file played at its own pace.

OpenCV cannot be interrupted while it opens or waits for a picture. So a separate thread opens, reads and releases the
device, and callers wait for that thread, never for the device: `open` returns after `OPEN_WAIT_S` even when the device
is still opening (`read` then returns None until pictures come), and `close` leaves a hanging thread behind after
`CLOSE_WAIT_S`; the thread releases the device once the driver returns.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from core.capture.camera_device import CameraRequest, Target, is_file, open_capture, quiet_cv2
from core.capture.devices import resolve
from core.capture.media import check_path, open_pictures
from core.capture.source import Clock, EndOfSource, SourceStatus
from core.errors import CaptureError
from core.types import Rgb, VideoFrame

OPEN_WAIT_S = 1.0
OPENING_TAKES_AT_MOST_S = 60.0
CLOSE_WAIT_S = 0.7
NO_PICTURE_S = 3.0
"""A device that gave pictures and then none for this long counts as lost."""


class Camera:
    """A source of pictures, at most `frame_width_px` wide. Losing the device is a `CaptureError` from `read`."""

    has_video = True
    has_audio = False

    def __init__(self, name: str | int = "auto", frame_width_px: int = 640, frame_rate_hz: float = 30.0) -> None:
        self._name = name
        self._request = CameraRequest(frame_width_px, frame_rate_hz)
        self._backend: int | None = None
        self._reader: _Reader | None = None
        self._clock: Clock | None = None
        self._rate = _Rate()
        self._taken = 0
        self._last_picture_s = 0.0

    def open(self, clock: Clock) -> None:
        """Start opening; returns with the first picture, or while a slow device is still opening."""
        self.close()
        if self._reader is not None:
            raise CaptureError(f"{self._label()} has not answered since it was last opened. Plug it in again.")
        self._clock, self._taken, self._last_picture_s = clock, 0, clock()
        self._reader = _Reader(self._name, self._request, self._backend, clock)
        self._reader.start()
        try:
            self._reader.wait_beyond(0, OPEN_WAIT_S)
        except CaptureError:
            self.close()
            raise

    def read(self, timeout_s: float) -> VideoFrame | None:
        """The newest picture not yet returned; None if none came in time."""
        if self._reader is None or self._clock is None:
            raise CaptureError("The camera is not open. Start it first.")
        self._taken, frame = self._reader.wait_beyond(self._taken, timeout_s)
        if frame is None:
            self._check_silence(self._clock())
            return None
        self._backend = self._reader.backend
        self._last_picture_s = frame.t_s
        self._rate.add(frame.t_s)
        return frame

    def close(self) -> None:
        """Stop and release; returns within `CLOSE_WAIT_S` even while the device hangs."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = self._reader if self._reader.thread.is_alive() else None

    def status(self) -> SourceStatus:
        """Name, pictures per second, and how often and how long the device was gone."""
        return SourceStatus(
            self._label(), self._rate.rate_hz, gaps=self._rate.gaps, lost_s=self._rate.lost_s, hangs=self._hangs()
        )

    def _hangs(self) -> str:
        reader = self._reader
        return reader.thread.name if reader and reader.stopping and reader.thread.is_alive() else ""

    def _label(self) -> str:
        return self._reader.label if self._reader else str(self._name)

    def _check_silence(self, now_s: float) -> None:
        patience_s = NO_PICTURE_S if self._taken else OPENING_TAKES_AT_MOST_S
        if now_s - self._last_picture_s >= patience_s:
            raise CaptureError(f"{self._label()} has given no picture for {patience_s:.0f} s. Check its cable.")


class _Rate:
    """Pictures per second, smoothed, and interruptions."""

    def __init__(self) -> None:
        self.gaps, self.lost_s = 0, 0.0
        self._step_s = 0.0
        self._last_s: float | None = None

    @property
    def rate_hz(self) -> float:
        """Pictures per second; 0 before the second picture."""
        return 1 / self._step_s if self._step_s else 0.0

    def add(self, t_s: float) -> None:
        """Count a picture at `t_s`."""
        step_s = 0.0 if self._last_s is None else t_s - self._last_s
        self._last_s = t_s
        if step_s >= 1.0:
            self.gaps += 1
            self.lost_s += step_s
        elif step_s > 0.0:
            self._step_s = 0.95 * self._step_s + 0.05 * step_s if self._step_s else step_s


class _Reader:
    """The thread that owns the device, and its newest picture."""

    def __init__(self, name: str | int, request: CameraRequest, first_backend: int | None, clock: Clock) -> None:
        self.thread = Thread(target=self._run, name="camera device", daemon=True)
        self.backend = first_backend
        self.label = str(name)
        self._target: Target = name
        self._request, self._clock = request, clock
        self._changed = Condition()
        self._frame: VideoFrame | None = None
        self._count = 0
        self._end: Exception | None = None
        self.stopping = False

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        with self._changed:
            self.stopping = True
            self._changed.notify_all()
        self.thread.join(CLOSE_WAIT_S)

    def wait_beyond(self, count: int, timeout_s: float) -> tuple[int, VideoFrame | None]:
        """Wait for more than `count` pictures: the count and the newest, or None. Raises what ended the thread."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > count or self._end is not None, timeout_s)
            if self._count > count:
                return self._count, self._frame
            if self._end is not None:
                raise self._end
            return count, None

    def _run(self) -> None:
        cv2 = quiet_cv2()
        try:
            self._target, self.label = resolve(self._target)
            if is_file(self._target):
                self._play(Path(str(self._target)))
            capture, self.backend, picture = open_capture(self._target, self.label, self._request, self.backend)
            try:
                self._pump(capture, picture)
            finally:
                capture.release()
        except (CaptureError, EndOfSource) as end:
            self._finish(end)
        except cv2.error as error:
            self._finish(CaptureError(f"{self.label} failed ({error.err}). Plug it in again or choose another."))
        except (ValueError, OSError) as error:
            self._finish(CaptureError(f"'{self.label}' cannot be a camera ({error}). Check the name or the address."))

    def _pump(self, capture: Any, picture: Any) -> None:
        while self._put(VideoFrame(self._clock(), to_rgb(picture, self._request.width_px))):
            came, picture = capture.read()
            if not came:
                raise CaptureError(f"{self.label} was disconnected. Plug it in or switch it on again.")

    def _play(self, path: Path) -> None:
        """Deliver a recording's pictures at their own times, counted from now; ends with `EndOfSource`."""
        check_path(path)
        track = open_pictures(path, self._request.width_px)
        if track is None:
            raise CaptureError(f"{self.label} gives no picture. Use a video file that a player can show.")
        with closing(track):
            zero_s = self._clock()
            for frame in track.chunks:
                self._sleep_until(zero_s + frame.t_s)
                if isinstance(frame, VideoFrame) and not self._put(replace(frame, t_s=zero_s + frame.t_s)):
                    break
        raise EndOfSource(str(path))

    def _put(self, frame: VideoFrame) -> bool:
        with self._changed:
            self._frame, self._count = frame, self._count + 1
            self._changed.notify_all()
            return not self.stopping

    def _sleep_until(self, due_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.stopping, max(due_s - self._clock(), 0.0))

    def _finish(self, end: Exception) -> None:
        with self._changed:
            self._end = end
            self._changed.notify_all()


def to_rgb(picture: Any, width_px: int) -> Rgb:
    """A BGR or grey picture as (H, W, 3) RGB, scaled down to `width_px` where it is wider."""
    cv2 = quiet_cv2()
    height, width = picture.shape[:2]
    if width > width_px:
        picture = cv2.resize(picture, (width_px, round(height * width_px / width)), interpolation=cv2.INTER_AREA)
    rgb: Rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB if picture.ndim == 3 else cv2.COLOR_GRAY2RGB)
    return rgb
