"""Loss functions: what training minimizes.

Each is a function or a small module with its paper, of tensors alone: `pictures` compares
pictures, `features` feature maps, `feature_networks` computes such maps, and `adversarial` has
the GAN losses. Their weights, and which of them a method uses, are decided in
`engine.training.methods`. The package may import `engine.core` and the structs of `engine.config`.
"""
