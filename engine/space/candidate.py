"""One network of a search space, and the values that name it."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

_ID_DIGITS = 10  # 40 bits: two of 100,000 candidates share an id with a chance of 0.5 %


class Gene(Struct, frozen=True, kw_only=True):
    """One choice that a space offers.

    Attributes:
        name: What is chosen, such as ``channels`` or ``block_3.tap``.
        choices: The values, ascending; what they mean is the space's matter.
        is_ordered: Whether neighboring values are similar, so that a mutation takes one step.
    """

    name: str
    choices: tuple[int, ...]
    is_ordered: bool = True


class Candidate(Struct, frozen=True, kw_only=True):
    """A network of a space, in its canonical form.

    Only `Space.candidate` makes one: equal networks are then equal candidates.

    Attributes:
        family: The space's family, such as ``mfanet``.
        scale: Factor between LR and SR sides.
        genes: A value for each gene of the space, None where the gene has no effect.
    """

    family: str
    scale: int
    genes: tuple[int | None, ...]

    @property
    def id(self) -> str:
        """A short name that depends on the network alone, the same in every run and version."""
        genes = list(self.genes)
        # Without the genes of blocks that are not there, a space of deeper networks gives a
        # network the same id.
        while genes and genes[-1] is None:
            genes.pop()
        text = msgspec.json.encode([self.family, self.scale, genes])
        return hashlib.sha256(text).hexdigest()[:_ID_DIGITS]
