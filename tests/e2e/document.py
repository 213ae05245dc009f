"""The API's document as a test reads it: references followed, bodies made up, answers held against their schemas."""
import datetime
import json
import re

KNOWN = {"$ref", "type", "enum", "const", "allOf", "required", "properties", "items", "additionalProperties", "format",
         "minimum", "maximum", "minLength", "maxLength", "minProperties", "description", "examples", "default",
         "maxItems", "minItems", "pattern"}
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
         "null": type(None)}


class Document:
    def __init__(self, text):
        self.tree = json.loads(text)

    def resolve(self, value):
        while isinstance(value, dict) and "$ref" in value:
            target = self.tree
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            value = target
        return value

    def operations(self):
        """(method, path, operation, parameters) of everything in the document."""
        for path, item in self.tree["paths"].items():
            for method, one in item.items():
                if method == "parameters":
                    continue
                shared = item.get("parameters", []) + one.get("parameters", [])
                yield method.upper(), path, one, [self.resolve(p) for p in shared]

    def answer(self, operation, status):
        """What the document says of this status; nothing: it says nothing."""
        found = operation["responses"].get(str(status)) or operation["responses"].get("default")
        return self.resolve(found) if found else None

    def example(self, schema):
        """A value that the schema takes: only what is required."""
        schema = self.resolve(schema)
        if schema.get("examples"):
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "string")
        kind = kind if isinstance(kind, str) else kind[0]
        if kind == "object":
            properties = schema.get("properties", {})
            names = schema.get("required", []) or list(properties)[:schema.get("minProperties", 0)]
            return {name: self.example(properties[name]) for name in names}
        return {"string": "x" * max(1, schema.get("minLength", 1)), "integer": schema.get("minimum", 1),
                "boolean": True, "array": []}[kind]

    def faults(self, value, schema, where="body"):
        """What of the value does not fit the schema."""
        schema = self.resolve(schema)
        if set(schema) - KNOWN:
            return [f"{where}: the test does not know {sorted(set(schema) - KNOWN)}"]
        found = [fault for one in schema.get("allOf", []) for fault in self.faults(value, one, where)]
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        fits = any(isinstance(value, TYPES[kind]) and not (isinstance(value, bool) and kind in ("integer", "number"))
                   for kind in kinds)
        if kinds and not fits:
            return [f"{where}: {value!r} is no {' or '.join(kinds)}"]
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{where}: {value!r} is none of {schema['enum']}")
        if "const" in schema and value != schema["const"]:
            found.append(f"{where}: {value!r} is not {schema['const']!r}")
        if schema.get("format") == "date-time" and value is not None and not is_time(value):
            found.append(f"{where}: {value!r} is no RFC 3339 time")
        if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            found.append(f"{where}: {value} is out of bounds")
        if isinstance(value, dict):
            found += self.member_faults(value, schema, where)
        if isinstance(value, list) and "items" in schema:
            found += [f for i, one in enumerate(value) for f in self.faults(one, schema["items"], f"{where}[{i}]")]
        return found

    def member_faults(self, value, schema, where):
        properties = schema.get("properties", {})
        found = [f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, one in value.items():
            if name in properties:
                found += self.faults(one, properties[name], f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{where}: {name} is not in the document")
        return found

    def members(self, schema):
        """All names the document gives the members of an object."""
        schema = self.resolve(schema)
        names = set(schema.get("properties", {}))
        for one in schema.get("allOf", []):
            names |= self.members(one)
        return names


def is_time(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text):
        return False
    datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return True
