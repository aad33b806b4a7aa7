"""Starts the window, or reports in plain words why this system cannot show one."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PACKAGES = (
    "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxkbcommon-x11-0 libxcb-shape0"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app and return its exit code; 1 where no window can be shown."""
    # Checked first: without a screen Qt aborts the process, and no code of ours could report it.
    reason = missing_screen(os.environ) if sys.platform.startswith("linux") else None
    if reason is None:
        try:
            window = importlib.import_module("app.main")
        except ImportError as error:
            # Python packages are there if this module is; what is missing is a system library.
            if ".so" not in str(error):
                raise
            reason = _library_text(str(error))
        else:
            code: int = window.main(argv)
            return code
    sys.stderr.write(f"mfagan-studio: {reason}\n")
    return 1


def missing_screen(environment: Mapping[str, str]) -> str | None:
    """Return why Qt would find no screen on Linux, with the way out; None if it finds one."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if asked and not asked.startswith("xcb"):
        return None
    if not asked and environment.get("WAYLAND_DISPLAY"):
        return None
    display = environment.get("DISPLAY")
    if not display:
        return (
            "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set); start it on a "
            "desktop, or use the command mfagan without a window"
        )
    plugin = _xcb_plugin()
    if plugin is not None:
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            return _library_text(str(error))
    return None if _answers(display) else f"the screen {display} does not answer"


def _library_text(reason: str) -> str:
    return (
        f"a library of the system is missing ({reason}). On Debian and Ubuntu: "
        f"sudo apt-get install {_PACKAGES}"
    )


def _xcb_plugin() -> Path | None:
    """Return Qt's plugin for X11 screens, found without loading Qt."""
    package = importlib.util.find_spec("PySide6")
    for folder in package.submodule_search_locations or () if package is not None else ():
        plugin = Path(folder, "Qt", "plugins", "platforms", "libqxcb.so")
        if plugin.is_file():
            return plugin
    return None


def _answers(display: str) -> bool:
    """Return whether an X11 server answers, asked through the library that Qt uses."""
    name = ctypes.util.find_library("xcb")
    if name is None:
        return True
    xcb = ctypes.CDLL(name)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    is_open = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(is_open)


if __name__ == "__main__":
    raise SystemExit(main())
