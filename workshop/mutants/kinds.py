"""The mistakes of this field, made one at a time in a module's text.

``mutants(text)`` yields every place where one of them can be made. General
tools exchange operators and numbers; here transposes are dropped, reshapes
take the other order, arguments and indices change places, and checks go.
"""

import ast
import copy
import itertools
from dataclasses import dataclass

# Functions whose two arguments may change places, or that then fail at once.
ANY_ORDER = {
    "max", "min", "items", "isinstance", "swapaxes", "maximum", "multiply",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    kind: str
    line: int
    statement: ast.stmt  # the innermost one that it is in
    definition: str  # the outermost one, as ``bare`` gives it
    ordinal: int  # which of the mutants of that definition
    function: str
    old: str
    new: str
    text: str  # of the whole module

    @property
    def name(self):
        """What it is, apart from the line, which moves."""
        return f"{self.function}: {self.old} → {self.new} ({self.kind})"


def mutants(text):
    tree = ast.parse(text)
    for outermost in tree.body:
        definition, ordinals = bare(outermost), itertools.count()
        for node, function, statement, around in _inside(outermost):
            for kind, new, *part in _made_of(node):
                changed = part[0] if part else node
                whole = _replaced(text, changed, new)
                ast.parse(whole)  # what is no Python would count as found
                shown = changed
                if kind == "axis":
                    # A number alone says little; what it stands in is as long.
                    shown = around or changed
                    new = _segment(whole, shown)
                yield Mutant(
                    kind, changed.lineno, statement, definition,
                    next(ordinals), function, _segment(text, shown), new,
                    whole,
                )  # fmt: skip


def bare(definition):
    """Return the text of a definition without docstrings and comments."""
    kept = copy.deepcopy(definition)
    for node in ast.walk(kept):
        is_definition = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if is_definition and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.unparse(kept)


def _segment(text, node):
    return " ".join(ast.get_source_segment(text, node).split())


def _inside(node, function="", statement=None, around=None):
    """Yield all nodes with what they are in.

    That is the function, the statement, and the call or the index.
    """
    if isinstance(node, ast.stmt):
        statement = node
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    yield node, function or "module", statement, around
    if isinstance(node, ast.Call | ast.Subscript):
        around = node
    for child in ast.iter_child_nodes(node):
        if not _means_nothing(node, child):
            yield from _inside(child, function, statement, around)


def _means_nothing(node, child):
    """Tell whether the order of a tuple, or which negative number it is."""
    match node:
        case ast.Call(func=ast.Attribute(attr="reshape")):
            return isinstance(child, ast.UnaryOp)
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, types]):
            return child is types
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[among]):
            return child is among
    return False


def _replaced(text, node, new):
    lines = text.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    whole = text.encode()
    return (whole[:start] + new.encode() + whole[end:]).decode()


def _made_of(node):
    """Yield (kind, text in place of the node) for each mistake.

    A third item is the part that the text takes the place of instead.
    """
    match node:
        case ast.Attribute(value=value, attr="T"):
            yield "transpose dropped", _part(value)
        case (
            ast.Call(
                func=ast.Attribute(value=value, attr="swapaxes" | "transpose")
            )
            | ast.Call(func=ast.Attribute(attr="moveaxis"), args=[value, _, _])
            | ast.Call(func=ast.Name(id="mT"), args=[value])
        ):
            yield "transpose dropped", _part(value)
        case ast.Call(
            func=ast.Attribute(value=value, attr="reshape"), keywords=[]
        ):
            arguments = ", ".join(map(_text, node.args))
            yield (
                "reshape in the other order",
                f'{_part(value)}.reshape({arguments}, order="F")',
            )
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            if _text(left) != _text(right):
                swapped = ast.BinOp(left=right, op=ast.MatMult(), right=left)
                yield "places exchanged", f"({_text(swapped)})"
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
            if not any(_is_text(part) for part in (left, right)):
                sign = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
                changed = ast.BinOp(left=left, op=sign, right=right)
                yield "sign", f"({_text(changed)})"
        case ast.AugAssign(op=ast.Add() | ast.Sub()):
            sign = "-" if isinstance(node.op, ast.Add) else "+"
            yield "sign", f"{_text(node.target)} {sign}= {_text(node.value)}"
        case ast.UnaryOp(
            op=ast.USub(), operand=ast.Constant(value=int(1 | 2))
        ):
            yield "axis", f"-{3 - node.operand.value}"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield "sign", _part(operand)
        case ast.BinOp(
            op=ast.Div() | ast.Mult(), left=left, right=ast.Constant(value=2)
        ):
            yield "factor lost", _part(left)
        case ast.BinOp(op=ast.Mult(), left=ast.Constant(value=2), right=right):
            yield "factor lost", _part(right)
        case ast.Tuple(elts=[first, second], ctx=ast.Load()):
            # Without brackets, or a slice would stand within them.
            new = f"{_text(second)}, {_text(first)}"
            if _text(first) != _text(second):
                yield "places exchanged", new if _bare(node) else f"({new})"
        case ast.Slice(upper=ast.UnaryOp(operand=ast.Constant(value=1 | 2))):
            pass  # an axis, or one of the last two, and exchanged as such
        case ast.Slice(lower=lower, upper=ast.expr() as upper, step=step):
            end = f"{_text(lower)}:({_text(upper)}) - 1"
            yield "off by one", end + (f":{_text(step)}" if step else "")
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="_arguments" | "_checks"))
            )
        ):
            yield "check removed", "pass"
        case ast.If(body=[ast.Raise()], orelse=[]):
            yield "check removed", "pass"
        case ast.BoolOp(op=op, values=values):
            for left_out in values:
                kept = [value for value in values if value is not left_out]
                rest = ast.BoolOp(op=op, values=kept)
                yield "condition left out", f"({_text(rest)})"
        case ast.IfExp(test=test, body=one, orelse=other):
            new = f"({_text(other)} if {_text(test)} else {_text(one)})"
            yield "branches exchanged", new
        case ast.If(test=test):
            yield "branches exchanged", f"not ({_text(test)})", test
        case ast.Call(func=ast.Name(id="duplication")):
            yield "𝒟 and 𝒟⁺ exchanged", f"np.linalg.pinv({_text(node)}).T"
        case ast.Call(
            func=ast.Attribute(attr="pinv"), args=[value], keywords=[]
        ):
            yield "𝒟 and 𝒟⁺ exchanged", f"{_part(value)}.T"
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[_, *_]):
            kept = [_text(part) for part in node.args]
            end = min(1, len(kept) - 1)
            kept[end] = f"({kept[end]}) - 1"
            yield "off by one", f"range({', '.join(kept)})"
        case ast.Call(func=ast.Name(id=name), args=[first, second, *rest]):
            if _text(first) != _text(second) and name not in ANY_ORDER:
                swapped = [second, first, *rest]
                yield "places exchanged", _called_with(node, swapped)
        case ast.Call(
            func=ast.Attribute(attr=name), args=[*rest, first, second]
        ):
            if _text(first) != _text(second) and name not in ANY_ORDER:
                swapped = [*rest, second, first]
                yield "places exchanged", _called_with(node, swapped)


def _text(node):
    return "" if node is None else ast.unparse(node)


def _called_with(call, arguments):
    return _text(ast.Call(call.func, arguments, call.keywords))


def _part(node):
    """Return the text of a part, in brackets where it may need them."""
    needs = ast.BinOp | ast.UnaryOp | ast.BoolOp | ast.Compare | ast.IfExp
    return f"({_text(node)})" if isinstance(node, needs) else _text(node)


def _bare(pair):
    """Tell whether a pair has no brackets of its own."""
    return pair.col_offset == pair.elts[0].col_offset


def _is_text(node):
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
