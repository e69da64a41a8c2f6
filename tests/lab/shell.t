#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lab shell, as a person sits before it: a terminal of tmux's, in which the lab
# has a tmux of its own.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=netns-lab/tap.sh
. netns-lab/tap.sh

command -v tmux >/dev/null || skip_all "tmux is not installed"
work=$(mktemp -d) || exit 1
outer() { env -u TMUX tmux -S "$work/tmux" -f /dev/null "$@"; }
trap 'outer kill-server 2>/dev/null; rm -rf "$work"' EXIT

screen() { outer capture-pane -p -t person 2>/dev/null; }
shows() { screen | grep -qF -- "$1"; }

# eventually CMD...: within half a minute.
eventually() {
	eventually_left=300
	until "$@"; do
		eventually_left=$((eventually_left - 1))
		[ "$eventually_left" -gt 0 ] || {
			screen | sed 's/^/# /'
			return 1
		}
		sleep 0.1
	done
}

type_in() { outer send-keys -t person "$@"; }

sit() {
	outer new-session -d -s person -x 160 -y 50 \
		"netns-lab/lab shell $*; echo status \$?; sleep 60"
}

stands() { pgrep -f "^/bin/sh $PWD/netns-lab/$1" >/dev/null; }
gone() { ! stands "$1"; }

plan 13

sit netns-lab/examples/gateway1.cfg netns-lab/examples/gateway2.cfg
eventually shows "gateway1#" || exit 1
for host in gateway1 gateway2 client upstream; do
	check "a prompt for $host" eventually shows "$host#"
done
check "a lab stands" stands own/prompts
type_in 'type unplug | head -n 1' Enter
check "the verbs are there" eventually shows "unplug is a"
# The first pane is the switch; the client's comes next.
type_in C-b o
type_in 'ping -c 1 -W 5 192.0.2.1 | grep received' Enter
check "a client reaches the virtual address" eventually shows "1 received"
type_in C-b o
type_in 'vrrpctl status' Enter
check "a router has its vrrpctl" eventually shows "active"
type_in C-b d
check "leaving it is the end" eventually shows "status 0"
check "of all of it" eventually gone own/prompts

outer kill-session -t person
sit cable
check "the network of a scenario" eventually shows "r2#"
# From the switch to the client, r1, r2.
type_in 'unplug r1' Enter C-b o C-b o C-b o
type_in 'until vrrpctl status | grep -q active; do sleep 0.1; done' Enter \
	'echo has it $((6 * 7)) times' Enter
check "a fault by hand" eventually shows "has it 42 times"
outer kill-session -t person
check "a terminal that goes is the end, too" eventually gone scenarios/cable.sh
