"""What of the open photo can be handed on."""

from __future__ import annotations

from app.sharing.share_controller import SharedPhoto
from app.upscale.photo_controller import PhotoController


def shared_photo(photos: PhotoController) -> SharedPhoto | None:
    """Return the photo in the viewer with the files that must never be replaced."""
    photo = photos.photo
    if photo is None:
        return None
    results = [] if photo.result_path is None else [photo.result_path]
    return SharedPhoto(
        path=photo.path,
        originals=(photo.path, *results),
        # A preview has only what was looked at.
        is_complete=photo.result is not None,
    )
