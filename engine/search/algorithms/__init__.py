"""How a search chooses the candidates that it evaluates, as samplers of Optuna.

All see whole candidates: a parameter of the study is a gene of the space, also where it has no
effect, and a draw is one of the space. The package imports Optuna, `engine.space` and
`engine.config`. Start with `build`; `chromosomes` is what the samplers share.
"""
