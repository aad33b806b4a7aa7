"""The page of photos: the packages viewer, upscale, queue, presentation and sharing put together.

These packages do not know each other. `photos_page` builds their parts and connects them; the
classes beside it do what is more than a connection (`viewer_updater`, `inspector_updater`,
`photo_status`, `queue_actions`, `presentation_controller`, `menu_marks`, `pasting`, `closing`),
and each gets what it works with by keyword. Imports `app.window` and all below it, and no other
page. Start reading at `photos_page`.
"""
