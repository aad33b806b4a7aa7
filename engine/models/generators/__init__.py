"""Networks that map LR to SR.

`base` says what each of them promises, `build` lists them by the names that recipes use, and
every other module is one architecture with its paper. The package may import `engine.core`, the
structs of `engine.config` and `engine.models.blocks`. A new generator needs its module and a line
in `build`; `TestEveryGenerator` in its tests then holds the contract for it.
"""
