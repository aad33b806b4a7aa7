"""Recipes and comparison plans: YAML files, read into strict, frozen structs.

Start with `recipes.py`: one struct per kind of run. `parts.py` and `degradation.py` hold the
groups of values that recipes share, `method_comparison.py` the plan of a comparison.
`overrides.py` applies ``--set``, `renamed_keys.py` knows the names of earlier versions. May
import ``core`` only; what the values mean to a network is for `engine.training` to know.
"""
