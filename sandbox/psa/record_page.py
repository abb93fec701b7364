"""The page that a deep link opens in a vendor's web client: here a plain table of the record."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final

from aiohttp import web

STYLE: Final = "body{font:15px system-ui;margin:3rem}th{text-align:left;padding-right:2rem}td,th{padding-bottom:.3rem}"


def table_of(title: str, fields: Iterable[tuple[str, Any]]) -> web.Response:
    """None and empty lists leave their cell empty."""
    lines = "".join(f"<tr><th>{escape(name)}<td>{escape(_shown(value))}" for name, value in fields)
    text = f"<!doctype html><style>{STYLE}</style><h1>{escape(title)}</h1><table>{lines}</table>"
    return web.Response(text=text, content_type="text/html")


def no_such_record() -> web.Response:
    return web.Response(text="<h1>There is no such record.</h1>", status=404, content_type="text/html")


def _shown(value: Any) -> str:
    return "" if value is None or value == [] else str(value)
