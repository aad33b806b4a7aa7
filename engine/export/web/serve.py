"""Shows the demo of a folder in the browser of this computer.

    python serve.py [PORT]

Only this computer can open it. It sends the two headers with which browsers allow threads, as a
web server must that shows the demo to others (without them it runs on one thread):

    Cross-Origin-Opener-Policy: same-origin
    Cross-Origin-Embedder-Policy: require-corp
"""

from __future__ import annotations

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cache-Control": "no-cache",
}


class _Handler(SimpleHTTPRequestHandler):
    # This file runs without packages, such as the one that has `override`.
    def end_headers(self) -> None:  # type: ignore[explicit-override]
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    # "format" is its name there.
    def log_message(self, format: str, *values: object) -> None:  # type: ignore[explicit-override]  # noqa: A002
        """Keep quiet about each file."""


def make_server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of ``folder`` for this computer alone; port 0 takes a free one."""
    handler = partial(_Handler, directory=str(folder))
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main(arguments: list[str]) -> None:
    """Serve the folder of this file until it is interrupted."""
    port = int(arguments[0]) if arguments else 8000
    with make_server(Path(__file__).resolve().parent, port) as server:
        sys.stdout.write(f"http://127.0.0.1:{port}/ (Ctrl+C ends it)\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
