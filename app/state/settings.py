"""Every setting of the app, declared as data; the dialog and the store read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.state.translation import QT_TRANSLATE_NOOP

SettingValue = bool | int | float | str

SETTINGS_VERSION = 3
DIAL_LIMITS = (0.0, 1.0)
"""Lowest and highest value of the dials: restoration and fidelity."""
AUTOMATIC = -1.0
"""Stored for a dial whose value comes from each photo, or from the model."""
_LONGEST_TEXT = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One allowed value of a setting, and its label in the dialog."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of the app.

    Attributes:
        key: ``section.name``, never changed.
        label: English source text, translated in the context ``Settings``.
        help: One sentence, translated in the same context.
        choices: Allowed values of a text setting; empty means free text.
        minimum: Lower end of a number.
        maximum: Upper end of a number.
        unit: Shown after a number.
        is_folder: Whether the text is a folder that a dialog can choose.
        may_be_automatic: Whether a number may be `AUTOMATIC` in place of a value.
        is_in_dialog: False for what the inspector sets.
    """

    key: str
    type: type
    default: SettingValue
    label: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: float = 0
    maximum: float = 0
    unit: str = ""
    is_folder: bool = False
    may_be_automatic: bool = False
    is_in_dialog: bool = True

    def accepts(self, value: object) -> bool:
        """Return whether ``value`` is of the right type and in range."""
        if self.may_be_automatic and value == AUTOMATIC:
            return True
        # JSON writes 1.0 as 1 in some editors.
        if self.type is float and isinstance(value, int) and not isinstance(value, bool):
            return self.minimum <= value <= self.maximum
        if not isinstance(value, self.type) or (isinstance(value, bool) and self.type is not bool):
            return False
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.minimum <= value <= self.maximum
        if isinstance(value, str):
            return self._accepts_text(value)
        return True

    def _accepts_text(self, text: str) -> bool:
        # No file name contains a NUL, and no text field gives a longer text.
        if "\0" in text or len(text) > _LONGEST_TEXT:
            return False
        if self.is_folder:
            return not text or Path(text).is_absolute()
        return not self.choices or text in {choice.value for choice in self.choices}


SECTIONS: tuple[tuple[str, str], ...] = (
    ("appearance", QT_TRANSLATE_NOOP("Settings", "Appearance")),
    ("viewer", QT_TRANSLATE_NOOP("Settings", "Viewer")),
    ("output", QT_TRANSLATE_NOOP("Settings", "Output")),
    ("processing", QT_TRANSLATE_NOOP("Settings", "Processing")),
    ("presentation", QT_TRANSLATE_NOOP("Settings", "Presentation")),
    ("keyboard", QT_TRANSLATE_NOOP("Settings", "Keyboard")),
)
"""Sections of the dialog, in order: prefix of the keys, title."""

SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="appearance.theme",
        type=str,
        default="system",
        label=QT_TRANSLATE_NOOP("Settings", "Theme"),
        help=QT_TRANSLATE_NOOP("Settings", "Neutral grays leave the colors to the photo."),
        choices=(
            Choice(value="system", label=QT_TRANSLATE_NOOP("Settings", "Follow the system")),
            Choice(value="dark", label=QT_TRANSLATE_NOOP("Settings", "Dark")),
            Choice(value="light", label=QT_TRANSLATE_NOOP("Settings", "Light")),
        ),
    ),
    Setting(
        key="appearance.text_scale",
        type=int,
        default=100,
        minimum=100,
        maximum=200,
        unit="%",
        label=QT_TRANSLATE_NOOP("Settings", "Text size"),
        help=QT_TRANSLATE_NOOP("Settings", "Larger text everywhere except inside photos."),
    ),
    Setting(
        key="appearance.language",
        type=str,
        default="system",
        label=QT_TRANSLATE_NOOP("Settings", "Language"),
        help=QT_TRANSLATE_NOOP("Settings", "Takes effect at the next start."),
        choices=(
            Choice(value="system", label=QT_TRANSLATE_NOOP("Settings", "Follow the system")),
            Choice(value="en", label="English"),
            Choice(value="de", label="Deutsch"),
        ),
    ),
    Setting(
        key="viewer.before",
        type=str,
        default="bicubic",
        label=QT_TRANSLATE_NOOP("Settings", "“Before” is shown as"),
        help=QT_TRANSLATE_NOOP("Settings", "How the original is enlarged for the comparison."),
        choices=(
            Choice(value="bicubic", label=QT_TRANSLATE_NOOP("Settings", "Bicubic enlargement")),
            Choice(value="nearest", label=QT_TRANSLATE_NOOP("Settings", "Original pixels")),
        ),
    ),
    Setting(
        key="viewer.blink_ms",
        type=int,
        default=400,
        minimum=150,
        maximum=2000,
        unit="ms",
        label=QT_TRANSLATE_NOOP("Settings", "Blink interval"),
        help=QT_TRANSLATE_NOOP("Settings", "How long each side stays while blinking."),
    ),
    Setting(
        key="viewer.difference_gain",
        type=int,
        default=4,
        minimum=1,
        maximum=32,
        unit="\u00d7",
        label=QT_TRANSLATE_NOOP("Settings", "Difference gain"),
        help=QT_TRANSLATE_NOOP("Settings", "How much the difference map amplifies."),
    ),
    Setting(
        key="viewer.cache_mb",
        type=int,
        default=256,
        minimum=64,
        maximum=4096,
        unit="MB",
        label=QT_TRANSLATE_NOOP("Settings", "Viewer memory"),
        help=QT_TRANSLATE_NOOP(
            "Settings", "Memory limit for picture tiles that are ready to draw."
        ),
    ),
    Setting(
        key="output.folder",
        type=str,
        default="",
        is_folder=True,
        label=QT_TRANSLATE_NOOP("Settings", "Output folder"),
        help=QT_TRANSLATE_NOOP("Settings", "Empty means a folder “upscaled” beside each photo."),
    ),
    Setting(
        key="output.format",
        type=str,
        default="same",
        label=QT_TRANSLATE_NOOP("Settings", "Format"),
        help=QT_TRANSLATE_NOOP("Settings", "PNG and TIFF keep every value of 16-bit photos."),
        choices=(
            Choice(value="same", label=QT_TRANSLATE_NOOP("Settings", "Same as the photo")),
            Choice(value="jpeg", label="JPEG"),
            Choice(value="png", label="PNG"),
            Choice(value="tiff", label="TIFF"),
            Choice(value="webp", label="WebP"),
            Choice(value="avif", label="AVIF"),
        ),
    ),
    Setting(
        key="output.quality",
        type=int,
        default=92,
        minimum=1,
        maximum=100,
        label=QT_TRANSLATE_NOOP("Settings", "Quality"),
        help=QT_TRANSLATE_NOOP("Settings", "For JPEG, WebP and AVIF."),
    ),
    Setting(
        key="output.name_template",
        type=str,
        default="{name}_{model}_x{scale}",
        label=QT_TRANSLATE_NOOP("Settings", "File name"),
        help=QT_TRANSLATE_NOOP(
            "Settings", "Fields: {name} {model} {scale} {width} {height} {date}."
        ),
    ),
    Setting(
        key="output.collision",
        type=str,
        default="number",
        label=QT_TRANSLATE_NOOP("Settings", "If the file exists"),
        help=QT_TRANSLATE_NOOP("Settings", "Files are replaced only if you choose it here."),
        choices=(
            Choice(value="number", label=QT_TRANSLATE_NOOP("Settings", "Add a number")),
            Choice(value="skip", label=QT_TRANSLATE_NOOP("Settings", "Skip the photo")),
            Choice(value="replace", label=QT_TRANSLATE_NOOP("Settings", "Replace the file")),
        ),
    ),
    Setting(
        key="output.keep_metadata",
        type=bool,
        default=True,
        label=QT_TRANSLATE_NOOP("Settings", "Keep EXIF, XMP and IPTC"),
        help=QT_TRANSLATE_NOOP("Settings", "Turn off before sharing photos with strangers."),
    ),
    Setting(
        key="processing.preview",
        type=bool,
        default=True,
        label=QT_TRANSLATE_NOOP("Settings", "Preview what is in view"),
        help=QT_TRANSLATE_NOOP(
            "Settings", "Upscales the visible part at once; no file is written."
        ),
    ),
    Setting(
        key="processing.model",
        type=str,
        default="",
        label="Model",
        is_in_dialog=False,
    ),
    Setting(
        key="processing.restoration",
        type=float,
        default=AUTOMATIC,
        minimum=DIAL_LIMITS[0],
        maximum=DIAL_LIMITS[1],
        may_be_automatic=True,
        label="Restoration",
        is_in_dialog=False,
    ),
    Setting(
        key="processing.fidelity",
        type=float,
        default=AUTOMATIC,
        minimum=DIAL_LIMITS[0],
        maximum=DIAL_LIMITS[1],
        may_be_automatic=True,
        label="Fidelity",
        is_in_dialog=False,
    ),
    Setting(
        key="processing.back_projection",
        type=bool,
        default=False,
        label=QT_TRANSLATE_NOOP("Settings", "Match the original exactly"),
        help=QT_TRANSLATE_NOOP(
            "Settings", "Corrects the result until downscaling it reproduces the photo."
        ),
    ),
    Setting(
        key="processing.device",
        type=str,
        default="auto",
        label=QT_TRANSLATE_NOOP("Settings", "Device"),
        help=QT_TRANSLATE_NOOP("Settings", "The status bar shows the device in use."),
        choices=(
            Choice(value="auto", label=QT_TRANSLATE_NOOP("Settings", "Automatic")),
            Choice(value="cpu", label="CPU"),
            Choice(value="cuda", label="NVIDIA CUDA"),
            Choice(value="directml", label="DirectML"),
            Choice(value="coreml", label="Core ML"),
            Choice(value="openvino", label="OpenVINO"),
            Choice(value="qnn", label="Qualcomm QNN"),
        ),
    ),
    Setting(
        key="presentation.sweep_s",
        type=int,
        default=6,
        minimum=2,
        maximum=30,
        unit="s",
        label=QT_TRANSLATE_NOOP("Settings", "Sweep duration"),
        help=QT_TRANSLATE_NOOP("Settings", "Time for the slider to cross the photo and return."),
    ),
    Setting(
        key="presentation.loop",
        type=bool,
        default=True,
        label=QT_TRANSLATE_NOOP("Settings", "Start again after the last photo"),
    ),
    Setting(
        key="keyboard.shortcuts",
        type=str,
        default="",
        label="Shortcuts",
        is_in_dialog=False,
    ),
)

SETTING_BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}

Migration = Callable[[dict[str, object]], dict[str, object]]


def _name_the_theme_by_a_choice(values: dict[str, object]) -> dict[str, object]:
    # Version 1 had one switch, `appearance.dark`.
    migrated = dict(values)
    is_dark = migrated.pop("appearance.dark", None)
    if isinstance(is_dark, bool):
        migrated["appearance.theme"] = "dark" if is_dark else "light"
    return migrated


def _measure_fidelity_by_weights(values: dict[str, object]) -> dict[str, object]:
    # Version 2 always stored a fidelity. 1 was its default, so that only other values were chosen.
    migrated = dict(values)
    fidelity = migrated.get("processing.fidelity")
    if isinstance(fidelity, (int, float)) and not isinstance(fidelity, bool):
        if fidelity == 1:
            del migrated["processing.fidelity"]
        elif 0 <= fidelity < 1:
            migrated["processing.fidelity"] = fidelity_of_pictures(fidelity)
    return migrated


def fidelity_of_pictures(share: float) -> float:
    """Return the fidelity that looks like ``share`` did when two pictures were blended.

    Since then the weights of one network are mixed; the exponent was measured
    (``docs/decisions/0018-restoration-dial.md``). 0 and 1 stay what they were.
    """
    return round(float(share**1.6), 2)


MIGRATIONS: Mapping[int, Migration] = {
    1: _name_the_theme_by_a_choice,
    2: _measure_fidelity_by_weights,
}
"""By version: the function that turns its values into those of the next version."""


def migrate(values: dict[str, object], version: int) -> dict[str, object]:
    """Bring ``values`` of an older ``version`` to `SETTINGS_VERSION`."""
    for step in range(version, SETTINGS_VERSION):
        values = MIGRATIONS[step](values)
    return values


def defaults() -> dict[str, SettingValue]:
    """Return the default of every setting by key."""
    return {setting.key: setting.default for setting in SETTINGS}
