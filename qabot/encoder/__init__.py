"""Text to vectors, and question and passage to a judgement.

`base` says what an encoder and a cross-encoder are, `load` gives one by its name, `onnx` runs it.
`pytorch`, `export` and `tuned_weights` make it ready for that, once.
"""
