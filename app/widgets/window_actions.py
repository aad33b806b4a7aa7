"""Every command of the window, as data: name, text, keys, menu."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence

RUN_COMMANDS = frozenset({"new_run", "open_run"})
"""Commands of pages that show runs; the page of photos does not have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """One command.

    Attributes:
        name: Its key in code.
        menu: Title of its menu.
        text: What the menu shows.
        keys: Its shortcuts; the first one is shown.
        icon: Name of its icon, if it has one.
        needs_photo: Whether the page of photos disables it without a photo.
        begins_group: Whether a separator is above it.
        role: Where macOS puts it.
    """

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs_photo: bool = False
    begins_group: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole


def plain_text(action: QAction) -> str:
    """Return the text of a command without the "&" and "…" of menus."""
    return action.text().replace("&", "").rstrip("\u2026")


def tip_text(text: str, action: QAction) -> str:
    """Return ``text`` followed by the key of a command, if it has one."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({key})" if key else text


def build_action_specs() -> tuple[ActionSpec, ...]:
    """Return the commands in the order of the menus, in the language of the app."""
    return (*_file_specs(), *_view_specs(), *_model_specs(), *_queue_specs(), *_help_specs())


def _file_specs() -> tuple[ActionSpec, ...]:
    menu = QCoreApplication.translate("WindowActions", "&File")
    return (
        ActionSpec(
            name="open",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Open photos\u2026"),
            keys=("Ctrl+O",),
            icon="open",
        ),
        ActionSpec(
            name="open_folder",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Add a &folder to the queue\u2026"),
            keys=("Ctrl+Shift+O",),
            icon="folder",
        ),
        ActionSpec(
            name="paste",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Paste a photo"),
            keys=("Ctrl+V",),
            icon="paste",
        ),
        ActionSpec(
            name="new_run",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&New run\u2026"),
            keys=("Ctrl+N",),
            icon="plus",
            begins_group=True,
        ),
        ActionSpec(
            name="open_run",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Open a &run folder\u2026"),
            keys=("Ctrl+Shift+N",),
            icon="folder",
        ),
        ActionSpec(
            name="upscale",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Upscale"),
            keys=("Ctrl+Return",),
            icon="upscale",
            needs_photo=True,
            begins_group=True,
        ),
        ActionSpec(
            name="enqueue",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Add to &queue"),
            keys=("Ctrl+E",),
            icon="queue",
            needs_photo=True,
        ),
        ActionSpec(
            name="share",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "S&hare the comparison\u2026"),
            keys=("Ctrl+Shift+S",),
            icon="share",
            needs_photo=True,
        ),
        ActionSpec(
            name="close_photo",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Close photo"),
            keys=("Ctrl+W",),
            needs_photo=True,
            begins_group=True,
        ),
        ActionSpec(
            name="settings",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Settings\u2026"),
            keys=("Ctrl+,",),
            icon="settings",
            role=QAction.MenuRole.PreferencesRole,
        ),
        ActionSpec(
            name="quit",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Qu&it"),
            keys=("Ctrl+Q",),
            role=QAction.MenuRole.QuitRole,
        ),
    )


def _view_specs() -> tuple[ActionSpec, ...]:
    menu = QCoreApplication.translate("WindowActions", "&View")
    modes = (
        (
            "split-vertical",
            QCoreApplication.translate("WindowActions", "Split &left and right"),
            ("S",),
        ),
        (
            "split-horizontal",
            QCoreApplication.translate("WindowActions", "Split &top and bottom"),
            ("H",),
        ),
        ("side-by-side", QCoreApplication.translate("WindowActions", "&Side by side"), ("T",)),
        ("flip", QCoreApplication.translate("WindowActions", "&Flip in place"), ()),
        ("blink", QCoreApplication.translate("WindowActions", "&Blink"), ("B",)),
        ("difference", QCoreApplication.translate("WindowActions", "&Difference map"), ("D",)),
        ("loupe", QCoreApplication.translate("WindowActions", "L&oupe"), ("L",)),
    )
    zooms = (
        ("fit", QCoreApplication.translate("WindowActions", "Fit to &window"), ("F", "Ctrl+0")),
        (
            "actual-size",
            QCoreApplication.translate("WindowActions", "&100 % in screen pixels"),
            ("Ctrl+1",),
        ),
        ("double-size", QCoreApplication.translate("WindowActions", "&200 %"), ("Ctrl+2",)),
        ("zoom-in", QCoreApplication.translate("WindowActions", "Zoom &in"), ("+", "=", "Ctrl++")),
        ("zoom-out", QCoreApplication.translate("WindowActions", "Zoom o&ut"), ("-", "Ctrl+-")),
    )
    window = (
        (
            "before",
            QCoreApplication.translate("WindowActions", "Before as original pi&xels"),
            ("N",),
            "",
        ),
        (
            "inspector",
            QCoreApplication.translate("WindowActions", "Show the i&nspector"),
            ("Ctrl+I",),
            "panel",
        ),
        (
            "queue",
            QCoreApplication.translate("WindowActions", "Show the &queue"),
            ("Ctrl+U",),
            "queue",
        ),
        (
            "theme",
            QCoreApplication.translate("WindowActions", "Light or dar&k"),
            ("Ctrl+Shift+L",),
            "sun",
        ),
        (
            "present",
            QCoreApplication.translate("WindowActions", "&Presentation"),
            ("F5",),
            "present",
        ),
        (
            "add_to_story",
            QCoreApplication.translate("WindowActions", "&Add to the story"),
            ("Ctrl+Shift+A",),
            "plus",
        ),
        ("story", QCoreApplication.translate("WindowActions", "Stor&y\u2026"), ("Ctrl+F5",), ""),
        ("full_screen", QCoreApplication.translate("WindowActions", "Full scr&een"), ("F11",), ""),
    )
    specs = [
        ActionSpec(
            name=name,
            menu=menu,
            text=text,
            keys=keys,
            icon=name if name != "double-size" else "",
            needs_photo=True,
            begins_group=name == "fit",
        )
        for name, text, keys in (*modes, *zooms)
    ]
    specs += [
        ActionSpec(
            name=name,
            menu=menu,
            text=text,
            keys=keys,
            icon=icon,
            # Panels and the theme can be changed without a photo.
            needs_photo=name in {"before", "add_to_story"},
            begins_group=name == "before",
        )
        for name, text, keys, icon in window
    ]
    return tuple(specs)


def _model_specs() -> tuple[ActionSpec, ...]:
    menu = QCoreApplication.translate("WindowActions", "&Model")
    numbered = tuple(
        ActionSpec(
            name=f"model-{number}",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Model {number}").format(
                number=number
            ),
            keys=(str(number),),
        )
        # The names come with the catalog; until then a number stands for each.
        for number in range(1, 10)
    )
    return (
        *numbered,
        ActionSpec(
            name="next_model",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Next model"),
            keys=("M",),
            begins_group=True,
        ),
        ActionSpec(
            name="previous_model",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "P&revious model"),
            keys=("Shift+M",),
        ),
        ActionSpec(
            name="preview",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Back to &preview"),
            keys=("P",),
            needs_photo=True,
            begins_group=True,
        ),
        ActionSpec(
            name="import_model",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Import a network\u2026"),
            icon="model",
        ),
    )


def _queue_specs() -> tuple[ActionSpec, ...]:
    menu = QCoreApplication.translate("WindowActions", "&Queue")
    return (
        ActionSpec(
            name="queue_start",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Start or resume"),
            keys=("Ctrl+R",),
            icon="play",
        ),
        ActionSpec(
            name="queue_pause",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Pause"),
            keys=("Ctrl+P",),
            icon="pause",
        ),
        ActionSpec(
            name="queue_cancel",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Cancel all"),
            keys=("Ctrl+.",),
            icon="cancel",
        ),
        ActionSpec(
            name="queue_retry",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Retry failed"),
            keys=("Ctrl+Shift+R",),
            icon="retry",
        ),
        ActionSpec(
            name="queue_clear",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "Remove &finished"),
            icon="remove",
        ),
    )


def _help_specs() -> tuple[ActionSpec, ...]:
    menu = QCoreApplication.translate("WindowActions", "&Help")
    return (
        ActionSpec(
            name="shortcuts",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&Keyboard"),
            keys=("F1", "?"),
            icon="keyboard",
        ),
        ActionSpec(
            name="about",
            menu=menu,
            text=QCoreApplication.translate("WindowActions", "&About MFAGAN Studio"),
            icon="info",
            role=QAction.MenuRole.AboutRole,
        ),
    )
