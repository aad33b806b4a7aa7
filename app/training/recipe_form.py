"""The form that is generated from the fields of a recipe."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX
from app.training.field_row import FieldRow
from app.training.field_texts import group_title
from app.widgets.controls import text_label
from app.widgets.theming import ThemeService
from engine.api import RecipeFault, RecipeField

_FIRST = frozenset({"type", "name"})


class RecipeForm(QScrollArea):
    """Rows of fields under the headings of their groups.

    Rows are made when they are first shown: a recipe has more than a hundred fields, of which a
    form usually shows twenty.

    Signals:
        edited: Dotted name of a field, and what was entered.
        folder_requested: The `RecipeField` whose folder or file the user wants to choose.
    """

    edited = Signal(str, object)
    folder_requested = Signal(object)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._fields: tuple[RecipeField, ...] = ()
        self._values: dict[str, object] = {}
        self._common: frozenset[str] = frozenset()
        self._faults: dict[str, str] = {}
        self._shows_all = False
        self._words = ""
        self.rows: dict[str, FieldRow] = {}
        self._headings: dict[str, QLabel] = {}
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, SPACE_M_PX, 0)
        self._column.setSpacing(SPACE_S_PX)
        self._nothing = text_label(self.tr("No field has these words."), role="secondary")
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_fields(
        self,
        fields: Sequence[RecipeField],
        values: Mapping[str, object],
        *,
        common: Collection[str],
    ) -> None:
        """Show a recipe.

        Args:
            fields: Its fields, in order.
            values: Their values by dotted name.
            common: The fields that are shown at first.
        """
        ordered = by_group(fields)
        if ordered != self._fields:
            self._fields = ordered
            self._clear()
        self._values = dict(values)
        self._common = frozenset(common)
        for path, row in self.rows.items():
            row.show_value(values.get(path))
        self._show_rows()

    def set_value(self, path: str, value: object) -> None:
        """Show another value of one field."""
        self._values[path] = value
        if path in self.rows:
            self.rows[path].show_value(value)

    def show_faults(self, faults: Sequence[RecipeFault]) -> None:
        """Show what is wrong beside the fields concerned, which are all shown."""
        self._faults = {fault.path: fault.text for fault in faults}
        self._show_rows()
        for path, row in self.rows.items():
            row.show_fault(self._faults.get(path, ""))

    @Slot(bool)
    def set_shows_all(self, shows_all: bool) -> None:  # noqa: FBT001  # a slot
        """Show every field, or those that are usually changed."""
        self._shows_all = shows_all
        self._show_rows()

    @Slot(str)
    def set_words(self, words: str) -> None:
        """Show the fields in whose name or help these words are."""
        self._words = words.strip()
        self._show_rows()

    def _clear(self) -> None:
        for widget in (*self.rows.values(), *self._headings.values()):
            self._column.removeWidget(widget)
            widget.deleteLater()
        self.rows.clear()
        self._headings.clear()

    def _show_rows(self) -> None:
        shown_count = 0
        for field in self._fields:
            is_shown = self._is_wanted(field)
            row = self.rows.get(field.path)
            if is_shown and row is None:
                row = self._build_row(field)
                self._insert(row)
            if row is not None and is_shown and self._words:
                is_shown = row.matches(self._words)
            if row is not None:
                row.setVisible(is_shown)
            shown_count += is_shown
        self._show_headings()
        self._nothing.setVisible(not shown_count and bool(self._words))

    def _is_wanted(self, field: RecipeField) -> bool:
        # Which kind of recipe it is, the preset decides; switches of groups come with the rest.
        if not self._is_possible(field):
            return False
        is_common = field.path in self._common and field.kind != "group"
        return self._shows_all or bool(self._words) or is_common or field.path in self._faults

    def _is_possible(self, field: RecipeField) -> bool:
        """Return whether the groups around the field are there."""
        if field.kind == "group" and not field.is_optional:
            return False
        parts = field.path.split(".")
        outer = (".".join(parts[:count]) for count in range(1, len(parts)))
        return all(self._values.get(path, True) is not False for path in outer)

    def _build_row(self, field: RecipeField) -> FieldRow:
        scale = 1 + (self._theming.theme.text_scale - 1) * 0.7
        row = FieldRow(field, scale=scale)
        row.show_value(self._values.get(field.path))
        row.show_fault(self._faults.get(field.path, ""))
        row.edited.connect(lambda value: self._on_edited(field.path, value))
        row.folder_requested.connect(lambda: self.folder_requested.emit(field))
        self.rows[field.path] = row
        return row

    def _insert(self, row: FieldRow) -> None:
        """Put a row behind the last one that comes before it in the recipe."""
        before = [field.path for field in self._fields]
        before = before[: before.index(row.field.path)]
        last = next((path for path in reversed(before) if path in self.rows), None)
        at = 0 if last is None else self._column.indexOf(self.rows[last]) + 1
        self._column.insertWidget(at, row)

    def _show_headings(self) -> None:
        group: str | None = None
        for heading in self._headings.values():
            self._column.removeWidget(heading)
            heading.hide()
        for field in self._fields:
            row = self.rows.get(field.path)
            if row is None or row.isHidden() or _heading_of(field) == group:
                continue
            group = _heading_of(field)
            # The first fields need none: they are what the recipe is called.
            if group is None:
                continue
            heading = self._heading(group)
            self._column.insertWidget(self._column.indexOf(row), heading)
            heading.show()

    def _heading(self, group: str) -> QLabel:
        if group not in self._headings:
            heading = text_label(group_title(group), role="title")
            heading.setContentsMargins(0, SPACE_L_PX, 0, 0)
            self._headings[group] = heading
        return self._headings[group]

    def _on_edited(self, path: str, value: object) -> None:
        self._values[path] = value
        # A group that is switched on brings its fields along.
        if isinstance(value, bool):
            self._show_rows()
        self.edited.emit(path, value)


def by_group(fields: Sequence[RecipeField]) -> tuple[RecipeField, ...]:
    """Return ``fields`` so that those of a group are together: name, groups, then the rest."""
    groups = list(dict.fromkeys(field.group for field in fields if field.group))
    places = {group: number for number, group in enumerate(groups)} | {"": len(groups)}
    # Stable: within a group they stay in the order of the recipe.
    return tuple(sorted(fields, key=lambda f: -1 if f.path in _FIRST else places[f.group]))


def _heading_of(field: RecipeField) -> str | None:
    return None if field.path in _FIRST else field.group
