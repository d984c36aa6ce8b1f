#!/usr/bin/env bash
# Puts jwtlint on PATH: the program of a release, checked by its checksum; else built from the action's own source.
#
# JWTLINT_VERSION: the release, without `v`; the action's own version if empty.
# JWTLINT_REPOSITORY: where releases are; nothing is downloaded if it names no repository.
set -euo pipefail

action="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
folder="${RUNNER_TEMP:?}/jwtlint"
own_version="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$action/Cargo.toml" | head -n 1)"
version="${JWTLINT_VERSION:-$own_version}"
readonly action folder own_version version TAMPERED=3

# The name that archives of this machine have; fails where none are built.
target() {
  case "${RUNNER_OS:?}-${RUNNER_ARCH:?}" in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
}

# Compares the checksum beside an archive with its own.
is_whole() {
  local archive=$1
  if command -v sha256sum >/dev/null; then
    sha256sum --check --status "$archive.sha256"
  else
    shasum -a 256 --check --status "$archive.sha256"
  fi
}

# Downloads and unpacks a release; fails where there is none.
download() {
  local target name archive url program=jwtlint
  [[ "${JWTLINT_REPOSITORY:-}" == *//*/?*/?* ]] || return 1
  target="$(target)" || return 1
  name="jwtlint-$target-v$version"
  archive="$name.tgz"
  if [[ "$target" == *windows* ]]; then archive="$name.zip" program=jwtlint.exe; fi
  url="$JWTLINT_REPOSITORY/releases/download/v$version/$archive"
  cd "$folder"
  curl --fail --silent --show-error --location --retry 3 --output "$archive" "$url" || return 1
  curl --fail --silent --show-error --location --retry 3 --output "$archive.sha256" "$url.sha256" || return 1
  if ! is_whole "$archive"; then
    echo "::error::the checksum of $archive is wrong" >&2
    return "$TAMPERED"
  fi
  if [[ "$archive" == *.zip ]]; then unzip -q "$archive"; else tar -xzf "$archive"; fi || return 1
  mkdir -p bin && mv "$name/$program" bin/
}

mkdir -p "$folder"
status=0
(download) || status=$?
# An archive that is not what was published is no reason to go on in another way.
if ((status == TAMPERED)); then exit 1; fi
if ((status != 0)); then
  if [[ -n "${JWTLINT_VERSION:-}" && "$version" != "$own_version" ]]; then
    echo "::error::there is no release $version for this machine" >&2
    exit 1
  fi
  echo "no release answers; building jwtlint $own_version from source"
  cargo install --locked --root "$folder" --path "$action"
fi
echo "$folder/bin" >>"${GITHUB_PATH:?}"
"$folder/bin/jwtlint" --version
