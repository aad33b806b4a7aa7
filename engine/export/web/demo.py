"""Makes the demo of a bundle, as a folder for a web server or as one HTML file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.core.atomic_file import (
    make_folder,
    output_error,
    publish_new,
    publish_over,
    temporary_part,
    write_bytes_atomic,
)
from engine.core.errors import OutputExistsError
from engine.core.private_files import shared_mode
from engine.export.web.page import PAGE, folder_files, single_page
from engine.export.web.runtime_package import Provider, runtime_files
from engine.export.web.source import read_source

_PAGE_SUFFIXES = frozenset({".html", ".htm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRequest:
    """The demo to make.

    Attributes:
        bundle: The bundle whose network it shows.
        out: A folder, or an HTML file for a demo in one file.
        runtime: ONNX Runtime Web as a folder or ``.tgz`` file; None downloads it into the cache.
        has_webgpu: Whether the page may compute on the GPU, which needs another 27 MB.
        may_replace: Whether files may be replaced.
    """

    bundle: Path
    out: Path
    runtime: Path | None = None
    has_webgpu: bool = True
    may_replace: bool = False


def is_single_file(out: Path) -> bool:
    """Return whether a demo of this name is one HTML file."""
    return out.suffix.lower() in _PAGE_SUFFIXES


def check_output(out: Path, *, may_replace: bool) -> None:
    """Refuse a name that a demo would replace something at.

    Raises:
        OutputExistsError: If ``out`` is a file, or a folder that is not empty.
    """
    is_free_folder = not is_single_file(out) and out.is_dir() and not any(out.iterdir())
    if os.path.lexists(out) and not (is_free_folder or may_replace):
        raise OutputExistsError(f"{out}: exists already; name another, or use --replace")


def make_demo(
    request: DemoRequest, *, on_download: Callable[[str], None] = lambda _url: None
) -> Path:
    """Write the demo and return the page to open.

    Raises:
        BadCardError: If the bundle is broken.
        ExportError: If it has no network for browsers, or ONNX Runtime Web cannot be had.
        OutputExistsError: If something is there and must not be replaced.
        OutputError: If it cannot be written.
    """
    check_output(request.out, may_replace=request.may_replace)
    source = read_source(request.bundle)
    providers: tuple[Provider, ...] = ("wasm", "webgpu") if request.has_webgpu else ("wasm",)
    runtime = runtime_files(providers, package=request.runtime, on_download=on_download)
    if is_single_file(request.out):
        _write_page(request, single_page(source, runtime))
        return request.out
    # The page last: while it is missing, the folder is not taken for a demo.
    for name, content in folder_files(source, runtime).items():
        path = request.out / name
        make_folder(path.parent)
        write_bytes_atomic(path, content)
    return request.out / PAGE


def _write_page(request: DemoRequest, page: bytes) -> None:
    make_folder(request.out.parent)
    publish = publish_over if request.may_replace else publish_new
    try:
        with temporary_part(request.out) as part:
            part.write_bytes(page)
            publish(part, request.out, mode=shared_mode())
    except FileExistsError as error:
        raise OutputExistsError(f"{request.out}: appeared meanwhile; name another") from error
    except OSError as error:
        raise output_error(error, request.out) from error
