"""What the source says about the fields of a struct: the texts below them, for the OpenAPI document and the UI's types."""

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise
from typing import Any, get_origin


def field_docs(type_: Any) -> dict[str, str]:
    """The text of each documented field or enum member, by its name in Python; those of base classes too."""
    class_: type = get_origin(type_) or type_
    docs: dict[str, str] = {}
    for base in reversed(class_.__mro__):
        if base.__module__.startswith("monitor."):
            docs |= _module_docs(base.__module__).get(base.__name__, {})
    return docs


@cache
def _module_docs(module: str) -> dict[str, dict[str, str]]:
    classes = ast.parse(inspect.getsource(sys.modules[module])).body
    return {node.name: _documented(node) for node in classes if isinstance(node, ast.ClassDef)}


def _documented(definition: ast.ClassDef) -> dict[str, str]:
    docs: dict[str, str] = {}
    for field, text in pairwise(definition.body):
        name = _name(field)
        if name and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            docs[name] = inspect.cleandoc(str(text.value.value))
    return docs


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""
