#!/bin/sh
# Checks that Qt can start, and installs the Debian packages it needs where it may.
# Usage: qt_libraries.sh PYTHON offscreen|xcb
set -u
python=$1
platform=$2
packages="libglib2.0-0 libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3"
if [ "$platform" = xcb ]; then
  packages="$packages libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libxcb-shape0"
fi

qt_starts() {
  QT_QPA_PLATFORM=$platform "$python" -c \
    'from PySide6.QtWidgets import QApplication; QApplication([])' >/dev/null 2>&1
}

qt_starts && exit 0
if [ "$platform" = xcb ] && [ -n "${WAYLAND_DISPLAY:-}" ]; then
  platform=wayland
  qt_starts && exit 0
  platform=xcb
fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=
  if [ "$(id -u)" != 0 ]; then
    as_root="sudo -n"
  fi
  echo "Qt cannot start; installing its system libraries: $packages"
  if $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null && qt_starts; then
    exit 0
  fi
fi
echo "Qt cannot start here. It needs these system libraries (names as in Debian):" >&2
echo "  sudo apt-get install $packages" >&2
QT_DEBUG_PLUGINS=1 QT_QPA_PLATFORM=$platform "$python" -c \
  'from PySide6.QtWidgets import QApplication; QApplication([])' 2>&1 \
  | grep -iE 'cannot|error|could not' | sort -u | head -5 >&2
exit 1
