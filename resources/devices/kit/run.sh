#!/bin/sh
# Runs the networks of this kit on a phone through adb, and fetches the answers.
#
#   BENCHMARK=onnxruntime_perf_test RUNTIME_VERSION=1.27.1 sh run.sh
#
# BENCHMARK        onnxruntime_perf_test, built for the phone's CPU
# RUNTIME_VERSION  the version of ONNX Runtime that it was built from
# LIBRARIES        shared libraries that it needs, if any
# PHONE_FOLDER     folder on the phone; default: /data/local/tmp/mfagan-kit
set -eu
cd "$(dirname "$0")"
. ./settings.sh
: "${BENCHMARK:?set it to the path of onnxruntime_perf_test for this phone}"
: "${RUNTIME_VERSION:?set it to the version of ONNX Runtime that the benchmark was built from}"
PHONE_FOLDER=${PHONE_FOLDER:-/data/local/tmp/mfagan-kit}

property() {
    # Without the characters that would end a JSON string.
    adb shell getprop "$1" </dev/null | tr -d '"\\\r\n'
}

adb shell "mkdir -p $PHONE_FOLDER"
adb push models on_phone.sh settings.sh networks.txt "$PHONE_FOLDER/"
adb push "$BENCHMARK" "$PHONE_FOLDER/benchmark"
for library in ${LIBRARIES:-}; do adb push "$library" "$PHONE_FOLDER/"; done
adb shell "cd $PHONE_FOLDER && sh on_phone.sh"
adb pull "$PHONE_FOLDER/answers.csv" answers.csv
adb pull "$PHONE_FOLDER/state.txt" state.txt
printf '{\n "device": "%s %s",\n "processor": "%s %s",\n "runtime_version": "%s",\n "measured_at": "%s"\n}\n' \
    "$(property ro.product.manufacturer)" "$(property ro.product.model)" \
    "$(property ro.soc.manufacturer)" "$(property ro.soc.model)" \
    "$RUNTIME_VERSION" "$(date -u +%Y-%m-%dT%H:%M:%S+00:00)" >phone.json
echo "Done. Read the answers with: mfagan device import $(pwd)"
