#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's agent is killed; its host lives on and answers
#
# The kernel keeps the addresses of the dead agent: until that is started again,
# two hosts answer, and the client must not notice.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
kill r1
becomes r2 active
watch 0.5
start_again r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_smooth
expect_patience
expect_takeovers 2
