"""What HTTP, agents' tools and Slack share: one path for every question, the live build, logs.

* Answered: `ask`, with `answer_cache`, `question_log`, `metrics` and `traces`.
* The live build: `live` takes over another one, `pulling` fetches it where machines share builds.
* Looked at by owners: `checked_build`, `uploads`, `build_figures`, `answer_moves`, `gaps`.
* Said and linked: `contract` (JSON), `wording`, `quote_lines`, `further`, `page_links`,
  `short_links`.
"""
