"""The index: vectors, words and texts of one corpus, built once, searched many times.

* Made: `build_plan` (of which files), `build`, `embedding_text` (what is encoded), `encoding`,
  `writer`, `manifest` (what a build says of itself).
* Kept: `releases` on disk; `build_store` and `shared_releases` for machines that share builds.
* Searched: `passage_index` is what any build can be asked, `policy_index` answers from files
  (`dense`, `lexical`, `sentence_vectors`), `milvus_index` from Milvus; `corpus` holds the texts of
  both, `opening` tells which it is.
"""
