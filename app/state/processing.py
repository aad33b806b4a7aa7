"""What people ask of a photo: model, size, fidelity, and where the result goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChoice:
    """How large the result shall be.

    Attributes:
        kind: ``factor``, ``long-edge``, ``megapixels`` or ``print``.
        value: The factor, pixels, megapixels, or centimetres of the longer side.
        dpi: Dots per inch of a print.
    """

    kind: str = "factor"
    value: float = 4.0
    dpi: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingChoice:
    """Everything that decides what a result looks like and how it is written.

    Attributes:
        model_id: Which network; empty takes the best one for the size.
        target: How large.
        fidelity: From 0, which paints detail, to 1, which keeps to the photo, for a model
            with a twin. None is the model as it is named.
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
        """Return the choice with only what decides over the pixels of the result."""
        return ProcessingChoice(
            model_id=self.model_id,
            target=self.target,
            fidelity=self.fidelity,
            back_projection=self.back_projection,
            device=self.device,
        )

    def to_json(self) -> dict[str, object]:
        """Return the choice as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, object]) -> ProcessingChoice:
        """Return the choice that `to_json` wrote.

        Raises:
            TypeError: If a field is unknown or missing.
        """
        fields = dict(content)
        target = fields.pop("target")
        if not isinstance(target, dict):
            raise TypeError("a choice without a target")
        return cls(target=TargetChoice(**target), **fields)  # type: ignore[arg-type]
