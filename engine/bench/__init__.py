"""Experiments that compare: training methods at one budget, our training loop with plain ones.

It lies below `cli` alone and may import everything else of the engine. Start reading at
`method_comparison.py`.
"""
