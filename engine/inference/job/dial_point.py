"""Auto: finds how much a photo needs to be restored, once its pixels are there.

A plan is made from the header of a photo, so its restoration is open where the user left it to
Auto; cost, size and name do not depend on it. `resolve_plan` closes it.
"""

from __future__ import annotations

from dataclasses import replace

from engine.imaging.photo import Photo
from engine.inference.job.plan import PixelPlan
from engine.inference.restoration.estimate import estimate_restoration


def resolve_plan(plan: PixelPlan, photo: Photo) -> PixelPlan:
    """Return ``plan`` with the restoration that ``photo`` needs where Auto is to decide it.

    Args:
        plan: From `plan_pixels` or `plan_photo` for this photo.
        photo: The decoded photo.

    Raises:
        ConfigError: If the weights of the estimator are missing from the installation.
    """
    dial = plan.dial
    if dial is None or not dial.is_open:
        return plan
    # Only the first pass restores; the later ones are at 0.
    first, *others = plan.networks
    found = estimate_restoration(photo, scale=first.card.scale)
    first = first.with_dial(dial.estimated(found.restoration, found.reason))
    return replace(plan, networks=(first, *others))
