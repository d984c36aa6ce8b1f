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

# The program ends a category with a slash of its own, and takes one of slashes alone for none.
category="${JWTLINT_CATEGORY:-}"
while [[ "$category" == */ ]]; do category="${category%/}"; done

# Code scanning closes every alert that the newest upload of a category leaves out.
if [[ "${JWTLINT_UPLOAD:-false}" == true && ( -z "$category" || "$category" == jwtlint ) ]]; then
  for argument in ${more[@]+"${more[@]}"}; do
    case "$argument" in
      --staged | --changed-since | --changed-since=*)
        echo "::error::with $argument only a part is uploaded, which would close all other alerts: set upload to false, or a category of its own" >&2
        exit 2
        ;;
    esac
  done
fi

# Bash 3 of macOS takes an empty array for unset.
exec jwtlint check "$@" ${more[@]+"${more[@]}"} -- ${paths[@]+"${paths[@]}"}
