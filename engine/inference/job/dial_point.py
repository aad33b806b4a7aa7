"""Auto: finds how much a photo needs to be restored, once its pixels are there.

A plan is made from the header of a photo, so its restoration is open where the user left it to
Auto; cost, size and name do not depend on it. `resolve_plan` closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.imaging.photo import Photo
from engine.inference.job.plan import PixelPlan

NEUTRAL_RESTORATION = 0.5
"""What a light degradation needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRestoration:
    """What Auto decided about a photo.

    Attributes:
        restoration: How much is restored, 0 to 1.
        reason: What it rests on, as a sentence for users; None if there is none.
    """

    restoration: float
    reason: str | None = None


def resolve_restoration(photo: Photo, *, scale: int) -> ResolvedRestoration:
    """Return how much ``photo`` needs to be restored.

    No estimator exists yet: every photo gets `NEUTRAL_RESTORATION`.

    Args:
        photo: The decoded photo.
        scale: Enlargement of the network.
    """
    return ResolvedRestoration(restoration=NEUTRAL_RESTORATION)


def resolve_plan(plan: PixelPlan, photo: Photo) -> PixelPlan:
    """Return ``plan`` with the restoration that ``photo`` needs where Auto is to decide it.

    Args:
        plan: From `plan_pixels` or `plan_photo` for this photo.
        photo: The decoded photo.
    """
    dial = plan.dial
    if dial is None or not dial.is_open:
        return plan
    # Only the first pass restores; the later ones are at 0.
    first, *others = plan.networks
    found = resolve_restoration(photo, scale=first.card.scale)
    first = first.with_dial(dial.estimated(found.restoration, found.reason))
    return replace(plan, networks=(first, *others))
