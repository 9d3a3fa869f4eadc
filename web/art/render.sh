#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Draws public/icons/*.png from the drawings here, with Chromium. Run after changing one of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly OUT=../public/icons
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

draw() {  # drawing width height name
  printf '<style>body{margin:0}svg{display:block;width:%spx;height:%spx}</style>' "$2" "$3" >"$scratch/page.html"
  cat "$1" >>"$scratch/page.html"
  chromium --headless=new --no-sandbox --disable-gpu --no-first-run --disable-sync \
    --disable-background-networking --disable-component-update --user-data-dir="$scratch/profile" \
    --hide-scrollbars --default-background-color=00000000 --force-device-scale-factor=1 \
    --window-size="$2,$3" --screenshot="$scratch/$4" "file://$scratch/page.html" 2>/dev/null
  cp "$scratch/$4" "$OUT/$4"
}

draw icon.svg 512 512 icon-512.png
draw icon.svg 192 192 icon-192.png
draw icon.svg 180 180 apple-touch-180.png
draw badge.svg 96 96 badge-96.png
draw share.svg 1200 630 share.png
