"""The panel beside the viewer: which model, how large, how restored, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.services.engine_texts import note_texts
from app.services.model_names import cost_text
from app.state.number_texts import local_numbers
from app.state.processing import (
    DPI_LIMITS,
    TARGET_LIMITS,
    ProcessingChoice,
    TargetChoice,
)
from app.state.queue_store import ItemForecast, QueueItem
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.tooltips import tip_html
from app.upscale.dial_controls import DialControls
from app.upscale.model_card_view import ModelCardView
from app.upscale.model_picker import ModelPicker
from app.upscale.output_controls import OutputControls
from app.widgets.controls import (
    ElidedLabel,
    Heading,
    Segments,
    flowing_label,
    padded,
    rule,
    text_label,
)
from engine.api import (
    ModelCard,
    PhotoInfo,
    RestorationEstimate,
    format_bytes,
    format_duration,
    format_megapixels,
)

_KINDS = ("factor", "long-edge", "megapixels", "print")


class Inspector(QFrame):
    """Shows a `ProcessingChoice` and requests changes to it.

    Signals:
        choice_requested: The new `ProcessingChoice`.
        model_requested: Id of the model.
        upscale_requested: Enlarge the photo in the viewer.
        enqueue_requested: Add the photo in the viewer to the queue.
    """

    choice_requested = Signal(object)
    model_requested = Signal(str)
    upscale_requested = Signal()
    enqueue_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Settings of the result"))
        self._choice = ProcessingChoice()
        self._cards: tuple[ModelCard, ...] = ()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_S_PX)
        column.setSpacing(SPACE_S_PX)
        self._build_photo(column)
        self._build_model(column)
        self._build_size(column)
        self._build_dials(column)
        self.output = OutputControls()
        self.output.choice_requested.connect(self._request)
        column.addWidget(rule())
        column.addWidget(self.output)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Tab goes from control to control and does not stop at the area around them.
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._build_footer())
        self.show_photo(None)

    @property
    def size_text(self) -> str:
        """The size of the result, as shown."""
        return self._size.fact

    def _build_photo(self, column: QVBoxLayout) -> None:
        self._name = ElidedLabel(role="title")
        self._facts = flowing_label(role="caption")
        column.addWidget(self._name)
        column.addWidget(self._facts)
        column.addWidget(rule())

    def _build_model(self, column: QVBoxLayout) -> None:
        self.model = ModelPicker()
        self.model.model_requested.connect(self.model_requested)
        self.card = ModelCardView()
        heading = QHBoxLayout()
        heading.addWidget(text_label(self.tr("Model"), role="section"), 1)
        # Beside the heading, where it needs no line of its own.
        heading.addWidget(self.card.details.button)
        section = QVBoxLayout()
        section.setSpacing(SPACE_XS_PX)
        section.addLayout(heading)
        section.addWidget(self.model)
        section.addWidget(self.card)
        column.addLayout(section)
        column.addWidget(rule())

    def _build_size(self, column: QVBoxLayout) -> None:
        self._size = Heading(self.tr("Size of the result"))
        self.kind = Segments()
        tips = (
            self.tr("Multiple of the photo's size"),
            self.tr("Pixels of the longer side"),
            self.tr("Megapixels"),
            self.tr("Centimeters of the longer side of a print"),
        )
        names = (self.tr("Factor"), self.tr("Edge"), self.tr("MP"), self.tr("Print"))
        for text, tip in zip(names, tips, strict=True):
            self.kind.add(text, name=tip, tip=tip)
        self.kind.chosen.connect(self._on_kind)
        column.addLayout(_stacked(self._size, self.kind))
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        self.value = padded(QDoubleSpinBox())
        self.value.setAccessibleName(self.tr("Size"))
        # A size counts when it is complete: 12 is not first 1 and then 12.
        self.value.setKeyboardTracking(False)
        self.value.valueChanged.connect(self._on_size)
        self.dpi = padded(QDoubleSpinBox())
        self.dpi.setAccessibleName(self.tr("Dots per inch"))
        self.dpi.setRange(*DPI_LIMITS)
        self.dpi.setDecimals(0)
        self.dpi.setSuffix(" dpi")
        self.dpi.setKeyboardTracking(False)
        self.dpi.valueChanged.connect(self._on_size)
        row.addWidget(self.value, 1)
        row.addWidget(self.dpi, 1)
        column.addLayout(row)
        self._size_error = text_label(role="danger", wraps=True)
        self._size_error.hide()
        column.addWidget(self._size_error)
        column.addWidget(rule())

    def _build_dials(self, column: QVBoxLayout) -> None:
        self.dials = DialControls()
        self.dials.choice_requested.connect(self._request)
        self.back_projection = QCheckBox(self.tr("Match the original exactly"))
        self.back_projection.setToolTip(
            tip_html(self.tr("Corrects the result until downscaling it reproduces the photo."))
        )
        self.back_projection.toggled.connect(self._on_back_projection)
        column.addWidget(self.dials)
        column.addWidget(self.back_projection)
        self.consistency = flowing_label(role="caption")
        self.consistency.hide()
        column.addWidget(self.consistency)

    def _build_footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("inspector")
        grid = QGridLayout(footer)
        grid.setContentsMargins(SPACE_L_PX, SPACE_S_PX, SPACE_L_PX, SPACE_M_PX)
        grid.setHorizontalSpacing(SPACE_M_PX)
        grid.setVerticalSpacing(SPACE_XS_PX)
        # Two pairs of name and value per row:  File 3 MB  Time 20 s
        self._needs: dict[str, QLabel] = {}
        names = {
            "file": self.tr("File"),
            "time": self.tr("Time"),
            "memory": self.tr("Memory"),
            "disk": self.tr("Disk"),
        }
        for position, (key, name) in enumerate(names.items()):
            row, column = divmod(position, 2)
            grid.addWidget(text_label(name, role="caption"), row, 2 * column)
            self._needs[key] = text_label("\u2013")  # a dash where no value is
            grid.addWidget(self._needs[key], row, 2 * column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.upscale = QPushButton(self.tr("Upscale"))
        self.upscale.setProperty("role", "primary")
        self.upscale.clicked.connect(self.upscale_requested)
        self.enqueue = QPushButton(self.tr("Add to queue"))
        self.enqueue.clicked.connect(self.enqueue_requested)
        grid.setRowMinimumHeight(2, SPACE_XS_PX)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        buttons.addWidget(self.upscale, 1)
        buttons.addWidget(self.enqueue)
        grid.addLayout(buttons, 3, 0, 1, 4)
        return footer

    def show_photo(self, info: PhotoInfo | None) -> None:
        """Show name and facts of the photo in the viewer."""
        self.dials.show_photo(has_photo=info is not None)
        self.upscale.setEnabled(info is not None)
        self.enqueue.setEnabled(info is not None)
        if info is None:
            self._name.setText(self.tr("No photo open"))
            self._facts.setText(self.tr("Your choices apply to photos you open next."))
            self._size.set_fact("")
            self._size_error.hide()
            self.show_consistency(None)
            self.show_forecast(None)
            return
        self._name.setText(shown(info.path.name))
        facts = [
            f"{info.width_px} \u00d7 {info.height_px}",
            local_numbers(format_megapixels(info.width_px * info.height_px)),
            info.format.upper(),
            self.tr("{depth} bit").format(depth=info.bit_depth),
            shown(info.color_space),
        ]
        self._facts.setText(
            " \u00b7 ".join(facts) + "".join(f"\n{note}" for note in note_texts(info.notes))
        )

    def show_cards(self, cards: Sequence[ModelCard]) -> None:
        """List the models to choose from."""
        self._cards = tuple(cards)
        self.model.show_cards(cards)

    def show_choice(
        self,
        choice: ProcessingChoice,
        *,
        card: ModelCard,
        estimate: RestorationEstimate | None = None,
    ) -> None:
        """Show the choice in use.

        Args:
            choice: The choice in use.
            card: Its model.
            estimate: How much restoration the photo in the viewer needs, None without one.
        """
        self._choice = choice
        self.model.show_model(card.id)
        self.card.show_card(card, cost=cost_text(card, self._cards))
        self.dials.show_choice(choice, card=card, estimate=estimate)
        with QSignalBlocker(self.back_projection):
            self.back_projection.setChecked(choice.back_projection)
        self._show_target(choice.target)
        self.output.show_choice(choice)

    def show_size(self, width_px: int, height_px: int) -> None:
        """Show the size of the result."""
        megapixels = local_numbers(format_megapixels(width_px * height_px))
        self._size.set_fact(f"{width_px} \u00d7 {height_px} \u00b7 {megapixels}")
        self._size_error.hide()

    def show_size_error(self, text: str) -> None:
        """Show why the size cannot be reached."""
        self._size.set_fact("")
        self._size_error.setText(text)
        self._size_error.show()

    def show_forecast(self, forecast: ItemForecast | None) -> None:
        """Show what the result will need."""
        dash = "\u2013"  # a dash where no value is
        texts = dict.fromkeys(self._needs, dash)
        if forecast is not None:
            texts = {
                "file": f"\u2248 {format_bytes(forecast.file_bytes)}",
                "time": f"\u2248 {format_duration(forecast.time_s)}",
                "memory": f"\u2264 {format_bytes(forecast.memory_bytes)}",
                "disk": f"\u2248 {format_bytes(forecast.disk_bytes)}",
            }
        for key, text in texts.items():
            self._needs[key].setText(local_numbers(text))

    def show_consistency(self, item: QueueItem | None) -> None:
        """Show how far the downscaled result is from the photo."""
        if item is None or item.consistency_mean is None or item.consistency_max is None:
            self.consistency.setText("")
            self.consistency.hide()
            return
        self.consistency.show()
        self.consistency.setText(
            self.tr(
                "Downscaled, the result differs from the photo by {mean} of 255 on average, "
                "{highest} at most."
            ).format(
                mean=local_numbers(f"{item.consistency_mean:.2f}"),
                highest=f"{item.consistency_max:.0f}",
            )
        )

    def _show_target(self, target: TargetChoice) -> None:
        self.kind.set_current(_KINDS.index(target.kind))
        units = {
            "factor": (1, 1.0, " \u00d7"),
            "long-edge": (0, 100, " px"),
            "megapixels": (1, 1, " MP"),
            "print": (1, 1, " cm"),
        }
        decimals, step, suffix = units[target.kind]
        lowest, highest = TARGET_LIMITS[target.kind]
        # A new range clips the old value: no request must come from that.
        with QSignalBlocker(self.value), QSignalBlocker(self.dpi):
            self.value.setDecimals(int(decimals))
            self.value.setRange(lowest, highest)
            self.value.setSingleStep(step)
            self.value.setSuffix(suffix)
            self.value.setValue(target.value)
            self.dpi.setValue(target.dpi)
        self.dpi.setVisible(target.kind == "print")

    def _request(self, choice: ProcessingChoice) -> None:
        if choice != self._choice:
            self.choice_requested.emit(choice)

    @Slot(int)
    def _on_kind(self, position: int) -> None:
        kind = _KINDS[position]
        values = {"factor": 4.0, "long-edge": 3840, "megapixels": 24, "print": 30}
        # A usual value of the new kind: the old number would mean something else there.
        if kind != self._choice.target.kind:
            target = TargetChoice(kind=kind, value=values[kind])
            self._request(replace(self._choice, target=target))

    @Slot(float)
    def _on_size(self, _value: float) -> None:
        target = replace(self._choice.target, value=self.value.value(), dpi=self.dpi.value())
        self._request(replace(self._choice, target=target))

    @Slot(bool)
    def _on_back_projection(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        self._request(replace(self._choice, back_projection=is_on))


def _stacked(heading: QWidget, control: QWidget) -> QVBoxLayout:
    """Return a heading directly above the control it names."""
    column = QVBoxLayout()
    column.setSpacing(SPACE_XS_PX)
    column.addWidget(heading)
    column.addWidget(control)
    return column
