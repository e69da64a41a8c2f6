/* SPDX-License-Identifier: MIT */
#ifndef LOCK_H
#define LOCK_H

/*
 * A named lock of this network namespace, held by at most one process: an
 * abstract UNIX socket address, which the kernel frees when its holder dies.
 */

/* Returns a descriptor that holds the lock, or -EADDRINUSE, or -errno. */
int lock_take(const char *name);

/* -1 is fine. */
void lock_drop(int fd);

#endif
