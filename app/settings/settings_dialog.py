"""The settings dialog, built from the table in `app/state/settings.py`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.settings.shortcuts_page import ShortcutsPage
from app.state.settings import SECTIONS, SETTINGS, Setting, SettingValue
from app.state.settings_store import SettingsStore
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX, SPACE_XS_PX
from app.widgets.controls import padded, text_label

_FIELD_WIDTH_PX = 240
_SECTIONS_WIDTH_PX = 180
_SIZE = QSize(780, 520)
_TEXT_GROWTH = 0.6
_SHORTCUTS = "keyboard.shortcuts"


class SettingsDialog(QDialog):
    """One page per section. Changes apply immediately.

    Signals:
        value_requested: Key and value that the user asks for.
        reset_requested: Restore the default of every setting.
        folder_requested: Key of the folder that the user wants to choose in a dialog.
    """

    value_requested = Signal(str, object)
    reset_requested = Signal()
    folder_requested = Signal(str)

    def __init__(
        self,
        store: SettingsStore,
        *,
        devices: frozenset[str],
        shortcuts: ShortcutsPage,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._store = store
        self._devices = devices
        self._shortcuts = shortcuts
        self._show: dict[str, Callable[[], None]] = {}
        self._sized_fields: list[QWidget] = []
        self.fields: dict[str, QWidget] = {}
        self.sections = QListWidget()
        self.sections.setObjectName("sections")
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sections.setAccessibleName(self.tr("Sections"))
        self._pages = QStackedWidget()
        # Sections and rows come from the table of settings, in its order.
        for prefix, title in SECTIONS:
            shown = QCoreApplication.translate("Settings", title)
            self.sections.addItem(shown)
            self._pages.addWidget(self._build_page(prefix, shown))
        self.sections.currentRowChanged.connect(self._pages.setCurrentIndex)
        self.sections.setCurrentRow(0)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.sections)
        right = QVBoxLayout()
        right.addWidget(self._pages, 1)
        right.addLayout(self._build_buttons())
        body.addLayout(right, 1)
        body.setContentsMargins(0, 0, 0, 0)
        self.setLayout(body)
        store.changed.connect(self._on_changed)
        self._fit_text()

    def _build_page(self, prefix: str, title: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_XL_PX, SPACE_L_PX, SPACE_XL_PX, SPACE_L_PX)
        column.setSpacing(SPACE_L_PX)
        column.addWidget(text_label(title, role="headline"))
        for setting in SETTINGS:
            if setting.is_in_dialog and setting.key.startswith(f"{prefix}."):
                column.addWidget(self._build_row(setting))
        if prefix == _SHORTCUTS.partition(".")[0]:
            column.addWidget(self._shortcuts, 1)
            self.fields[_SHORTCUTS] = self._shortcuts
            # A table of keys, too large for a row: it has the page to itself.
            self._show[_SHORTCUTS] = self._show_shortcuts
        else:
            column.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll

    def _build_row(self, setting: Setting) -> QWidget:
        label = QCoreApplication.translate("Settings", setting.label)
        field = self._build_field(setting, label)
        field.setAccessibleName(label)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L_PX)
        words = QVBoxLayout()
        words.setSpacing(SPACE_XS_PX)
        # A check box has its label beside it; the other fields are named to the left.
        if not isinstance(field, QCheckBox):
            name = text_label(label)
            name.setBuddy(field)
            words.addWidget(name)
        else:
            words.addWidget(field)
        if setting.help:
            text = QCoreApplication.translate("Settings", setting.help)
            field.setAccessibleDescription(text)
            words.addWidget(text_label(text, role="caption", wraps=True))
        layout.addLayout(words, 1)
        if not isinstance(field, QCheckBox):
            layout.addWidget(self._with_button(setting, field), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _with_button(self, setting: Setting, field: QWidget) -> QWidget:
        self._sized_fields.append(field)
        if not setting.is_folder:
            return field
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(field)
        choose = QPushButton(self.tr("Choose a folder\u2026"))
        choose.clicked.connect(lambda: self.folder_requested.emit(setting.key))
        layout.addWidget(choose)
        return column

    def _build_field(self, setting: Setting, label: str) -> QWidget:
        if setting.type is bool:
            return self._build_check(setting, label)
        if setting.choices:
            return self._build_choices(setting)
        if setting.type is int:
            return self._build_number(setting)
        return self._build_text(setting)

    def _build_check(self, setting: Setting, label: str) -> QCheckBox:
        box = QCheckBox(label)
        self._register(setting, box, lambda: box.setChecked(self._store.is_on(setting.key)))
        box.toggled.connect(lambda is_on: self._request(setting, is_on))
        return box

    def _build_choices(self, setting: Setting) -> QComboBox:
        box = QComboBox()
        for choice in setting.choices:
            # A device of another computer stays in the settings file, but is not offered.
            is_absent = setting.key == "processing.device" and choice.value not in self._devices
            if not is_absent or choice.value == "auto":
                box.addItem(QCoreApplication.translate("Settings", choice.label), choice.value)
        self._register(
            setting,
            box,
            lambda: box.setCurrentIndex(box.findData(self._store.text(setting.key))),
        )
        box.currentIndexChanged.connect(lambda _index: self._request(setting, box.currentData()))
        return box

    def _build_number(self, setting: Setting) -> QSpinBox:
        box = padded(QSpinBox())
        box.setRange(int(setting.minimum), int(setting.maximum))
        # Only the finished number is a value: the 1 of a 100 is not meant.
        box.setKeyboardTracking(False)
        box.setSuffix(f" {setting.unit}" if setting.unit else "")
        self._register(setting, box, lambda: box.setValue(self._store.number(setting.key)))
        box.valueChanged.connect(lambda value: self._request(setting, value))
        return box

    def _build_text(self, setting: Setting) -> QLineEdit:
        line = QLineEdit()
        self._register(setting, line, lambda: line.setText(self._store.text(setting.key)))
        # A template that is half typed would be refused with each letter.
        line.editingFinished.connect(lambda: self._request(setting, line.text().strip()))
        return line

    def _register(self, setting: Setting, field: QWidget, show: Callable[[], None]) -> None:
        self.fields[setting.key] = field
        self._show[setting.key] = show
        show()

    def _request(self, setting: Setting, value: SettingValue) -> None:
        # Fields report what the store has just set in them, too.
        if setting.accepts(value) and value != self._store.value(setting.key):
            self.value_requested.emit(setting.key, value)

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_XL_PX, SPACE_M_PX, SPACE_XL_PX, SPACE_L_PX)
        self.reset = QPushButton(self.tr("Reset all"))
        self.reset.clicked.connect(self.reset_requested)
        row.addWidget(self.reset)
        row.addStretch()
        close = QPushButton(self.tr("Done"))
        close.setProperty("role", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        return row

    def _fit_text(self) -> None:
        """Fit columns and dialog to the size of the text."""
        # Icons and margins do not grow: the dialog needs less than the text.
        growth = 1 + (self._store.number("appearance.text_scale") / 100 - 1) * _TEXT_GROWTH
        self.sections.setFixedWidth(round(_SECTIONS_WIDTH_PX * growth))
        for field in self._sized_fields:
            field.setFixedWidth(round(_FIELD_WIDTH_PX * growth))
        self.resize(_SIZE * growth)

    def _show_shortcuts(self) -> None:
        self._shortcuts.show_setting(self._store.text(_SHORTCUTS))

    @Slot(str)
    def _on_changed(self, key: str) -> None:
        if key == "appearance.text_scale":
            self._fit_text()
        # A setting may also change elsewhere, as the theme does by its button.
        if key in self._show:
            self._show[key]()
