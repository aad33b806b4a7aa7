"""Metrics of pictures on NumPy: PSNR, SSIM, NIQE, color differences, checkerboard artifacts.

Each module is one metric: a function of pictures in ``[0, 1]`` that returns a number, checked
against published values in its test. It may import `imaging` and `core`, and needs no torch.
Start reading at `psnr.py`.
"""
