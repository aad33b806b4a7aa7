#!/bin/sh
# Gets what the tests of the browser demo need: Chromium from Debian, ONNX Runtime Web from npm.
# Usage: web_browser.sh PYTHON FOLDER
# Without them those tests are skipped with the reason, so nothing here fails.
set -u
python=$1
folder=$2

if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  as_root=
  if [ "$(id -u)" != 0 ]; then
    as_root="sudo -n"
  fi
  echo "Installing Chromium for the tests of the browser demo"
  $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
    echo "Chromium cannot be installed here; the tests that need it are skipped." >&2
fi

if [ ! -d "$folder" ]; then
  "$python" -m engine.export.web.runtime_package "$folder" ||
    echo "ONNX Runtime Web cannot be downloaded; the tests that need it are skipped." >&2
fi
