"""Draws chart options as SVG with ECharts inside this process, fit for WeasyPrint and for inline use."""

import hashlib
import json
import re
import threading
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from quickjs import Context, JSException, Object

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
SVG = f"{{{SVG_NAMESPACE}}}"
INSTANCE = re.compile(r"\bzr\d+-")
LIBRARY = "echarts/dist/echarts.common.min.js"
# ECharts looks for a browser's globals; a drawing without animation needs no timers.
PRELUDE = "var self = globalThis; var setTimeout = function () {}, clearTimeout = setTimeout;"
# Joining makes a flat string: the bridge cannot carry the rope that ECharts concatenates.
DRAW = """
function draw(option, width, height) {
  var chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
  try {
    chart.setOption(JSON.parse(option));
    return [chart.renderToSVGString(), ''].join('');
  } finally {
    chart.dispose();
  }
}
"""
# For the mouse only, or of no use inside a page.
SCREEN_ATTRIBUTES = {"class", "pointer-events", "baseProfile", "version"}
SCREEN_PREFIX = "ecmeta_"
# White halos: WeasyPrint ignores paint-order and would paint them over the letters.
HALO_ATTRIBUTES = {"stroke", "stroke-width", "stroke-miterlimit", "paint-order"}

# A context belongs to the thread that made it.
_engines = threading.local()


class Drawing(str):
    """SVG text that templates print unescaped: every label in it was escaped when it was serialised."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def svg(option: dict, width: int, height: int) -> Drawing:
    """The option as inline SVG, ``width`` × ``height`` CSS px; same option, same text.

    Raises ImproperlyConfigured when ECharts is not installed and ValueError for an option it refuses.
    """
    source = json.dumps(option, ensure_ascii=False, sort_keys=True, allow_nan=False)
    try:
        raw = _engine()(source, width, height)
    except JSException as error:
        raise ValueError(f"ECharts refused the option: {error}") from error
    digest = hashlib.sha256(f"{width}x{height}{source}".encode()).hexdigest()[:10]
    root = fromstring(INSTANCE.sub(f"chart-{digest}-", raw))
    _prepare(root, option["aria"]["label"]["description"])
    return Drawing(_serialised(root))


def _serialised(root: Element) -> str:
    """Without prefixes, so that the text can stand inside HTML. The names lose their namespace and the root declares
    it: a default prefix registered for the whole process is taken over by whoever registers one later."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
    root.set("xmlns", SVG_NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode")


def _engine() -> Object:
    """This thread's drawing function; ECharts is loaded once per thread, in about 0.1 s."""
    if not hasattr(_engines, "draw"):
        path = settings.NODE_MODULES / LIBRARY
        if not path.is_file():
            raise ImproperlyConfigured(
                f"缺少图表程序 {path}。请运行 ./portal up 安装前端依赖，或更正环境变量 NODE_MODULES。"
            )
        _engines.context = Context()
        for program in (PRELUDE, path.read_text("utf-8"), DRAW):
            _engines.context.eval(program)
        _engines.draw = _engines.context.get("draw")
    return _engines.draw


def _prepare(root: Element, description: str) -> None:
    """Turn what ECharts writes for a live browser page into a drawing that every renderer shows alike."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{SVG}style" or _is_invisible(child):
                parent.remove(child)
    for element in root.iter():
        _plain_attributes(element)
    root.set("role", "img")
    title = Element(f"{SVG}title")
    title.text = description
    root.insert(0, title)


def _is_invisible(element: Element) -> bool:
    """Areas that only catch the mouse; a clip path has no paint of its own but is needed."""
    shape = element.tag in (f"{SVG}path", f"{SVG}rect")
    return shape and element.get("fill", "none") == "none" and "stroke" not in element.attrib


def _plain_attributes(element: Element) -> None:
    """Style declarations become attributes, which a strict content security policy allows."""
    for declaration in element.attrib.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            element.set(name.strip(), value.strip())
    halo = HALO_ATTRIBUTES if element.tag == f"{SVG}text" and "paint-order" in element.attrib else ()
    for name in list(element.attrib):
        if name in SCREEN_ATTRIBUTES or name in halo or name.startswith(SCREEN_PREFIX):
            del element.attrib[name]
