#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Once it runs, the loop's thread asks for no memory, gives none back and makes
# no process, whatever happens: a library under the agent writes it down if it
# does.  Another thread may hold the allocator's lock, and not be running.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

# The sanitizers have an allocator of their own.
if grep -q libasan "$BIN/vrrpd"; then
	echo "1..0 # SKIP the sanitizers' allocator is another one"
	exit 0
fi

plan 9

start_watched() {
	export LD_PRELOAD="$BIN/memory.so" MEMORY="$LAB/memory"
	start r2
	unset LD_PRELOAD
}
noted() { wc -l <"$LAB/memory"; }
begin() { before=$(noted); }
# With vrrpd's own places, as addr2line(1) takes them.
quiet() {
	[ "$(noted)" = "$before" ] && return
	tail -n "+$((before + 1))" "$LAB/memory" | sort | uniq -c |
		sort -rn | head -n 5 | sed 's/^/# /'
	return 1
}
# Minor and major ones of the first thread.
page_faults() {
	awk '{ print $10 + $12 }' \
		"/proc/$(daemon_pid r2)/task/$(daemon_pid r2)/stat"
}

pair
host stray 192.0.2.66/24
start r1
within 10 is r1 active
start_watched
within 10 is r2 backup
ctl r2 show lan >"$LAB/shown"
check "what the loop's thread does is seen" [ "$(noted)" -gt 100 ]

begin
faults=$(page_faults)
sleep 1
check "a Backup that hears its Active" quiet
check "touches no page that it did not have" [ "$(page_faults)" = "$faults" ]

begin
cut r1
within 10 is r2 active
within 10 serves r2
mend r1
within 10 is r2 backup
within 10 idle r2
check "a takeover, and yielding" quiet

begin
ctl r2 status >"$LAB/shown"
ctl r2 metrics >"$LAB/shown"
ctl r2 --json show lan >"$LAB/shown"
not ctl r2 show nobody >"$LAB/shown" 2>&1
check "status, metrics, one router, and a question in error" quiet

begin
for kind in ttl checksum length type; do
	inside stray "$BIN/hostile" eth0 flood --kind $kind --vrid 51 \
		--rate 1000 --for 100ms >"$LAB/flood"
done
within 10 logged r2 discarded
check "bad packets, and lines about them" quiet

begin
ip -n r2 addr add 192.0.2.111/24 dev eth0
ip -n r2 link set eth0 mtu 1400
ip -n r2 addr del 192.0.2.111/24 dev eth0
ip -n r2 link set eth0 down
within 10 is r2 initialize
ip -n r2 link set eth0 up
within 10 is r2 backup
check "addresses and interfaces that change" quiet

begin
stop r1
within 10 is r2 active
check "the Active hands over" quiet

begin
ctl r2 reload >"$LAB/shown"
check "a reload is a change, and asks for memory" [ "$(noted)" != "$before" ]
