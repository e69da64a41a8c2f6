# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Verbs like those of faults.sh, which comes before this: other programs on a
# host, which do to its interfaces what they think is right.  Sourced by lib.sh.
#
#	raise_macvlans NAME	all are set up, as by who wants all links to be:
#				to mend it is the daemon's duty
#	other_xdp NAME		an XDP program that passes all on is on eth0
#	other_xdp_leaves NAME	the end of that

raise_macvlans() {
	event fault "$1" "another program sets its macvlans up"
	for meddling_link in $(ip -n "$1" -o link show type macvlan |
		awk -F '[:@ ]+' '{ print $2 }'); do
		ip -n "$1" link set "$meddling_link" up
	done
}

# Ours without an agent, which has no rules and keeps nothing back.
other_xdp() {
	meddling_object=$BIN/obj/vrrpd/xdp_tap.bpf.o
	ip -n "$1" link set dev eth0 xdpdrv obj "$meddling_object" sec xdp \
		>"$LAB/xdp.why" 2>&1 || skip_fault \
		"other_xdp: $(tail -n 1 "$LAB/xdp.why")" || return
	event fault "$1" "another XDP program is on its interface"
}

other_xdp_leaves() {
	event repair "$1" "the other XDP program leaves its interface"
	ip -n "$1" link set dev eth0 xdpdrv off
}
