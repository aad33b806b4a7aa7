"""Networks that classify pictures as HR photos or as SR.

`base` says what each of them promises and `build` lists them by the names that recipes use. The
package may import `engine.core` and the structs of `engine.config`.
"""
