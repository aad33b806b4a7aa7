"""Shows the window before anything that needs the engine is loaded."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QLibraryInfo, QLocale, QLoggingCategory, Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.state.resources import resource_path
from app.state.settings_store import SettingsStore
from app.state.state_problem import StateProblem
from app.state.theme import load_theme
from app.widgets.theming import ThemeService
from app.window.main_window import MainWindow
from app.window.session_file import Session

# The window takes the interpreter's lock often and briefly; the default makes it wait 5 ms.
_SWITCH_INTERVAL_S = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The app before the engine is loaded."""

    application: QApplication
    settings: SettingsStore
    theming: ThemeService
    window: MainWindow


def build_application() -> QApplication:
    """Return the application object, new or the one there is."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    # The engine reports what is wrong with a picture, once, in the window.
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false\nqt.gui.icc*=false")
    # There is one in tests; Qt allows no second one in a process.
    existing = QApplication.instance()
    application = (
        existing if isinstance(existing, QApplication) else QApplication(["mfagan-studio"])
    )
    application.setApplicationName("MFAGAN Studio")
    # Wayland finds the icon of a window by this name.
    application.setDesktopFileName("mfagan-studio")
    # The styles of the systems draw over what a style sheet says; Fusion does not.
    application.setStyle(QStyleFactory.create("Fusion"))
    return application


def build_shell(
    settings: SettingsStore, *, session: Session | None = None, is_shown: bool = True
) -> Shell:
    """Show the window as ``session`` left it, without anything that needs the engine."""
    application = build_application()
    # Before the window: texts are translated when they are set.
    install_translation(application, settings.text("appearance.language"))
    theming = ThemeService(application)
    apply_theme(theming, settings)
    follow_theme(application, theming, settings)
    window = MainWindow(theming)
    if session is not None:
        window.arrange(geometry=session.geometry, columns=session.columns)
    settings.writer.failed.connect(
        lambda path, reason: window.show_problem(
            StateProblem(kind="unsaved", path=path, reason=reason)
        )
    )
    if is_shown:
        window.show()
    return Shell(application=application, settings=settings, theming=theming, window=window)


def apply_theme(theming: ThemeService, settings: SettingsStore) -> None:
    """Apply the theme of the settings, or of the system if they say so."""
    wanted = settings.text("appearance.theme")
    if wanted == "system":
        is_light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        wanted = "light" if is_light else "dark"
    theming.apply(load_theme(wanted, text_scale=settings.number("appearance.text_scale") / 100))


def follow_theme(application: QApplication, theming: ThemeService, settings: SettingsStore) -> None:
    """Apply the theme again whenever the settings or the system change."""
    application.styleHints().colorSchemeChanged.connect(lambda _: apply_theme(theming, settings))
    settings.changed.connect(
        lambda key: apply_theme(theming, settings) if key.startswith("appearance.") else None
    )


def install_translation(application: QApplication, language: str) -> None:
    """Load the texts of a language: ``system`` or a code such as ``de``."""
    locale = QLocale.system() if language == "system" else QLocale(language)
    # Numbers and dates follow the language, not the system, where a language was chosen.
    QLocale.setDefault(locale)
    folders = {
        "mfagan-studio": str(resource_path("translations")),
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
    }
    # Qt's own texts, as in its file dialogs, come with PySide.
    for name, folder in folders.items():
        # The application owns it: Qt keeps no reference to a translator that is installed.
        translator = QTranslator(application)
        if translator.load(locale, name, "_", folder):
            application.installTranslator(translator)
