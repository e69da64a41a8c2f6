/* SPDX-License-Identifier: MIT */
#ifndef NOTIFY_H
#define NOTIFY_H

/*
 * Tells systemd how the agent is doing: sd_notify(3)'s protocol, which is one
 * datagram.  Without $NOTIFY_SOCKET nothing happens.
 */

#include <stdint.h>

/* "READY=1", and that it is this process: it may have taken over. */
void notify_ready(void);

/* "READY=1", "STOPPING=1", "WATCHDOG=1".  Never blocks. */
void notify_send(const char *state);

/* "RELOADING=1", with the time that it has to have; "READY=1" ends it. */
void notify_reloading(void);

/* How often WATCHDOG=1 is due, us; 0: not at all. */
int64_t notify_watchdog_interval(void);

#endif
