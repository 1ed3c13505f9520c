"""記事の表示: Markdown to HTML that is safe to put on a page, and to plain text for the index.

Raw HTML is shown as text, links lead only to http(s) or to this application, images are not taken. What lives
elsewhere arrives as a value: `{{figure:NAME}}` is replaced by what `resolve_figure` says about NAME.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

ResolveFigure = Callable[[str], str | None]

FIGURE = re.compile(r"\{\{figure:([A-Za-z0-9_./:@-]{1,120})\}\}")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
LOWEST_HEADING = 6


def render(markdown: str, *, resolve_figure: ResolveFigure | None = None) -> str:
    """The article as HTML. `resolve_figure(name)` returns the figure's text, or None if there is none."""
    return _MARKDOWN.render(
        markdown.replace("\x00", ""), {"resolve_figure": resolve_figure or _unknown_figure}
    )


def figure_names(markdown: str) -> list[str]:
    """The figures an article asks for, in order, each once."""
    return list(dict.fromkeys(FIGURE.findall(markdown)))


def plain_text(markdown: str) -> str:
    """The words of an article, one block a line; what is indexed and shown in search results."""
    lines: list[str] = []
    for token in _MARKDOWN.parse(markdown.replace("\x00", ""), {}):
        if token.type in ("fence", "code_block"):
            lines.append(token.content.strip())
        elif token.type == "inline":
            lines.append("".join(_words_of(child) for child in token.children or ()).strip())
    return "\n".join(line for line in lines if line)


def _words_of(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    return " " if token.type in ("softbreak", "hardbreak") else ""


def _unknown_figure(name: str) -> str | None:
    return None


def _is_allowed_link(url: str) -> bool:
    """http, https or a path of this application; what a browser might read as another host or scheme is refused."""
    address = re.sub(r"[\x00-\x20]", "", url).lower()
    if address.startswith(("http://", "https://")):
        return True
    first_segment = re.split(r"[/?#]", address, maxsplit=1)[0]
    return not (address.startswith("//") or ":" in first_segment or "\\" in address or "%5c" in address)


def _figure_rule(state: StateInline, silent: bool) -> bool:
    found = FIGURE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("figure", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _render_figure(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    name = tokens[index].content
    value = env["resolve_figure"](name)
    if value is None:
        return f'<span class="figure figure-missing" data-figure="{escape(name)}">〔値なし: {escape(name)}〕</span>'
    return f'<span class="figure" data-figure="{escape(name)}">{escape(value)}</span>'


def _render_link_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    if SCHEME.match(str(tokens[index].attrGet("href") or "")):
        tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, env)


def _lower_headings(state: Any) -> None:
    """The page has its own h1: an article's headings begin at h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, LOWEST_HEADING)}"


def _align_by_class(state: Any) -> None:
    """The pages' security policy takes no inline style: a column's alignment becomes a class."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", "")) if token.type in ("th_open", "td_open") else ""
        if style:
            token.attrJoin("class", style.replace("text-align:", "align-"))


def _make_parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["image", "html_block", "html_inline"])
    )
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    parser.inline.ruler.before("text", "figure", _figure_rule)
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.core.ruler.push("align_by_class", _align_by_class)
    parser.add_render_rule("figure", _render_figure)
    parser.add_render_rule("link_open", _render_link_open)
    return parser


_MARKDOWN = _make_parser()
