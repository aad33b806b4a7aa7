"""Recipes and comparison plans: YAML files, read into strict, frozen structs.

Start with `recipes.py`: one struct per training method. `recipe_file.py` reads and writes them;
`parts.py` and `degradation.py` are the groups of values that they share, `method_comparison.py`
the plan of a comparison. `overrides.py` applies ``--set``, `renamed_keys.py` knows the names of
earlier versions. `recipe_fields.py` describes recipes for a form, `recipe_form.py` turns its values
into YAML and back. May import ``core`` only; what the values mean to a network is decided in
`engine.training`.
"""
