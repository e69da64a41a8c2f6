#!/bin/sh
# SPDX-License-Identifier: MIT
# Interface MAC: the Active's agent is killed; its host lives on
#
# Here the addresses are on the interface that the host has all its traffic by,
# and only what is about them must end.
virtual_mac=false hub=true
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
ask host client 192.0.2.11
kill r1
becomes r2 active
watch 1
start_again r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_both 5
expect_gone "$(skew_time r2)"
expect_patience
expect_reached host
