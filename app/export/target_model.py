"""The targets as rows of a tree, with the files that were written below each.

target            state        size     difference  loss   time
[x] ONNX          Verified
    …-fp32.onnx                587 kB   0           none   18 ms
[ ] NCNN          Not installed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel

from app.export.target_texts import state_text, target_summary, target_title
from app.state.number_texts import local_numbers
from app.state.tooltips import tip_html
from engine.api import TargetEntry, TargetReport, format_bytes

NAME_ROLE = Qt.ItemDataRole.UserRole + 1
_STATE, _SIZE, _DIFFERENCE, _LOSS, _TIME = range(1, 6)
_COLUMNS = 6
_BLOCKED = frozenset({"missing", "impossible"})


@dataclass(slots=True)
class _Row:
    entry: TargetEntry
    items: list[QStandardItem]
    state: str = "possible"
    files: list[QStandardItem] = field(default_factory=list)


class TargetModel(QObject):
    """Holds what is known of each target, and which ones are chosen.

    Signals:
        chosen_changed: Another set of targets is chosen.
    """

    chosen_changed = Signal()

    def __init__(self, entries: Sequence[TargetEntry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items = QStandardItemModel(0, _COLUMNS, self)
        self._rows: dict[str, _Row] = {}
        for entry in entries:
            self._add(entry)
        self.items.setHorizontalHeaderLabels(
            [
                self.tr("Target"),
                self.tr("State"),
                self.tr("Size"),
                self.tr("Difference"),
                self.tr("Loss"),
                self.tr("Time"),
            ]
        )
        self.items.itemChanged.connect(self._on_item_changed)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the targets that are chosen and possible."""
        return tuple(
            name
            for name, row in self._rows.items()
            if row.items[0].checkState() is Qt.CheckState.Checked and row.state not in _BLOCKED
        )

    @property
    def states(self) -> Mapping[str, str]:
        """The state of each target by its name."""
        return {name: row.state for name, row in self._rows.items()}

    def choose(self, names: Sequence[str]) -> None:
        """Choose exactly ``names``."""
        for name, row in self._rows.items():
            if row.state in _BLOCKED:
                continue
            is_chosen = name in names
            row.items[0].setCheckState(
                Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked
            )

    def show_feasible(self, reasons: Mapping[str, str]) -> None:
        """Show which targets are possible.

        Args:
            reasons: Why a target is not possible, by its name; empty for one that is.
        """
        for name, row in self._rows.items():
            missing = row.entry.missing_packages
            reason = reasons.get(name, "")
            if missing:
                hint = row.entry.install_hint
                text = self.tr("Needs {packages}. Install: {command}")
                reason = text.format(packages=", ".join(missing), command=hint)
            state = "missing" if missing else "impossible" if reason else "possible"
            self._set_state(row, state, reason)
            self._remove_files(row)

    def show_waiting(self, names: Sequence[str]) -> None:
        """Show that ``names`` are going to be exported."""
        for name, row in self._rows.items():
            if name in names:
                self._set_state(row, "waiting", "")
            self._remove_files(row)

    def show_state(self, name: str, state: str) -> None:
        """Show what is being done for a target."""
        row = self._rows.get(name)
        if row is not None:
            self._set_state(row, state, "")

    def show_report(self, report: TargetReport) -> None:
        """Show what became of a target, with its files."""
        row = self._rows.get(report.name)
        if row is None:
            return
        self._set_state(row, report.state, report.reason)
        self._remove_files(row)
        for number, bundled in enumerate(report.files):
            found = bundled.verification
            texts = [bundled.file.name, "", format_bytes(bundled.bytes), "", "", ""]
            if found is not None:
                losses = [
                    self.tr("{loss} dB").format(loss=f"{loss:.3f}")
                    for loss in found.loss_db.values()
                ]
                exact = self.tr("none") if found.largest_difference <= 1e-4 else "\u2013"
                texts[_STATE] = found.runtime
                texts[_DIFFERENCE] = f"{found.largest_difference:.1e}"
                texts[_LOSS] = ", ".join(losses) or exact
                texts[_TIME] = self.tr("{time} ms").format(time=f"{found.p50_ms:.0f}")
            cells = [_cell(local_numbers(text) if n > 1 else text) for n, text in enumerate(texts)]
            for cell in cells:
                cell.setData(report.name, NAME_ROLE)
            cells[_TIME].setToolTip(self._latency_tip(report, number))
            row.items[0].appendRow(cells)
            self._describe(cells, number)

    def reset_states(self) -> None:
        """Show targets whose export was stopped as possible again."""
        for row in self._rows.values():
            if row.state in {"waiting", "converting", "verifying"}:
                self._set_state(row, "possible", "")

    def _latency_tip(self, report: TargetReport, number: int) -> str:
        """Return what the time of a file is of: size, threads and spread."""
        found = report.files[number].verification
        if found is None:
            return ""
        text = self.tr(
            "{width} \u00d7 {height} pixels, CPU threads: {threads}. Median {p50} ms, 95th "
            "percentile {p95} ms, peak memory {memory}. {speed} times as fast as the float32 "
            "network in ONNX Runtime, which ran in turns with it."
        )
        height, width = found.latency_px
        filled = text.format(
            width=width,
            height=height,
            threads=found.threads,
            p50=f"{found.p50_ms:.1f}",
            p95=f"{found.p95_ms:.1f}",
            memory=format_bytes(found.peak_memory_bytes),
            speed=f"{found.relative_speed:.2f}",
        )
        return tip_html(local_numbers(filled))

    def _add(self, entry: TargetEntry) -> None:
        items = [_cell(target_title(entry)), *(_cell("") for _ in range(_COLUMNS - 1))]
        items[0].setCheckable(True)
        items[0].setToolTip(tip_html(target_summary(entry)))
        for item in items:
            item.setData(entry.name, NAME_ROLE)
        row = _Row(entry, items)
        self._rows[entry.name] = row
        self.items.appendRow(items)
        self._set_state(row, "missing" if entry.missing_packages else "possible", "")

    def _set_state(self, row: _Row, state: str, reason: str) -> None:
        row.state = state
        text = state_text(state)
        cell = row.items[_STATE]
        # A possible target says what it is for instead: that is what one chooses by.
        shown_text = target_summary(row.entry) if state == "possible" else text
        cell.setText(f"{shown_text}: {reason}" if reason else shown_text)
        cell.setToolTip(tip_html(reason or target_summary(row.entry)))
        # Without a box, and not disabled: the keyboard still reaches it, and its reason is read.
        box = row.items[0]
        is_blocked = state in _BLOCKED
        if box.isCheckable() == is_blocked:
            box.setCheckable(not is_blocked)
            box.setData(None if is_blocked else 0, Qt.ItemDataRole.CheckStateRole)
        name = f"{row.items[0].text()}, {cell.text()}"
        row.items[0].setData(name, Qt.ItemDataRole.AccessibleTextRole)

    def _remove_files(self, row: _Row) -> None:
        row.items[0].removeRows(0, row.items[0].rowCount())

    def _describe(self, cells: Sequence[QStandardItem], number: int) -> None:
        """Give a screen reader the whole row, which it reads cell by cell otherwise."""
        headers = (self.items.headerData(n, Qt.Orientation.Horizontal) for n in range(_COLUMNS))
        parts = [f"{title} {c.text()}" for title, c in zip(headers, cells, strict=True) if c.text()]
        cells[0].setData(", ".join(parts), Qt.ItemDataRole.AccessibleTextRole)
        cells[0].setData(number, Qt.ItemDataRole.UserRole)

    @Slot(QStandardItem)
    def _on_item_changed(self, item: QStandardItem) -> None:
        if item.parent() is None and item.column() == 0:
            self.chosen_changed.emit()


def _cell(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    return item
