"""Shows errors to the user, with the details for a bug report."""

from __future__ import annotations

from pathlib import Path

from app.services.engine_texts import error_text
from app.services.error_report import error_report
from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.widgets.message_dialog import MessageDialog
from app.widgets.theming import ThemeService


class ErrorDialogs:
    """Dialogs that do not stop the work."""

    def __init__(self, *, dialogs: Dialogs, theming: ThemeService, settings: SettingsStore) -> None:
        self._dialogs = dialogs
        self._theming = theming
        self._settings = settings

    def show(self, title: str, text: str, details: str) -> None:
        """Show what went wrong, and what to do about it."""
        self._dialogs.show(MessageDialog(self._theming, title=title, text=text, details=details))

    def show_error(self, title: str, error: Exception, path: Path | None = None) -> None:
        """Show ``error``, met with the file ``path``, in the language of the app."""
        self.show(title, error_text(error), self.report(error, path))

    def report(self, error: BaseException, path: Path | None = None) -> str:
        """Return the details of ``error`` for a bug report."""
        # Many errors of networks happen on one kind of device only.
        device = self._settings.text("processing.device")
        return error_report(error, path=path, device=device)
