"""The help-centre widget: the custom element <policy-answers>.

`source/` holds its ES modules, its style and its texts; `make widget` has esbuild bundle and
minify them into `widget.js`. That file is committed, so whoever installs or embeds the widget
builds nothing; tests assert that it is what the modules make, and that it stays small.
"""

from importlib.resources import files


def widget_source() -> bytes:
    """Return the widget as one ES module in UTF-8."""
    return files(__name__).joinpath("widget.js").read_bytes()
