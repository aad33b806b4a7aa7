"""Shows the blind test over a page, and ends it with the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.judging.blind_test_dialog import BlindTestDialog
from app.judging.crop_renderer import CropRenderer, Enlarger
from app.judging.judged import JudgedModel
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.empty_state import sample_paths
from app.window.session_controller import SessionController
from engine.api import CancelToken, Photo, judging_folder


class BlindTests(QObject):
    """Makes the dialog for a page whose models an `Enlarger` knows.

    Signals:
        model_chosen: Id of a model of the ranking that the user wants to see.
    """

    model_chosen = Signal(str)

    def __init__(
        self,
        *,
        window: QWidget,
        dialogs: Dialogs,
        theming: ThemeService,
        session: SessionController,
        open_photo: Callable[[Path, CancelToken], Photo],
        enlarger: Enlarger,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._theming = theming
        self._session = session
        self._open_photo = open_photo
        self._enlarger = enlarger
        self._shown: BlindTestDialog | None = None

    def start(
        self,
        run: Path | None,
        models: Sequence[JudgedModel],
        *,
        chosen: Sequence[str] = (),
        photo: Path | None = None,
    ) -> BlindTestDialog:
        """Show the dialog.

        Args:
            run: Run folder whose candidates are compared; None for models of the catalog.
            models: What can be compared; each source is a `JudgedSource`.
            chosen: Ids that are checked at first; without any, as many as can be compared.
            photo: The photo of the page, offered before the samples.
        """
        renderer = CropRenderer(self._open_photo, self._enlarger)
        photos = [*([] if photo is None else [photo]), *sample_paths()]
        dialog = BlindTestDialog(
            folder=judging_folder(run),
            models=models,
            chosen=chosen,
            photos=photos,
            render=renderer,
            choose_photos=lambda: self._dialogs.choose_photos(self._session.last_folder),
            theming=self._theming,
        )
        # As large as the window: the pictures need the room, and nothing behind them is needed.
        dialog.resize(self._window.size())
        dialog.model_chosen.connect(self.model_chosen)
        # Its worker has ended by then: nothing is rendered any more.
        dialog.finished.connect(renderer.close)
        dialog.finished.connect(self._forget)
        self._shown = dialog
        self._dialogs.show(dialog)
        return dialog

    def shut_down(self) -> None:
        """Close the dialog, if one is shown; the answers are kept."""
        if self._shown is not None:
            self._shown.close()

    def _forget(self) -> None:
        self._shown = None
