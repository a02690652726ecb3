"""A network camera on loopback that can disconnect, come back on the same address, and hang."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray

Painter = Callable[[int], NDArray[np.uint8]]
"""Frame number to RGB picture (H, W, 3)."""


def moving_square(number: int) -> NDArray[np.uint8]:
    """A picture that differs from frame to frame, without a face."""
    picture = np.full((240, 320, 3), 96, dtype=np.uint8)
    left = number * 4 % 280
    picture[100:140, left : left + 40] = (200, 80, 40)
    return picture


class MjpegServer:
    """`with MjpegServer(painter) as server: ... server.url`. `stop` unplugs the camera, `start` plugs it in again."""

    def __init__(self, painter: Painter = moving_square, rate_hz: float = 25.0) -> None:
        self._painter = painter
        self._rate_hz = rate_hz
        self._port = 0
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/stream.mjpg"

    def start(self) -> None:
        """Serve on the same port as at the first start."""
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.painter, self._server.rate_hz = self._painter, self._rate_hz
        self._port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="mjpeg server")
        self._thread.start()

    def stop(self) -> None:
        """End every stream and the server; safe to call twice."""
        if self._server is None or self._thread is None:
            return
        self._server.dying.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def hang(self) -> None:
        """Keep the connections without sending pictures."""
        if self._server is not None:
            self._server.hanging.set()

    def __enter__(self) -> MjpegServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = False
    painter: Painter
    rate_hz: float

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.dying = Event()
        self.hanging = Event()
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        number = 0
        try:
            while not self.server.dying.wait(1 / self.server.rate_hz):
                if not self.server.hanging.is_set():
                    self._send(self.server.painter(number))
                    number += 1
        except ConnectionError:
            return

    def _send(self, rgb: NDArray[np.uint8]) -> None:
        _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.size}\r\n\r\n"
        self.wfile.write(head.encode() + jpeg.tobytes() + b"\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
