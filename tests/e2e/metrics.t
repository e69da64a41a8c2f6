#!/bin/sh
# SPDX-License-Identifier: MIT
#
# vrrpctl metrics: OpenMetrics text that says what the status says.
family=both
extra='router_advertisements = { };'
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 9

# What a reader of the format may rely on, as far as it concerns us: samples
# follow the TYPE of their metric, no metric comes twice, names and numbers are
# well formed, buckets grow, and the text has an end.
cat >"$LAB/judge" <<'AWK'
BEGIN {
	suffixes["counter"] = "_total"
	suffixes["info"] = "_info"
	suffixes["histogram"] = "(_bucket|_count|_sum)"
}
function wrong(what) { print FNR ": " what ": " $0; bad = 1 }
ended { wrong("after the end") }
$0 == "# EOF" { ended = 1; next }
$1 == "#" && $2 == "TYPE" {
	if ($3 in seen || $3 !~ /^[a-z_0-9]+$/)
		wrong("no new metric")
	seen[metric = $3]
	type = $4
	last = last_bound = -1
	next
}
$1 == "#" {
	if ($2 != "HELP" || $3 != metric || NF < 4)
		wrong("no help")
	next
}
{
	value = $NF
	name = $0
	sub(/[{ ].*/, "", name)
	suffix = substr(name, length(metric) + 1)
	labels = $0
	sub(/^[a-z_0-9]+/, "", labels)
	sub(/ [^ ]*$/, "", labels)
	if (labels !~ /^([{]([a-z_]+="([^"\\]|\\["\\n])*",?)+[}])?$/)
		wrong("labels")
	if (substr(name, 1, length(metric)) != metric)
		wrong("not of " metric)
	if (value !~ /^[0-9]+(\.[0-9]+)?$/)
		wrong("no number")
	if (suffix !~ ("^" suffixes[type] "$"))
		wrong("suffix")
	if ((name labels) in samples)
		wrong("twice")
	samples[name labels]
}
suffix == "_bucket" {
	bound = labels
	gsub(/[^0-9.]/, "", bound)
	if (value < last || (bound == "" ? 0 : bound + 0 <= last_bound))
		wrong("bucket")
	last = value
	last_bound = bound + 0
	infinite = labels ~ /Inf/
}
suffix == "_count" && (!infinite || value != last) { wrong("count") }
END { exit bad || !ended }
AWK
well_formed() {
	awk -f "$LAB/judge" "$LAB/metrics" >"$LAB/bad" ||
		{ diag "$(cat "$LAB/bad")" && false; }
}
has() {
	grep -qF "$1" "$LAB/metrics" || { diag "$(cat "$LAB/metrics")" && false; }
}
# sums NAME: over all samples of that name.
sums() {
	awk -v name="$1" 'index($0, name "{") == 1 { sum += $NF }
		END { printf "%d\n", sum }' "$LAB/metrics"
}

pair
sed -i 's/"lan"/"l\\"a\\\\n"/' "$LAB/r1.cfg"
start r1
within 10 is r1 active
ctl r1 --json status >"$LAB/before"
ctl r1 metrics >"$LAB/metrics"
ctl r1 --json status >"$LAB/after"

check "it is well formed" well_formed
broken() { sed "$1" "$LAB/metrics" | awk -f "$LAB/judge" | grep -q "$2"; }
check "a broken text is not" eval 'broken "s/_total/_sum/" suffix &&
	broken "s/le=.0.000512./le=\"0.1\"/" bucket && broken "3p" twice &&
	broken "s/family=.*}/&}/" labels'
check "a name is quoted" has 'vrrpd_router_state{router="l\"a\\n",'
check "the state" has 'vrid="51",family="ipv6",vrrpd_router_state="active"} 1'
check "is one of four" eval '[ "$(sums vrrpd_router_state)" = 2 ] &&
	[ "$(grep -c ^vrrpd_router_state "$LAB/metrics")" = 8 ]'
sent() { jq '[.routers[].statistics["advertisement-sent"]] | add' "$1"; }
between() {
	between_sum=$(sums vrrpd_router_advertisement_sent_total)
	[ "$between_sum" -ge "$(sent "$LAB/before")" ] &&
		[ "$between_sum" -le "$(sent "$LAB/after")" ]
}
check "counters are the status' counters" between
check "all of them" eval '[ "$(grep -c "TYPE vrrpd_router_.* counter" \
	"$LAB/metrics")" = "$(jq "[.routers[1] | .statistics,
	.[\"router-advertisements\"] | .[] | numbers] | length" \
	"$LAB/before")" ]'
check "how late each advertisement was" eval \
	'[ "$(awk "/^vrrpd_advertisement_lateness_seconds_count/ { print \$2 }" \
	"$LAB/metrics")" -ge "$(jq .vrrp.lateness.advertisements.count \
	"$LAB/before")" ]'
check "when it became Active" eval \
	'[ "$(grep -c "^vrrpd_router_last_transition_timestamp_seconds{.* 1[0-9]*\." \
	"$LAB/metrics")" = 2 ]'
