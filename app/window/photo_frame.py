"""The frame of the first page: it is shown before the engine is loaded, and filled later.

┌───────────────────────────┬───────────┐
│ empty page, later viewer  │ inspector │
├───────────────────────────┤           │
│ queue                     │           │
└───────────────────────────┴───────────┘
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.widgets.theming import ThemeService
from app.window.empty_state import EmptyState

INSPECTOR_WIDTH_PX = 312
WIDEST_INSPECTOR_PX = 520


class PhotoFrame(QSplitter):
    """Two columns: viewer with the queue below, and the inspector.

    Attributes:
        empty: What is shown while no photo is open.

    Signals:
        panels_changed: The inspector or the queue was shown or hidden.
    """

    panels_changed = Signal()

    def __init__(self, theming: ThemeService, *, width_px: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theming = theming
        self._queue: QWidget | None = None
        self.empty = EmptyState(theming)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        left = QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(0)
        self._left.addWidget(self._stack, 1)
        self._inspector_panel = QFrame()
        self._inspector_panel.setObjectName("inspector")
        self._inspector_layout = QVBoxLayout(self._inspector_panel)
        self._inspector_layout.setContentsMargins(0, 0, 0, 0)
        self.setHandleWidth(1)
        # Dragging must not hide the inspector: there is a command for that.
        self.setChildrenCollapsible(False)
        self.addWidget(left)
        self.addWidget(self._inspector_panel)
        # A wider window gives its space to the photo.
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setSizes([width_px - INSPECTOR_WIDTH_PX, INSPECTOR_WIDTH_PX])
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def install(self, *, viewer: QWidget, inspector: QWidget, queue: QWidget) -> None:
        """Add the panels that need the engine."""
        self._stack.addWidget(viewer)
        self._inspector_layout.addWidget(inspector)
        # The queue takes the height of its rows; the viewer above takes the rest.
        queue.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._left.addWidget(queue)
        # At once: the menus ask right away whether it is visible.
        queue.show()
        self._queue = queue

    def show_viewer(self, *, has_photo: bool) -> None:
        """Show the viewer, or the empty page while there is no photo."""
        self._stack.setCurrentIndex(1 if has_photo else 0)

    @property
    def has_photo(self) -> bool:
        """Whether the viewer is shown."""
        return self._stack.currentWidget() is not self.empty

    def has_panel(self, name: str) -> bool:
        """Return whether the ``inspector`` or the ``queue`` is shown."""
        panel = self._panel(name)
        return panel is not None and not panel.isHidden()

    def toggle_panel(self, name: str) -> None:
        """Show or hide the ``inspector`` or the ``queue``."""
        panel = self._panel(name)
        if panel is not None:
            panel.setVisible(panel.isHidden())
            self.panels_changed.emit()

    def columns_text(self) -> str:
        """Return the widths of the columns as text, for the next start."""
        return bytes(self.saveState().toBase64().data()).decode("ascii")

    def restore_columns(self, text: str) -> None:
        """Take the widths of ``columns_text``; text that is not one changes nothing."""
        self.restoreState(QByteArray.fromBase64(text.encode("ascii", "ignore")))

    def _panel(self, name: str) -> QWidget | None:
        return self._inspector_panel if name == "inspector" else self._queue

    @Slot()
    def _on_theme_changed(self) -> None:
        # Controls beside large text grow more slowly than the text: they keep their margins.
        scale = 1 + (self._theming.theme.text_scale - 1) * 0.8
        self._inspector_panel.setMinimumWidth(round(INSPECTOR_WIDTH_PX * scale))
        self._inspector_panel.setMaximumWidth(round(WIDEST_INSPECTOR_PX * scale))
