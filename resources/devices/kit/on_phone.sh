# Runs on the phone: every network between two runs of the reference, each when the phone is cool.
set -eu
. ./settings.sh
chmod +x benchmark
FREQUENCY=/sys/devices/system/cpu/cpu$CORE/cpufreq

hottest_c() {
    hottest=0
    for zone in /sys/class/thermal/thermal_zone*; do
        case $(cat "$zone/type" 2>/dev/null) in
        *cpu* | *CPU* | *soc*) ;;
        *) continue ;;
        esac
        value=$(cat "$zone/temp" 2>/dev/null) || continue
        # Some phones tell degrees, most a thousandth of them.
        if [ "$value" -gt 1000 ]; then value=$((value / 1000)); fi
        if [ "$value" -gt "$hottest" ]; then hottest=$value; fi
    done
    echo "$hottest"
}

cool_down() {
    waited_s=0
    while [ "$(hottest_c)" -gt "$COOL_BELOW_C" ] && [ "$waited_s" -lt "$COOL_AT_MOST_S" ]; do
        sleep 5
        waited_s=$((waited_s + 5))
    done
}

state() {
    printf '%s,%s,%s,%s\n' "$1" "$(cat "$FREQUENCY/scaling_governor" 2>/dev/null || true)" \
        "$(cat "$FREQUENCY/scaling_cur_freq" 2>/dev/null || true)" "$(hottest_c)"
}

{
    echo "moment,governor,frequency_khz,temperature_c"
    state before
} >state.txt
echo "turn,network,p50_s,temperature_c" >answers.csv
turn=0
while read -r network; do
    cool_down
    turn=$((turn + 1))
    # -I: random input; -o 99: all optimizations; -s: percentiles.
    said=$(LD_LIBRARY_PATH=. taskset "$AFFINITY" ./benchmark -I -m times -r "$RUNS" \
        -x "$THREADS" -o 99 -s "models/$network.onnx" </dev/null 2>&1) || true
    p50_s=$(echo "$said" | sed -n 's/^P50 Latency[^0-9]*\([0-9.e-]*\).*/\1/p')
    if [ -z "$p50_s" ]; then
        echo "$network: the benchmark failed:" >&2
        echo "$said" >&2
        exit 1
    fi
    echo "$turn,$network,$p50_s,$(hottest_c)" >>answers.csv
done <networks.txt
state after >>state.txt
