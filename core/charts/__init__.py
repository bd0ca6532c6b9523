"""Charts of the portal: build an option once, send it to the browser or draw it with ``svg`` for print."""

from core.charts.drawing import Drawing, svg
from core.charts.options import Series, Share, Table, bar, bar_line, line, share_bars, table

__all__ = ["Drawing", "Series", "Share", "Table", "bar", "bar_line", "line", "share_bars", "svg", "table"]
