"""Metrics of pictures on NumPy: PSNR, SSIM, NIQE, color differences, checkerboard artifacts.

Each metric is a module: a function of pictures in ``[0, 1]`` that returns a number, checked
against published values in its test; `same_shape` has what they share, `luma` the channel that
papers measure on. The package may import `imaging` and `core`, and needs no torch. Start reading
at `psnr.py`.
"""
