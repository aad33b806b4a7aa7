"""How a photo is enlarged: model, size, the two dials, and where the result goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from app.state.settings import DIAL_LIMITS, SETTING_BY_KEY

TARGET_LIMITS = {
    "factor": (1.0, 16.0),
    "long-edge": (64.0, 200_000.0),
    "megapixels": (0.1, 2000.0),
    "print": (1.0, 1000.0),
}
"""Lowest and highest value of each kind of size."""
DPI_LIMITS = (30.0, 2400.0)


def _number_within(value: object, limits: tuple[float, float]) -> float:
    # To Python, True is the number 1.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004  # of a file
    if not limits[0] <= value <= limits[1]:
        raise ValueError(f"{value!r} is out of range")
    return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChoice:
    """The size of the result.

    Attributes:
        kind: ``factor``, ``long-edge``, ``megapixels`` or ``print``.
        value: The factor, pixels, megapixels, or centimeters of the longer side.
        dpi: Dots per inch of a print.
    """

    kind: str = "factor"
    value: float = 4.0
    dpi: float = 300.0

    @classmethod
    def from_json(cls, content: dict[str, object]) -> TargetChoice:
        """Return the size from the JSON of a choice.

        Raises:
            ValueError: If it is not a size that can be chosen.
        """
        # An older version may not have had all fields; a field this one does not know is refused.
        size = {"kind": "factor", "value": 4.0, "dpi": 300.0} | content
        kind, value, dpi = size.pop("kind"), size.pop("value"), size.pop("dpi")
        if size or kind not in TARGET_LIMITS:
            raise ValueError("a size of another version")
        return cls(
            kind=str(kind),
            value=_number_within(value, TARGET_LIMITS[str(kind)]),
            dpi=_number_within(dpi, DPI_LIMITS),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingChoice:
    """Everything that decides what a result looks like and how it is written.

    Attributes:
        model_id: Which network; empty takes the best one for the size.
        target: How large.
        restoration: How much noise, blur and JPEG blocks are removed, 0 to 1; None lets the app
            estimate it from each photo. Models without this dial ignore it.
        fidelity: From 0, which paints detail, to 1, which keeps to the photo; None is the
            default of the model. Models without this dial ignore it.
        back_projection: Whether the reduced result must equal the photo.
        device: ``auto`` or a device's name.
        format: ``same`` or a format's name.
        quality: 1 to 100.
        folder: Where results go; empty means a folder beside each photo.
        name_template: How results are named.
        collision: ``number``, ``skip`` or ``replace``.
        keep_metadata: Whether EXIF, XMP and IPTC go along.
    """

    model_id: str = ""
    target: TargetChoice = TargetChoice()
    restoration: float | None = None
    fidelity: float | None = None
    back_projection: bool = False
    device: str = "auto"
    format: str = "same"
    quality: int = 92
    folder: str = ""
    name_template: str = "{name}_{model}_x{scale}"
    collision: str = "number"
    keep_metadata: bool = True

    def for_pixels(self) -> ProcessingChoice:
        """Return the choice with only the fields that determine the pixels of the result."""
        return ProcessingChoice(
            model_id=self.model_id,
            target=self.target,
            restoration=self.restoration,
            fidelity=self.fidelity,
            back_projection=self.back_projection,
            device=self.device,
        )

    def to_json(self) -> dict[str, object]:
        """Return the choice as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, object]) -> ProcessingChoice:
        """Return the choice that `to_json` wrote, by this version or an older one.

        Raises:
            ValueError: If a field is unknown or has a value that cannot be chosen.
        """
        values = dict(content)
        target = values.pop("target")
        if not isinstance(target, dict):
            raise ValueError("a choice without a size")  # noqa: TRY004  # of a file
        for name, value in values.items():
            if name in _DIALS:
                # None leaves the value to the photo or to the model.
                if value is not None:
                    _number_within(value, DIAL_LIMITS)
            elif name not in _SETTING_KEYS or not SETTING_BY_KEY[_SETTING_KEYS[name]].accepts(
                value
            ):
                raise ValueError(f"{name} cannot be {value!r}")
        return cls(target=TargetChoice.from_json(target), **values)  # type: ignore[arg-type]


_DIALS = {"restoration", "fidelity"}
_SETTING_KEYS = {
    "model_id": "processing.model",
    "back_projection": "processing.back_projection",
    "device": "processing.device",
    "format": "output.format",
    "quality": "output.quality",
    "folder": "output.folder",
    "name_template": "output.name_template",
    "collision": "output.collision",
    "keep_metadata": "output.keep_metadata",
}
"""The setting whose limits apply to each field of a choice."""
