#!/usr/bin/env bash
# `jwtlint check` with the given arguments and those of the action's inputs: JWTLINT_ARGS and JWTLINT_PATHS hold one in a line.
set -euo pipefail

more=() paths=()
while IFS= read -r line; do
  if [[ -n "$line" ]]; then more+=("$line"); fi
done <<<"${JWTLINT_ARGS:-}"
while IFS= read -r line; do
  if [[ -n "$line" ]]; then paths+=("$line"); fi
done <<<"${JWTLINT_PATHS:-.}"

# Bash 3 of macOS takes an empty array for unset.
exec jwtlint check "$@" ${more[@]+"${more[@]}"} -- ${paths[@]+"${paths[@]}"}
