"""Figures, fitted numbers, tuned weights.

* Figures: `evaluate` asks labelled `questions`; `test_set` and `labelling` are of the corpus's own.
* `python -m qabot.evaluation.fit`: `fitting`, of `fit_ranking` and `fit_answerability`.
* `python -m qabot.evaluation.tune`: `tuning`, on `training_examples`.
"""
