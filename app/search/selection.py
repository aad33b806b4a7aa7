"""The chosen candidate of a search, and the ones that are pinned to compare others with."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.api import SearchCandidate, SearchState

MOST_PINNED = 3
"""Four are compared at most, the chosen one among them."""


class Selection(QObject):
    """Holds ids: a search that is read again has new values for the same candidates.

    Signals:
        changed: Another candidate is chosen, or others are pinned.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._candidates: dict[str, SearchCandidate] = {}
        self._chosen: str | None = None
        self._pinned: list[str] = []

    @property
    def chosen_id(self) -> str | None:
        """Id of the chosen candidate."""
        return self._chosen

    @property
    def chosen(self) -> SearchCandidate | None:
        """The chosen candidate."""
        return None if self._chosen is None else self._candidates.get(self._chosen)

    @property
    def pinned(self) -> list[SearchCandidate]:
        """The pinned candidates, in the order in which they were pinned."""
        return [self._candidates[name] for name in self._pinned if name in self._candidates]

    @property
    def compared(self) -> list[SearchCandidate]:
        """The candidates to enlarge a photo with, the chosen one first; none without a model."""
        chosen = self.chosen
        if chosen is None or chosen.card is None:
            return []
        others = [one for one in self.pinned if one.id != chosen.id and one.card is not None]
        return [chosen, *others]

    def show_search(self, state: SearchState) -> None:
        """Take the candidates of a search as they are now, without a signal."""
        self._candidates = {one.id: one for one in state.candidates}

    def clear(self) -> None:
        """Choose and pin nothing: another search is shown."""
        self._candidates = {}
        self._chosen, self._pinned = None, []
        self.changed.emit()

    @Slot(str)
    def choose(self, candidate_id: str) -> None:
        """Choose a candidate; a second time, it is pinned as the rival of the next one."""
        if candidate_id == self._chosen:
            self.toggle_pin(candidate_id)
            return
        self._chosen = candidate_id
        self.changed.emit()

    @Slot()
    def pin_chosen(self) -> None:
        """Pin the chosen candidate."""
        if self._chosen is not None and self._chosen not in self._pinned:
            self.toggle_pin(self._chosen)

    @Slot(str)
    def toggle_pin(self, candidate_id: str) -> None:
        """Pin a candidate, or let it go; of too many the first one goes."""
        if candidate_id in self._pinned:
            self._pinned.remove(candidate_id)
        else:
            self._pinned = [*self._pinned, candidate_id][-MOST_PINNED:]
        # A pinned candidate is there to be seen, also if nothing else is.
        if self._chosen is None:
            self._chosen = candidate_id
        self.changed.emit()
