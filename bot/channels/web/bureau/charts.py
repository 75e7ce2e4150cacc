"""Charts as SVG for a page under our strict policy: no script, no style of their own.

Pygal draws them; what it would style is left to ``bureau.css``, or the page would show a black
rectangle. A chart is an image with a caption; the table beside it says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORBIDDEN = ("style", "script", "defs", "title", "desc")
LETTERS = 12
"""Pixels of a letter, as in ``bureau.css``."""

_SVG = "{http://www.w3.org/2000/svg}"


def stacked_bars(
    labels: Sequence[str], series: Mapping[str, Sequence[int]], caption: str
) -> Markup:
    """Bars of several series, one upon the other.

    Args:
        labels: what each bar is.
        series: name of the series -> its value for each label.
        caption: what the chart shows, for who cannot see it.
    """
    import pygal  # noqa: PLC0415 - the bureau may never be opened

    return _draw(pygal.StackedBar, labels, series, caption)


def bars(labels: Sequence[str], values: Sequence[int], caption: str) -> Markup:
    """Plain bars; arguments as of :func:`stacked_bars`, of one series."""
    import pygal  # noqa: PLC0415 - as above

    return _draw(pygal.Bar, labels, {caption: values}, caption)


def line(labels: Sequence[str], series: Mapping[str, Sequence[float]], caption: str) -> Markup:
    """Lines; arguments as of :func:`stacked_bars`."""
    import pygal  # noqa: PLC0415 - as above

    return _draw(pygal.Line, labels, series, caption)


def _draw(
    kind: Any,  # noqa: ANN401 - a class of a library without types
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    caption: str,
) -> Markup:
    from pygal.style import Style  # noqa: PLC0415 - as above

    chart = kind(
        # Room for the letters that bureau.css sets; nothing else of the style is kept.
        style=Style(label_font_size=LETTERS, major_label_font_size=LETTERS),
        width=860,
        height=280,
        js=(),
        show_legend=False,
        x_labels_major_count=8,
        show_minor_x_labels=False,
        show_y_guides=True,
        disable_xml_declaration=True,
        pretty_print=False,
        dots_size=2,
        truncate_label=-1,
        margin=8,
    )
    chart.x_labels = list(labels)
    for name, values in series.items():
        chart.add(name, list(values))
    chart.add_xml_filter(lambda root: _bare(root, caption))
    return Markup(chart.render(is_unicode=True))  # noqa: S704 - made of numbers and escaped by the library


def _bare(root: Any, caption: str) -> Any:  # noqa: ANN401 - an element of xml.etree or lxml
    """The same picture without scripts and styles, named by its caption."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _name(child) in _FORBIDDEN:
                parent.remove(child)
        for attribute in ("style", "onload", "id"):
            parent.attrib.pop(attribute, None)
    root.attrib.pop("class", None)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-label", caption)
    return root


def _name(element: Any) -> str:  # noqa: ANN401 - as above
    tag = element.tag
    return tag.removeprefix(_SVG) if isinstance(tag, str) else ""
