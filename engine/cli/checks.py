"""The checks of ``mfagan doctor``."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from engine.catalog.catalog import Catalog
from engine.core.places import cache_folder, data_folder, resources_folder, state_folder
from engine.core.units import format_bytes
from engine.core.version import product_version
from engine.data.disposable_files import cached_bytes
from engine.inference.network.session import find_providers

# Below these, large photos may fail or become slow.
_LOW_MEMORY_BYTES = 1_500_000_000
_LOW_DISK_BYTES = 2_000_000_000
_RUNTIME_PACKAGES = ("numpy", "onnxruntime", "pyvips", "opencv-python-headless", "pillow")
_EXTRAS = {
    "heic": "pillow_heif",
    "jxl": "imagecodecs",
    "raw": "rawpy",
    "train": "torch",
    "export": "ai_edge_litert",
}
# Library as the linker knows it, and the Debian package that holds it.
_QT_LIBRARIES = {
    "glib-2.0": "libglib2.0-0",
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon": "libxkbcommon0",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
}
_QT_X11_LIBRARIES = {
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-shape": "libxcb-shape0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The result of one check.

    Attributes:
        name: The thing that was checked.
        state: ``warning`` restricts the product, ``failed`` breaks it.
        text: The finding, and the way out.
    """

    name: str
    state: Literal["ok", "warning", "failed"]
    text: str


def all_checks() -> Iterator[Check]:
    """Run all checks, one after the other."""
    yield _versions()
    yield _devices()
    yield from _models()
    yield from _extras()
    yield from _window()
    yield _memory()
    yield _folder("Data", data_folder())
    yield _folder("Cache", cache_folder())
    yield _folder("State", state_folder())
    yield _photo_cache()


def _versions() -> Check:
    packages = ", ".join(f"{name} {_version(name)}" for name in _RUNTIME_PACKAGES)
    text = f"mfagan-studio {product_version()}, Python {platform.python_version()}, {packages}"
    missing = [name for name in _RUNTIME_PACKAGES if _version(name) == "missing"]
    return Check(name="Versions", state="failed" if missing else "ok", text=text)


def _devices() -> Check:
    names = ", ".join(f"{p.label} (--device {p.name})" for p in find_providers())
    return Check(name="Devices", state="ok", text=names)


def _models() -> Iterator[Check]:
    catalog = Catalog.open_default()
    # A card that cannot be read, and a file that differs from its card: either breaks a model.
    for broken in catalog.broken:
        yield Check(name="Model", state="failed", text=broken.reason)
    faults = 0
    for _, fault in catalog.verify():
        if fault is not None:
            faults += 1
            yield Check(name="Model", state="failed", text=fault)
    count = len(catalog.entries())
    if count == 0:
        text = f"none in {resources_folder() / 'models'}; install the product again"
        yield Check(name="Models", state="failed", text=text)
    elif faults == 0:
        yield Check(name="Models", state="ok", text=f"{count}, all files match their cards")


def _extras() -> Iterator[Check]:
    for extra, module in _EXTRAS.items():
        if importlib.util.find_spec(module) is None:
            text = f'not installed: pip install "mfagan-studio[{extra}]"'
            yield Check(name=f"Extra {extra}", state="warning", text=text)
        else:
            yield Check(name=f"Extra {extra}", state="ok", text="installed")


def _window() -> Iterator[Check]:
    version = _version("PySide6-Essentials")
    if version == "missing":
        text = "PySide6 is missing: only the command line works"
        yield Check(name="Window", state="warning", text=text)
        return
    missing = _missing_qt_libraries()
    if missing:
        text = f"Qt needs: sudo apt-get install {' '.join(missing)}"
        yield Check(name="Window", state="failed", text=text)
    else:
        yield Check(name="Window", state="ok", text=f"PySide6 {version} and the libraries it needs")


def _missing_qt_libraries() -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    # Without a display the window runs offscreen and needs no X11 libraries.
    needed = dict(_QT_LIBRARIES)
    if os.environ.get("DISPLAY"):
        needed |= _QT_X11_LIBRARIES
    return [package for name, package in needed.items() if ctypes.util.find_library(name) is None]


def _memory() -> Check:
    memory = psutil.virtual_memory()
    text = f"{format_bytes(memory.available)} of {format_bytes(memory.total)} free"
    is_low = memory.available < _LOW_MEMORY_BYTES
    return Check(name="Memory", state="warning" if is_low else "ok", text=text)


def _photo_cache() -> Check:
    size = format_bytes(cached_bytes(cache_folder() / "photos"))
    text = f"{size} of decoded photos and teachers' pictures; mfagan runs clean deletes them"
    return Check(name="Training cache", state="ok", text=text)


def _folder(kind: str, folder: Path) -> Check:
    # The folder may not exist before its first use.
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    name = f"{kind} folder"
    if not os.access(existing, os.W_OK):
        return Check(name=name, state="failed", text=f"{existing} cannot be written to")
    free_bytes = shutil.disk_usage(existing).free
    is_low = free_bytes < _LOW_DISK_BYTES
    text = f"{folder}, {format_bytes(free_bytes)} free"
    return Check(name=name, state="warning" if is_low else "ok", text=text)


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "missing"
