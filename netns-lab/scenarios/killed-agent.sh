#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's agent is killed; its host lives on
#
# The kernel keeps the addresses of a dead agent: whatever does not keep it from
# answering for them, answers beside the successor for ever.
hub=true
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
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
expect_takeovers 2
