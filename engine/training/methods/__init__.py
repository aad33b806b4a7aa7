"""The training methods, a module each, and what they share.

`build` maps the kind of a recipe to its method. `psnr`, `gan`, `distill`, `mfagan`, `omgd`, `slim`,
`supernet` and `quantize` are methods; `picture_terms`, `imitation`, `feature_matching`,
`feature_hooks`, `discriminator_trainer`, `teachers` and `random_shift` are the parts they are built
from. The package may import what `engine.training` may. Start with `psnr`, the shortest, then
read `gan`; `docs/methods.md` compares each method with its paper.
"""
