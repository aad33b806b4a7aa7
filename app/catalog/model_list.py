"""The list of models with its search, filter and order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.catalog.model_delegate import ROW_ROLE, ModelDelegate
from app.catalog.model_rows import ModelFilter, ModelRow, ModelSort, selected_rows
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX
from app.widgets.compare.compare_grid import MOST_PANES
from app.widgets.controls import Segments, text_label
from app.widgets.theming import ThemeService


class ModelList(QFrame):
    """Shows the rows that match; several can be marked to be compared.

    Signals:
        chosen: Key of the row whose details are to be shown, empty for none.
        compare_requested: Keys of the marked models.
        import_requested: Add a network.
        mark_refused: One more model was to be marked than can be compared.
    """

    chosen = Signal(str)
    compare_requested = Signal(list)
    import_requested = Signal()
    mark_refused = Signal()

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chrome")
        self._rows: tuple[ModelRow, ...] = ()
        self._marked: list[str] = []
        self._items = QStandardItemModel(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search models"))
        self.search.setAccessibleName(self.tr("Search models"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.filter = self._build_filter()
        self.sort = self._build_sort()
        self.list = self._build_list(theming)
        nothing = text_label(
            self.tr("No model matches the search"), role="secondary", wraps=True, is_centered=True
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(nothing)
        self.compare = QPushButton()
        self.compare.setProperty("role", "primary")
        self.compare.clicked.connect(lambda: self.compare_requested.emit(self.marked))
        self.add = QPushButton(self.tr("Import a network\u2026"))
        self.add.clicked.connect(self.import_requested)
        order = QHBoxLayout()
        order.setSpacing(SPACE_S_PX)
        order.addWidget(self.filter, 1)
        order.addWidget(self.sort)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_M_PX)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(self.search)
        layout.addLayout(order)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.compare)
        layout.addWidget(self.add)
        self._show_marks()

    @property
    def marked(self) -> list[str]:
        """Keys of the models that are marked to be compared, in the order they were marked."""
        return list(self._marked)

    @property
    def current(self) -> str:
        """Key of the row whose details are shown, empty for none."""
        return _key(self.list.currentIndex())

    def shown_keys(self) -> list[str]:
        """Return the keys of the rows that are shown, in their order."""
        return [_key(self._items.index(n, 0)) for n in range(self._items.rowCount())]

    def show_rows(self, rows: Sequence[ModelRow]) -> None:
        """Show another catalog; the current row and the marks are kept where they still exist."""
        self._rows = tuple(rows)
        usable = {row.key for row in rows if row.card is not None}
        self._marked = [key for key in self._marked if key in usable]
        self._fill()

    def select(self, key: str) -> None:
        """Make a row the current one, if it is shown."""
        keys = self.shown_keys()
        if key in keys:
            self.list.setCurrentIndex(self._items.index(keys.index(key), 0))

    @Slot(str)
    def toggle_mark(self, key: str) -> None:
        """Mark a model to be compared, or take its mark away."""
        if key in self._marked:
            self._marked.remove(key)
        elif len(self._marked) < MOST_PANES:
            self._marked.append(key)
        else:
            self.mark_refused.emit()
        self._show_marks()

    def _build_filter(self) -> Segments:
        names = {
            ModelFilter.ALL: self.tr("All"),
            ModelFilter.SHIPPED: self.tr("Included"),
            ModelFilter.OWN: self.tr("Imported"),
        }
        filters = Segments()
        filters.setAccessibleName(self.tr("Which models"))
        for which in ModelFilter:
            filters.add(names[which])
        filters.set_current(0)
        filters.chosen.connect(self._fill)
        return filters

    def _build_sort(self) -> QComboBox:
        names = {
            ModelSort.NAME: self.tr("By name"),
            ModelSort.QUALITY: self.tr("By quality"),
            ModelSort.SIZE: self.tr("By file size"),
            ModelSort.COST: self.tr("By cost"),
        }
        sort = QComboBox()
        sort.setAccessibleName(self.tr("Order of the list"))
        for kind in ModelSort:
            sort.addItem(names[kind], kind)
        sort.currentIndexChanged.connect(self._fill)
        return sort

    def _build_list(self, theming: ThemeService) -> QListView:
        view = QListView()
        view.setAccessibleName(self.tr("Models"))
        view.setAccessibleDescription(self.tr("The space bar marks a model to be compared."))
        view.setModel(self._items)
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)
        delegate = ModelDelegate(theming, view)
        delegate.compare_toggled.connect(self.toggle_mark)
        view.setItemDelegate(delegate)
        view.selectionModel().currentChanged.connect(self._on_current)
        theming.changed.connect(view.doItemsLayout)
        return view

    @Slot()
    def _fill(self) -> None:
        """List what matches now."""
        current = self.current
        checked = [button.isChecked() for button in self.filter.buttons()]
        rows = selected_rows(
            self._rows,
            text=self.search.text(),
            which=list(ModelFilter)[checked.index(True)],
            sort=list(ModelSort)[self.sort.currentIndex()],
        )
        with QSignalBlocker(self.list.selectionModel()):
            self._items.clear()
            for row in rows:
                self._items.appendRow(_item(row))
        self._stack.setCurrentIndex(0 if rows else 1)
        keys = [row.key for row in rows]
        if keys:
            place = keys.index(current) if current in keys else 0
            self.list.setCurrentIndex(self._items.index(place, 0))
        # Also for the same key: its row may have changed.
        self.chosen.emit(self.current)
        self._show_marks()

    def _show_marks(self) -> None:
        for number in range(self._items.rowCount()):
            item = self._items.item(number)
            row = item.data(ROW_ROLE)
            if isinstance(row, ModelRow) and row.card is not None:
                is_on = row.key in self._marked
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        count = len(self._marked)
        self.compare.setEnabled(count > 1)
        self.compare.setText(
            self.tr("Compare {count} models").format(count=count)
            if count > 1
            else self.tr("Mark models to compare")
        )

    @Slot(QModelIndex)
    def _on_current(self, index: QModelIndex) -> None:
        self.chosen.emit(_key(index))


def _item(row: ModelRow) -> QStandardItem:
    item = QStandardItem(row.name)
    item.setEditable(False)
    item.setData(row, ROW_ROLE)
    item.setAccessibleText(row.spoken)
    return item


def _key(index: QModelIndex) -> str:
    row = index.data(ROW_ROLE)
    return row.key if isinstance(row, ModelRow) else ""
