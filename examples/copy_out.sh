#!/usr/bin/env bash
# Copies each example into an empty package outside the workspace, with the dependencies named at its top, and runs it.
# All packages are built at once. With `--one-by-one`, each is built alone, so that no other adds a feature that it lacks.
set -euo pipefail
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$examples")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
unset TELNYX_API_KEY TELNYX_BASE_URL

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cp "$root/Cargo.lock" "$out"
{
  printf '[workspace]\nresolver = "3"\nmembers = ["*"]\n\n'
  # The profile of the workspace.
  sed -n '/^\[profile\.dev/,/^$/p' "$root/Cargo.toml"
  printf '[patch.crates-io]\n'
  for crate in "$root"/crates/*; do
    printf '%s = { path = "%s" }\n' "$(sed -n 's/^name = "\(.*\)"/\1/p' "$crate/Cargo.toml" | head -1)" "$crate"
  done
} >"$out/Cargo.toml"

packages=()
for source in "$examples"/*.rs "$examples"/quickstart/src/main.rs; do
  name=$(basename "$source" .rs)
  [ "$name" = main ] && name=quickstart
  mkdir -p "$out/$name/src"
  cp "$source" "$out/$name/src/main.rs"
  {
    printf '[package]\nname = "copied-%s"\nversion = "0.0.0"\nedition = "2024"\n\n' "$name"
    sed -n '/^\/\/! ```toml$/,/^\/\/! ```$/ { /```/d; s/^\/\/! \{0,1\}//; p }' "$source"
  } >"$out/$name/Cargo.toml"
  packages+=("$name")
done

cd "$out"
[ "${1:-}" = --one-by-one ] || cargo build --quiet --workspace
for name in "${packages[@]}"; do
  printf '\n== %s\n' "$name"
  [ "${1:-}" != --one-by-one ] || cargo build --quiet --package "copied-$name"
  "$CARGO_TARGET_DIR/debug/copied-$name"
done
printf '\n%s examples ran.\n' "${#packages[@]}"
