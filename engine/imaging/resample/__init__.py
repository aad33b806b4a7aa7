"""Bicubic resampling: one kernel, one place that turns it into weights, one that applies them.

`kernels` computes the weights of an axis, `banded` multiplies pictures by them, `bicubic`
resamples a whole picture or one region of it. May import `engine.core` only. Start reading at
`bicubic.resize_bicubic`.
"""
