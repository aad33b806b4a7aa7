"""Starts the window: ``mfagan-studio [PHOTO...]``."""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QCoreApplication

from app.services.other_windows import QueueOwner, hand_over
from app.shell.application import Shell, build_shell
from app.shell.garbage_collector import GarbageCollector
from app.state.places import complete_path, config_folder
from app.state.settings_store import SettingsStore
from app.window.app_files import AppFiles
from app.window.empty_state import sample_paths
from app.window.session_file import load_session

if TYPE_CHECKING:
    from app.shell.app_controller import AppController
    from app.window.error_dialogs import ErrorDialogs

logger = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app and return its exit code."""
    options = parse_arguments(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if options.screenshots is not None:
        screenshots = importlib.import_module("app.dev.screenshots")
        return int(screenshots.run(options.screenshots))
    folder = config_folder()
    if not options.smoke and hand_over(folder, options.photos):
        logger.info("The window that is open already has the photos")
        return 0
    # What is wrong with the session's file is shown later, by the SessionController.
    session, _ = load_session(folder / "session.json", is_kept=False)
    shell = build_shell(SettingsStore(folder / "settings.json"), session=session)
    # The loop ends when `_run` does: Qt would end it with the window, before its child processes.
    shell.application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(shell.application)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(_run(shell, options))
    return code


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="mfagan-studio", description="Enlarge photos and compare before and after."
    )
    parser.add_argument(
        "photos",
        nargs="*",
        type=lambda text: complete_path(Path(text)),
        help="photos and folders to open",
    )
    parser.add_argument(
        "--screenshots", type=Path, help="draw every page into this folder, and end"
    )
    parser.add_argument(
        "--smoke", action="store_true", help="open the first sample, wait for its preview, and end"
    )
    return parser.parse_args(arguments)


async def load_app(shell: Shell) -> AppController:
    """Load the engine beside the running window, then add the pages to it."""
    # All objects made here live long: garbage collection would take an eighth of the time.
    gc.disable()
    loop = asyncio.get_running_loop()
    # An import holds the interpreter's lock only in short turns: the window keeps responding.
    module = await loop.run_in_executor(None, importlib.import_module, "app.shell.app_controller")
    folder = config_folder()
    owner = QueueOwner(folder, shell.window)
    files = AppFiles(
        queue=folder / "queue.json", session=folder / "session.json", has_queue=owner.is_owner
    )
    controller: AppController = module.AppController(
        shell.window, shell.settings, shell.theming, files=files
    )
    shell.window.closing.connect(owner.give_up)
    owner.photos_handed.connect(controller.take_handed)
    owner.begin()
    # They are never examined again: a collection over all of them stalls the window.
    gc.freeze()
    GarbageCollector(shell.window)
    return controller


async def _run(shell: Shell, options: argparse.Namespace) -> int:
    closed = asyncio.Event()
    shell.window.closing.connect(closed.set)
    controller = await load_app(shell)
    sys.excepthook = _error_reporter(controller.errors)
    if options.smoke:
        return await _smoke(shell, controller)
    if options.photos:
        controller.open_paths(options.photos)
    await closed.wait()
    # The window is gone by now; what its children have done so far is kept.
    await controller.child_processes.end_all()
    return 0


async def _smoke(shell: Shell, controller: AppController) -> int:
    """Preview a sample and end: the check of a package, which has no other way to be tried."""
    controller.open_paths(sample_paths()[:1])
    while not (shell.window.has_photo and controller.is_idle):  # noqa: ASYNC110  # state, no event
        await asyncio.sleep(0.05)
    shell.window.close()
    return 0


def _error_reporter(
    errors: ErrorDialogs,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        logger.error("Unexpected error", exc_info=(kind, error, trace))
        errors.show(
            QCoreApplication.translate("Main", "Something went wrong"),
            QCoreApplication.translate(
                "Main",
                "Your photos are safe. Please include the details when you report this problem.",
            ),
            f"{error}\n{errors.report(error)}",
        )

    return report


if __name__ == "__main__":
    raise SystemExit(main())
