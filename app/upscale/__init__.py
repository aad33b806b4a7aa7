"""The page on which a photo is opened, its enlargement is set up and previewed.

`photo_controller` holds the photo in the viewer and is the place to start reading; opening
(`photo_opener`), the finished result (`result_opener`), the result of a running job
(`running_result`) and the preview (`preview_controller`, `preview_renderer`) each have a file.
`choice_controller` holds the settings of the enlargement, `inspector` shows them. `model_import`
takes networks of the user's own into the catalog, and `grid_previews` previews one photo for
several models. Imports `app.window` and all below it, and no other page.
"""
