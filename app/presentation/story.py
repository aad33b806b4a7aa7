"""A story: photos with models, values of the dials and places of the divider, for a talk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from app.state.processing import ProcessingChoice
from app.state.view_transform import ViewTransform

MOST_STEPS = 500
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """Which part of a photo a step shows, whatever the size of the screen.

    Attributes:
        x: Middle of the part, as a share of the photo's width.
        y: Middle of the part, as a share of its height.
        width: Width of the part, as a share of the photo's width.
    """

    x: float = 0.5
    y: float = 0.5
    width: float = 1.0

    @classmethod
    def of(cls, view: ViewTransform) -> StoryView | None:
        """Return what ``view`` shows; None if it shows the whole photo."""
        if view.is_fitted:
            return None
        return cls(
            x=round(view.center_x / view.output_width_px, 4),
            y=round(view.center_y / view.output_height_px, 4),
            width=round(view.view_width_px / view.zoom / view.output_width_px, 4),
        )

    def on(self, view: ViewTransform) -> ViewTransform:
        """Return the view of the same part, on the screen and the photo of ``view``."""
        zoom = view.view_width_px / max(self.width * view.output_width_px, 1.0)
        spot = view.at_spot(self.x * view.output_width_px, self.y * view.output_height_px)
        return spot.zoomed(zoom, x=view.view_width_px / 2, y=view.view_height_px / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """One step of a story.

    Attributes:
        photo: The photo.
        choice: How it is enlarged: the model, the size and the dials.
        divider: Share of the visible photo that shows before, 0 to 1.
        view: Which part is shown; None shows the whole photo.
        note: What the audience reads below it; empty for the name of the photo.
    """

    photo: Path
    choice: ProcessingChoice
    divider: float = 0.5
    view: StoryView | None = None
    note: str = ""


def step_to_json(step: StoryStep, folder: Path) -> dict[str, object]:
    """Return a step for a file in ``folder``; photos below that are named relative to it."""
    photo = step.photo
    if photo.is_relative_to(folder):
        # The folder can be copied to the computer of the talk.
        photo = photo.relative_to(folder)
    choice = step.choice
    content: dict[str, object] = {
        "photo": photo.as_posix(),
        "model": choice.model_id,
        "size": {"kind": choice.target.kind, "value": choice.target.value},
        "restoration": choice.restoration,
        "fidelity": choice.fidelity,
        "divider": step.divider,
    }
    if choice.target.kind == "print":
        content["size"] = {**choice.to_json()["target"]}  # type: ignore[dict-item]
    if choice.back_projection:
        content["back_projection"] = True
    if step.view is not None:
        content["view"] = {"x": step.view.x, "y": step.view.y, "width": step.view.width}
    if step.note:
        content["note"] = step.note
    return content


def step_from_json(content: object, folder: Path) -> StoryStep:
    """Return the step that `step_to_json` wrote.

    Raises:
        ValueError: If it is not a step; the message says why.
    """
    values = _fields(content, "a step")
    known = {"photo", "model", "size", "restoration", "fidelity", "divider", "back_projection"}
    _refuse_others(values, known | {"view", "note"})
    photo, model_id = values.get("photo"), values.get("model")
    if not isinstance(photo, str) or not photo or "\0" in photo:
        raise ValueError("its photo is not named")
    if not isinstance(model_id, str):
        raise ValueError("its model is not named")  # noqa: TRY004  # of a file
    note = values.get("note", "")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise ValueError(f"its note is not a text of up to {LONGEST_NOTE} letters")
    choice = ProcessingChoice.from_json(
        {
            "model_id": model_id,
            "target": _fields(values.get("size", {"kind": "factor", "value": 4.0}), "its size"),
            "restoration": values.get("restoration"),
            "fidelity": values.get("fidelity"),
            "back_projection": values.get("back_projection", False),
        }
    )
    view = values.get("view")
    return StoryStep(
        photo=folder / photo,
        choice=choice,
        divider=_share(values.get("divider", 0.5), "divider"),
        view=None if view is None else _view(view),
        note=note,
    )


def _view(content: object) -> StoryView:
    values = _fields(content, "its view")
    _refuse_others(values, {"x", "y", "width"})
    width = _number(values.get("width", 1.0), "width")
    if not 0.0001 <= width <= 100:
        raise ValueError(f"its width {width:g} is out of range")
    return StoryView(
        x=_share(values.get("x", 0.5), "x"), y=_share(values.get("y", 0.5), "y"), width=width
    )


def _fields(content: object, what: str) -> dict[str, object]:
    if not isinstance(content, dict):
        raise ValueError(f"{what} is not an object")  # noqa: TRY004  # of a file
    return {str(name): value for name, value in content.items()}


def _refuse_others(values: dict[str, object], known: set[str]) -> None:
    # A field of a newer version would be lost when the story is saved again.
    others = sorted(values.keys() - known)
    if others:
        raise ValueError(f"{others[0]!r} is not a field of this version")


def _share(value: object, name: str) -> float:
    number = _number(value, name)
    if not 0 <= number <= 1:
        raise ValueError(f"its {name} {number:g} is not between 0 and 1")
    return number


def _number(value: object, name: str) -> float:
    # To Python, True is the number 1.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"its {name} {value!r} is not a number")
    return float(value)
