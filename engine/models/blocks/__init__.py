"""Building blocks that several networks share.

`merged_conv` is a convolution that is trained as several branches and ships as one. The package
imports torch alone.
"""
