"""Measures the quality of networks on benchmark photos, by the protocols of the field.

`evaluate` compares candidates (networks or bicubic) with HR photos; `tables`, `sheet` and
`crops` show the results. It may import everything below it in the layers: `data`, `probing`,
`inference`, `metrics`, `imaging`, `catalog`, `config` and `core`; not `training`, `profiling`
or `export`. Start reading at `evaluate.py`.
"""
