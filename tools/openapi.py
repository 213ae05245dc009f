#!/usr/bin/env python3
"""Writes the API's document as JSON and as a page, for the build.

usage: openapi.py YAML OUT_JSON OUT_HTML

Needs python3-yaml.
"""
import html
import json
import pathlib
import sys

import yaml

METHODS = ("get", "post", "patch", "put", "delete")


def resolve(document, value):
    while isinstance(value, dict) and "$ref" in value:
        target = document
        for part in value["$ref"].lstrip("#/").split("/"):
            target = target[part]
        value = target
    return value


def text(value):
    return html.escape(str(value))


def kind(schema):
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f'<a href="#{text(name)}">{text(name)}</a>'
    if "enum" in schema:
        return " | ".join(text(one) for one in schema["enum"])
    if "const" in schema:
        return text(json.dumps(schema["const"]))
    if "allOf" in schema:
        return " and ".join(kind(one) for one in schema["allOf"])
    types = schema.get("type", "anything")
    types = [types] if isinstance(types, str) else types
    if "array" in types and "items" in schema:
        return "list of " + kind(schema["items"])
    if "object" in types and "properties" in schema:
        return "object:" + members(schema)
    return text(" or ".join(types) + (f' ({schema["format"]})' if "format" in schema else ""))


def members(schema):
    needed = schema.get("required", [])
    rows = [f'<dt><code>{text(name)}</code>{"" if name in needed else " <i>optional</i>"}</dt>'
            f'<dd>{kind(one)} {text(one.get("description", ""))}</dd>'
            for name, one in schema.get("properties", {}).items()]
    return f'<dl>{"".join(rows)}</dl>'


def operation(document, path, shared, method, one):
    parts = [f'<section id="{text(one["operationId"])}"><h3><b>{method.upper()}</b> <code>{text(path)}</code></h3>',
             f'<p>{text(one["summary"])}</p>']
    if "description" in one:
        parts.append(f'<p>{text(one["description"])}</p>')
    if one.get("x-scope"):
        parts.append(f'<p>Scope: {text(one["x-scope"])}</p>')
    if one.get("security") == []:
        parts.append("<p>Open to all.</p>")
    parameters = [resolve(document, p) for p in shared + one.get("parameters", [])]
    if parameters:
        rows = [f'<dt><code>{text(p["name"])}</code> <i>{text(p["in"])}</i></dt>'
                f'<dd>{kind(p.get("schema", {}))} {text(p.get("description", ""))}</dd>' for p in parameters]
        parts.append(f'<h4>Parameters</h4><dl>{"".join(rows)}</dl>')
    for media, body in one.get("requestBody", {}).get("content", {}).items():
        parts.append(f'<h4>Body: {text(media)}</h4><div>{kind(body.get("schema", {}))}</div>')
    for status, answer in one["responses"].items():
        answer = resolve(document, answer)
        content = "".join(f'<div>{text(media)}: {kind(body.get("schema", {}))}</div>'
                          for media, body in answer.get("content", {}).items())
        parts.append(f'<h4>{text(status)}</h4><p>{text(answer.get("description", ""))}</p>{content}')
    return "".join(parts) + "</section>\n"


def page(document):
    sections, index = [], []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            one = item[method]
            index.append(f'<li><a href="#{text(one["operationId"])}"><b>{method.upper()}</b> {text(path)}</a></li>')
            sections.append(operation(document, path, item.get("parameters", []), method, one))
    schemas = "".join(f'<section id="{text(name)}"><h3>{text(name)}</h3>'
                      f'<p>{text(schema.get("description", ""))}</p><div>{kind(schema)}</div></section>\n'
                      for name, schema in document["components"]["schemas"].items())
    info = document["info"]
    return (f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width">\n<title>{text(info["title"])} API</title>\n'
            f'<link rel="stylesheet" href="/docs.css">\n<h1>{text(info["title"])} API</h1>\n'
            f'<p>{text(info["description"])}</p>\n<p><a href="/openapi.json">openapi.json</a></p>\n'
            f'<nav><ul>{"".join(index)}</ul></nav>\n{"".join(sections)}<h2>Schemas</h2>\n{schemas}</html>\n')


def main():
    source, json_file, html_file = map(pathlib.Path, sys.argv[1:])
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    json_file.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    html_file.write_text(page(document), encoding="utf-8")


main()
