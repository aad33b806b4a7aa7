"""A photo that is open in the viewer, with every picture made from it so far."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.services.dials import Estimates
from app.services.pictures.detail_map import DetailMap
from app.services.pictures.picture_levels import BicubicLevels, RasterLevels
from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import ProcessingChoice
from engine.api import Photo

_PREVIEW_BUDGET_BYTES = 192 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPhoto:
    """A photo that was decoded for the viewer.

    Attributes:
        photo: The photo.
        original: The photo as the viewer reads it.
        details: Where the photo has most detail.
        estimates: How much restoration it needs, by the scale of the network.
        result: Its finished result, None if there is none or it cannot be read.
        choice: What made the result.
    """

    photo: Photo
    original: RasterLevels
    details: DetailMap
    estimates: Estimates
    result: Photo | None = None
    choice: ProcessingChoice | None = None

    def close(self) -> None:
        """Close both."""
        self.photo.close()
        if self.result is not None:
            self.result.close()


class OpenPhoto:
    """Owns the rasters of a photo, of its finished result, and its previews.

    Attributes:
        photo: The decoded photo.
        original: The photo as the viewer reads it.
        details: Where the photo has most detail.
        estimates: How much restoration it needs, by the scale of the network.
        result: The finished result, None until one was opened.
        result_path: Its file.
        result_choice: What made it, None if that is not known.
    """

    def __init__(self, decoded: DecodedPhoto) -> None:
        self.photo = decoded.photo
        self.original = decoded.original
        self.details = decoded.details
        self.estimates = decoded.estimates
        self.result: RasterLevels | None = None
        self.result_path: Path | None = None
        self.result_choice: ProcessingChoice | None = None
        self._result_photo: Photo | None = None
        self._enlarged: BicubicLevels | None = None
        self._previews: dict[ProcessingChoice, PreviewLevels] = {}

        if decoded.result is not None:
            # Decoded together with its photo, so that both appear at once.
            self.take_result(decoded.result, decoded.choice)

    @property
    def path(self) -> Path:
        """The photo's file."""
        return self.photo.info.path

    @property
    def width_px(self) -> int:
        """Columns of the photo."""
        return self.photo.info.width_px

    @property
    def height_px(self) -> int:
        """Rows of the photo."""
        return self.photo.info.height_px

    @property
    def has_alpha(self) -> bool:
        """Whether parts of the photo can be transparent."""
        return self.photo.alpha is not None

    def enlarged(self, width_px: int, height_px: int) -> BicubicLevels:
        """Return the bicubic enlargement to a size."""
        current = self._enlarged
        if current is None or (current.width_px, current.height_px) != (width_px, height_px):
            current = BicubicLevels(self.original, width_px=width_px, height_px=height_px)
            self._enlarged = current
        return current

    def preview(
        self, choice: ProcessingChoice, *, width_px: int, height_px: int
    ) -> tuple[PreviewLevels, tuple[PreviewLevels, ...]]:
        """Return the preview for ``choice``, new if need be, and the previews it replaces.

        Args:
            choice: How the photo is enlarged.
            width_px: Columns of the result.
            height_px: Rows of the result.
        """
        key = choice.for_pixels()
        # Taken out and put back at the end of the dict: the order is that of the last use.
        preview = self._previews.pop(key, None)
        if preview is None:
            preview = PreviewLevels(
                key,
                factor=max(width_px / self.width_px, height_px / self.height_px),
                width_px=width_px,
                height_px=height_px,
                icc=self.photo.info.icc,
            )
        dropped = []
        # Before the new one is added, so that it is never among those that go.
        while self._previews and self._preview_bytes() > _PREVIEW_BUDGET_BYTES:
            oldest = next(iter(self._previews))
            dropped.append(self._previews.pop(oldest))
        self._previews[key] = preview
        return preview, tuple(dropped)

    def take_result(self, photo: Photo, choice: ProcessingChoice | None) -> RasterLevels:
        """Own ``photo``, made by ``choice``, as the finished result; an earlier one is closed."""
        self.drop_result()
        self._result_photo = photo
        self.result_path = photo.info.path
        self.result_choice = choice
        self.result = RasterLevels(photo.color, icc=photo.info.icc, alpha=photo.alpha)
        return self.result

    def drop_result(self) -> None:
        """Close the finished result; its file stays."""
        if self._result_photo is not None:
            self._result_photo.close()
        self._result_photo = None
        self.result = None
        self.result_path = None
        self.result_choice = None

    def picture_ids(self) -> tuple[int, ...]:
        """Return the ids of all pictures made from this photo, whose tiles go when it closes."""
        pictures = [self.original, self.result, self._enlarged, *self._previews.values()]
        return tuple(picture.picture_id for picture in pictures if picture is not None)

    def close(self) -> None:
        """Close the photo and its result."""
        self.drop_result()
        self.photo.close()

    def _preview_bytes(self) -> int:
        return sum(preview.used_bytes for preview in self._previews.values())
