"""Parses files by grammars that are not the project's own: `parse.py LANGUAGE FILE…`; fails on the first error."""

import sys

from tree_sitter_language_pack import get_parser


def first_error(node):
    while node.has_error and not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error or child.is_error or child.is_missing)
    return node


language, *files = sys.argv[1:]
parser = get_parser(language)
for file in files:
    with open(file, "rb") as opened:
        text = opened.read()
    root = parser.parse(text).root_node
    if root.has_error:
        row, column = first_error(root).start_point
        sys.exit(f"{file}:{row + 1}:{column + 1}: not {language}")
    # A grammar that takes everything would prove nothing.
    if not parser.parse(text + b"\n}) ]\n").root_node.has_error:
        sys.exit(f"{language}: the parser sees no errors")
