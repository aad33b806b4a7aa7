"""The part of a result that a run has finished so far, as the viewer shows it."""

from __future__ import annotations

from app.services.pictures.running_levels import RunningLevels
from app.services.pictures.tile_store import TileStore
from app.state.processing import ProcessingChoice


class RunningResult:
    """The picture of the run that enlarges the photo in the viewer, if there is one.

    Attributes:
        picture: What is finished so far; None while nothing runs.
        choice: What the run was asked for; None while nothing runs.
    """

    def __init__(self, tiles: TileStore) -> None:
        self._tiles = tiles
        self.picture: RunningLevels | None = None
        self.choice: ProcessingChoice | None = None

    def take(self, picture: RunningLevels, choice: ProcessingChoice, *, icc: bytes | None) -> bool:
        """Show ``picture`` from now on; return whether it replaces another one, or none.

        Args:
            picture: What the run fills.
            choice: What the run was asked for.
            icc: Profile of the photo. The run writes the same pixel values and reports no profile.
        """
        if picture is self.picture:
            return False
        self.drop()
        picture.icc = icc
        self.picture, self.choice = picture, choice
        return True

    def drop(self) -> bool:
        """Forget the picture and its tiles; return whether there was one."""
        picture, self.picture, self.choice = self.picture, None, None
        if picture is None:
            return False
        self._tiles.discard(picture.picture_id)
        return True
