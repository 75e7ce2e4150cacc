"""Mutants of a module: its source with one place changed as a slip of the pen would."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
UNSEEN = ("_log", "logging", "warnings")
"""A lost line of the log is not what is looked for."""


class Mutant(NamedTuple):
    """One change of one place.

    Attributes:
        module: path below the root.
        line: its number.
        begin, end: bytes of the source that are replaced.
        was, now: the text there, before and after.
    """

    module: str
    line: int
    begin: int
    end: int
    was: str
    now: str

    def __str__(self) -> str:
        """The place and the change, on one line."""
        was, now = (" ".join(text.split())[:70] for text in (self.was, self.now))
        return f"{self.module}:{self.line}: {was} -> {now}"

    def applied_to(self, source: bytes) -> bytes:
        """The mutated source."""
        return source[: self.begin] + self.now.encode() + source[self.end :]


def mutants_of(root: Path, module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its source; those that do not compile left out."""
    source = (root / module).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, now in _changes(ast.parse(source)):
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        was = source[begin:end].decode()
        found.append(Mutant(module, node.lineno, begin, end, was, now))
    return [mutant for mutant in found if _compiles(mutant.applied_to(source))]


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Nodes to replace and what with; not in annotations, f-strings or what is for types."""
    for node in _executed(tree):
        if isinstance(node, ast.expr):
            yield from ((node, f"({now})") for now in _other_values(node))
        elif isinstance(node, ast.stmt):
            yield from ((node, now) for now in _other_statements(node))


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            yield child
            yield from _executed(child)


def _other_values(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        other = FLIPS[type(node.ops[0])]()
        yield ast.unparse(ast.Compare(node.left, [other], node.comparators))
    elif isinstance(node, ast.BoolOp):
        other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.unparse(ast.BoolOp(other_op, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield ast.unparse(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        yield ast.unparse(ast.BinOp(node.left, SWAPS[type(node.op)](), node.right))
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    elif isinstance(node, ast.IfExp):
        yield ast.unparse(ast.IfExp(node.test, node.orelse, node.body))


def _other_constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int):
        yield repr(value + 1)
    elif isinstance(value, float):
        yield repr(value * 1.5 + (value == 0))


def _other_statements(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield "return None"
    elif isinstance(node, ast.Raise | ast.Continue | ast.Break | ast.AugAssign) or _acts(node):
        yield "pass"


def _acts(node: ast.stmt) -> bool:
    """Whether a statement is there for what it does: neither a docstring nor a line of the log."""
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant):
        return False
    return not ast.unparse(node).startswith(UNSEEN)
