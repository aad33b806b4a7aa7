"""What evaluations of a run measured, as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QTreeView, QVBoxLayout, QWidget

from app.services.event_lines import Event
from app.state.shown_names import shown
from app.state.theme import SPACE_S_PX
from app.training.run_texts import decimal, metric_title
from app.widgets.controls import text_label
from engine.api import write_bytes_atomic

_DIGITS = {"psnr_y_db": 2, "psnr_rgb_db": 2, "ssim_y": 4, "lpips": 3, "niqe": 2}
_PREFIX = "evaluation-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One network measured on one folder of photos.

    Attributes:
        photo_set: Name of the folder.
        model: What was measured: the run, or bicubic beside it.
        figures: Means over the photos by name.
    """

    photo_set: str
    model: str
    figures: Mapping[str, float]


class ResultsView(QWidget):
    """A row per folder and network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self.table = QTreeView()
        self.table.setModel(self._model)
        self.table.setRootIsDecorated(False)
        self.table.setAllColumnsShowFocus(True)
        self.table.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.table.setObjectName("shortcuts")
        self.table.setAccessibleName(self.tr("Results of evaluations"))
        self._empty = text_label(
            self.tr("Evaluate measures the network on photos of your own, beside bicubic."),
            role="secondary",
            wraps=True,
            is_centered=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.table, 1)
        self.show_results(())

    def show_results(self, results: Sequence[Result]) -> None:
        """Show ``results``."""
        self._empty.setVisible(not results)
        self.table.setVisible(bool(results))
        names = list(dict.fromkeys(name for result in results for name in result.figures))
        self._model.clear()
        titles = [metric_title(name) for name in names]
        self._model.setHorizontalHeaderLabels([self.tr("Photos"), self.tr("Network"), *titles])
        for result in results:
            texts = [shown(result.photo_set), shown(result.model)]
            texts += [_figure(name, result.figures.get(name)) for name in names]
            self._model.appendRow([QStandardItem(text) for text in texts])
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)


def keep_results(run: Path, photos: Path, events: Sequence[Event]) -> None:
    """Write what an evaluation on ``photos`` measured into the folder of the run.

    Raises:
        OutputError: If it cannot be written.
    """
    content = json.dumps(events[-1] if events else {}, ensure_ascii=False).encode()
    folder = run / "artifacts"
    folder.mkdir(exist_ok=True)
    write_bytes_atomic(folder / f"{_PREFIX}{photos.name}.json", content)


def read_results(run: Path) -> tuple[Result, ...]:
    """Return what was measured so far; files that are something else are left out."""
    results: list[Result] = []
    for path in sorted((run / "artifacts").glob(f"{_PREFIX}*.json")):
        try:
            document = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        rows = document.get("results") if isinstance(document, dict) else None
        listed = rows if isinstance(rows, list) else ()
        results += [_result(row, run) for row in listed if isinstance(row, dict)]
    return tuple(results)


def _result(row: Mapping[str, object], run: Path) -> Result:
    name = str(row.get("model", ""))
    return Result(
        photo_set=str(row.get("set", "")),
        # The run is called by its folder, as in the list.
        model=run.name if name in {str(run), run.name} else name,
        figures={
            metric: float(value)
            for metric, value in row.items()
            if metric in _DIGITS and isinstance(value, (int, float))
        },
    )


def _figure(name: str, value: float | None) -> str:
    return "\u2013" if value is None else decimal(value, _DIGITS[name])
