"""Hands on what the viewer shows: asks how, reads the pixels, and writes one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLocale, QObject, Slot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.task_runner import Report, TaskRunner
from app.sharing.label_pictures import label_picture
from app.sharing.share_dialog import ShareDialog, ShareKind, ShareRequest
from app.sharing.view_part import (
    IncompletePartError,
    ViewPart,
    part_in_view,
    read_part,
    whole_photo,
)
from app.state.shown_names import shown
from app.state.viewer_state import ViewerMode
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.dialogs import Dialogs
from app.widgets.drag_handle import STEPS
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.session_controller import SessionController
from engine.api import (
    CancelToken,
    PageTexts,
    SharedComparison,
    encode_animation,
    encode_picture,
    side_by_side,
    split_at,
    sweep_frames,
    web_page,
    write_shared,
)

_FRAMES = 36
_FRAME_MS = 110
# Of the longer side of a picture; no smaller than in the window.
_LABEL_SHARE, _LEAST_LABEL_PX = 1 / 90, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPhoto:
    """The photo in the viewer.

    Attributes:
        path: Its file.
        originals: Files that are never replaced.
        is_complete: Whether all of the result is there, and not only what is in view.
    """

    path: Path
    originals: Sequence[Path]
    is_complete: bool


class ShareController(QObject):
    """Writes comparisons of the photo in the viewer.

    viewer ─► ShareDialog ─► name of the file ─► worker: read, compose, encode, write
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        session: SessionController,
        viewer: ImageCompare,
        photo: Callable[[], SharedPhoto | None],
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        """Share what ``viewer`` shows; ``photo`` returns the photo of the moment."""
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._errors = errors
        self._session = session
        self._viewer = viewer
        self._photo = photo
        self._runner = runner
        self._last = ShareRequest()

    @Slot()
    def start(self) -> None:
        """Ask what to make of the comparison."""
        photo, pictures = self._photo(), self._viewer.pictures
        if photo is None or pictures is None or pictures.after is None:
            self._window.show_status(self.tr("There is nothing to share yet"))
            return
        dialog = ShareDialog(self._last, can_be_whole=photo.is_complete)
        dialog.save_requested.connect(self._choose_name)
        self._dialogs.show(dialog)

    @Slot(object)
    def _choose_name(self, request: ShareRequest) -> None:
        photo, pictures = self._photo(), self._viewer.pictures
        if photo is None or pictures is None:
            return
        self._last = request
        folder = Path(self._session.last_folder or photo.path.parent)
        suggested = folder / f"{photo.path.stem}-{self.tr('comparison')}{request.suffix}"
        chosen = self._dialogs.choose_new_file(str(suggested))
        if chosen is None:
            return
        # The dialog has asked about a file of this name, not about one with a suffix added.
        path = chosen if chosen.suffix.lower() == request.suffix else _with_suffix(chosen, request)
        self._write(request, photo, pictures, path, may_replace=path == chosen)

    def _write(
        self,
        request: ShareRequest,
        photo: SharedPhoto,
        pictures: ComparedPictures,
        path: Path,
        *,
        may_replace: bool,
    ) -> None:
        view = self._viewer.view
        wanted = (whole_photo if request.is_whole else part_in_view)(view, pictures)
        share = self._share_of(wanted)
        comparison = self._composer(request, photo, wanted)
        texts = self._page_texts()

        def work(_report: Report, token: CancelToken) -> object:
            content = _encoded(comparison(), request, share=share, texts=texts, token=token)
            token.check()
            write_shared(content, path, originals=photo.originals, may_replace=may_replace)
            return path

        self._window.show_status(self.tr("Writing {name}\u2026").format(name=shown(path.name)))
        task = self._runner.create(work)
        task.succeeded.connect(self._on_written)
        task.failed.connect(lambda error: self._on_failed(error, path))
        task.start()

    def _composer(
        self, request: ShareRequest, photo: SharedPhoto, wanted: ViewPart
    ) -> Callable[[], SharedComparison]:
        """Return what reads the comparison on a worker; labels are drawn here, with Qt's fonts."""
        before, after = self._viewer.label_texts
        longest_px = request.kind.longest_px
        labels: tuple[NDArray[np.uint8] | None, NDArray[np.uint8] | None] = (None, None)
        if request.has_labels and request.kind is not ShareKind.PAGE:
            text_px = max(round(max(wanted.size(longest_px)) * _LABEL_SHARE), _LEAST_LABEL_PX)
            labels = (
                label_picture(before, text_px=text_px),
                label_picture(after, text_px=text_px),
            )

        def read() -> SharedComparison:
            pixels = read_part(wanted, longest_px)
            return SharedComparison(
                before=pixels[0],
                after=pixels[1],
                title=shown(photo.path.name),
                before_name=before,
                after_name=after,
                before_label=labels[0],
                after_label=labels[1],
            )

        return read

    def _share_of(self, wanted: ViewPart) -> float:
        """Return the part of the width left of the divider, of the picture that is written."""
        view = self._viewer.view
        if self._viewer.mode is not ViewerMode.SPLIT_VERTICAL:
            return 0.5
        x = view.view_width_px * self._viewer.handle.value() / STEPS
        column = view.to_output(x, 0)[0]
        return (column - wanted.part.left) / wanted.part.width

    def _page_texts(self) -> PageTexts:
        return PageTexts(
            language=QLocale().name().split("_")[0],
            slider=self.tr("Share of the picture that shows before"),
            actual=self.tr("Actual size"),
            footer=self.tr(
                "{size} pixels, made with {product}. This page loads nothing from the internet."
            ),
        )

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._window.show_status(
            self.tr("{name} was written").format(name=shown(path.name)), file=path
        )

    def _on_failed(self, error: Exception, path: Path) -> None:
        if isinstance(error, IncompletePartError):
            self._window.show_status(
                self.tr("What is in view is still being computed; try again in a moment")
            )
        elif isinstance(error, ValueError):
            self._window.show_status(self.tr("The photo was closed before it was written"))
        else:
            self._window.show_status("")
            self._errors.show_error(self.tr("The comparison could not be written"), error, path)


def _with_suffix(path: Path, request: ShareRequest) -> Path:
    return path.with_name(f"{path.name}{request.suffix}")


def _encoded(
    comparison: SharedComparison,
    request: ShareRequest,
    *,
    share: float,
    texts: PageTexts,
    token: CancelToken,
) -> bytes:
    match request.kind:
        case ShareKind.SIDE_BY_SIDE:
            return encode_picture(side_by_side(comparison), request.suffix)
        case ShareKind.SPLIT:
            return encode_picture(split_at(comparison, share), request.suffix)
        case ShareKind.ANIMATION:
            frames = sweep_frames(comparison, _FRAMES)
            return encode_animation(frames, request.suffix, frame_ms=_FRAME_MS, token=token)
        case ShareKind.PAGE:
            return web_page(comparison, share=share, texts=texts)
