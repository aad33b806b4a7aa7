"""Runs recipes: one loop, the training methods, checkpoints, and the record of a run.

`run` opens what a run needs and starts `loop`, which asks a method (`method` says what one is,
`methods` has them) for the losses of each step. Everything random depends on the seed and the
step alone, and a checkpoint holds all other state, so an interrupted run equals an uninterrupted
one. The package may import `engine.data`, `engine.models`, `engine.losses` and the runtime half of
the engine (`core`, `config`, `imaging`, `metrics`, `catalog`, `inference`, `quantization`, `runs`);
export, benchmarks and the command line build on it. Start reading at `run.run_training`.
"""
