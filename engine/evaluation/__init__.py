"""Measures the quality of networks on benchmark photos, by the protocols of the field.

`evaluate` compares candidates (networks, at a point of their dial, or bicubic) with HR photos;
`tables`, `sheet` and `crops` show the results; `subnet_quality` measures the subnets of a
supernet on a few crops. It may import everything below it in the layers: `models`, `data`,
`probing`, `inference`, `metrics`, `imaging`, `catalog`, `config` and `core`; not `training`,
`profiling` or `export`. Start reading at `evaluate.py`.
"""
