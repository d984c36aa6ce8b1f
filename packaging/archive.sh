#!/usr/bin/env bash
# Packs the program built for TARGET into dist/ (or the folder given second), under the name that `cargo binstall` and the action look for, with
# its checksum beside it. Completions and manual pages are in it too, if the program runs on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?the target that the program was built for}
dist=${2:-dist}
version="$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)"
name="jwtlint-$target-v$version"
program="${CARGO_TARGET_DIR:-target}/$target/release/jwtlint"
if [[ "$target" == *windows* ]]; then program+=.exe; fi

mkdir -p "$dist/$name"
cp "$program" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE jwtlint.schema.json "$dist/$name/"
if "$program" --version >/dev/null 2>&1; then
  mkdir -p "$dist/$name/completions" "$dist/$name/man"
  for shell in bash zsh fish powershell elvish; do
    "$program" completions "$shell" >"$dist/$name/completions/jwtlint.$shell"
  done
  "$program" man >"$dist/$name/man/jwtlint.1"
  "$program" man check >"$dist/$name/man/jwtlint-check.1"
fi

cd "$dist"
if [[ "$target" == *windows* ]]; then
  archive="$name.zip"
  7z a -bso0 "$archive" "$name"
else
  archive="$name.tgz"
  tar -czf "$archive" "$name"
fi
rm -r "$name"
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
