/* SPDX-License-Identifier: MIT */
#ifndef METRICS_H
#define METRICS_H

/*
 * The agent's answer as OpenMetrics text, which Prometheus and others read.
 * Part of vrrpctl: the agent itself speaks JSON only.
 */

struct json_t;

/* To standard output.  Returns the exit status. */
int metrics_print(const struct json_t *answer);

#endif
