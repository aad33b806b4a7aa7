"""The blind test of the window: two enlargements without names, and the ranking at the end.

A page asks `BlindTests` to show a `BlindTestDialog` with its models; the dialog knows no page.
`blind_test` asks questions and keeps the answers, `prepared_crops` enlarges ahead on a thread, and
the pages of the dialog are `setup_page`, `question_page`, `end_page` and `result_page`. May import
what lies below the pages, and of the engine `engine.api`. Start reading at `blind_test_dialog.py`.
"""
