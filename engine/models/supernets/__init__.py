"""Variants of MFANet whose weights contain smaller networks: slices of it, or gated channels.

Both run the body of `generators.mfanet` with a convolution or a gate of their own. Start with
`mfanet` (subnets by slicing; `engine.space` says which there are); `gated` finds channels that can
go, and `importance` sorts them. The package imports `engine.models`, `engine.config` and
`engine.core`.
"""
