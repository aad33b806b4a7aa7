"""Recipes and comparison plans: YAML files, read into strict, frozen structs.

Start with `recipes.py`: one struct per training method. `recipe_file.py` reads and writes them;
`parts.py` and `degradation.py` are the groups of values that they share, `method_comparison.py`
the plan of a comparison. `overrides.py` applies ``--set``, `renamed_keys.py` knows the names of
earlier versions. May import ``core`` only; what the values mean to a network is decided in
`engine.training`.
"""
