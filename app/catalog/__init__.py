"""The page of models: what is installed, how good it is, and models side by side on one photo.

`models_page` puts it together and is the place to start reading. `model_rows` says of each model
what lists show, search for and sort by; `model_list` shows them, `model_details` all of one card.
`comparison_view` and `comparison_controller` enlarge one photo by up to four models. Imports
`app.upscale`, `app.viewer`, `app.window` and all below them, and no other page.
"""
