#!/bin/sh
# SPDX-License-Identifier: MIT
# The Backup's link flaps, and another program sets its macvlans up
#
# A Backup says nothing in the name of the virtual router, whatever happens to
# its interfaces: switches would turn to it, and clients would hear two.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

link() { ip -n r2 link set eth0 "$1"; }

pair
overhear r2
raise_macvlans r2
watch 0.5
# Ten changes of state a minute are logged: two and two flaps are eight.
flap r2 2
raise_macvlans r2
becomes r2 backup
note "the administrator of r2 sets its interface down and up"
for state in down up down up; do
	link $state
	watch 0.1
done
raise_macvlans r2
becomes r2 backup
watch 1
finish
expect_silence r2
expect_takeovers 0
expect_one
expect_gone 0
