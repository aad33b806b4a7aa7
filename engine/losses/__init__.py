"""Loss functions: what training minimizes.

Each is a function or a small module with its paper, of tensors alone: `pictures` compares
pictures, `features` feature maps, `feature_networks` computes such maps, and `adversarial` has
the GAN losses. Their weights are fields of `engine.config.parts`; `engine.training.methods` adds
the terms up. The package may import `engine.core` and the structs of `engine.config`.
"""
