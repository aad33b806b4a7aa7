"""Photos, results and previews as the viewer reads them: tiles at full size and at halves of it.

`picture_levels` says what such a picture is and is the place to start reading; `preview_levels`
and `running_levels` are pictures with holes. `tile_store` keeps tiles ready to draw, `tile_span`
says which tiles a view needs. Imports `app.state` and `engine.api`.

    level 0   ########   every pixel          a tile has 256 x 256 pixels of its level
    level 1   ####       every second one
    level 2   ##         ... until the whole picture fits one tile
"""
