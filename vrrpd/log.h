/* SPDX-License-Identifier: MIT */
#ifndef LOG_H
#define LOG_H

/*
 * Log lines for operators, on standard error.  A line is formatted into a
 * bounded queue and written by a thread of its own: a slow terminal or
 * journal never holds up the protocol.  What does not fit is counted, and the
 * count is logged.
 */

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/*
 * Before this call, and if it fails, lines are written at once.  Lines get
 * systemd's <N> priorities when standard error is the journal, else a time
 * stamp.  Returns 0 or -errno.
 */
int log_start(enum log_level highest);

/*
 * Writes what is queued and ends the thread.  False if it cannot, as nobody
 * reads: then it still hangs, and so would exit(3).
 */
bool log_stop(void);

/* Cuts lines at 499 octets; adds the newline. */
void log_write(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)

/* One source of lines that others can provoke at will. */
struct log_limit {
	int64_t until; /* us, monotonic: the next period begins */
	unsigned used; /* lines written in this one */
	unsigned held; /* lines not written since the last one */
};

/*
 * May this source write now?  Once in ten seconds; *held is the number of
 * lines that were held back since.
 */
bool log_limit_allows(struct log_limit *limit, int64_t now, unsigned *held);

/* The same for what is worth every line, as it comes rarely: ten a minute. */
bool log_burst_allows(struct log_limit *limit, int64_t now, unsigned *held);

/* " (7 more like it before)", or "" for 0: the end of such a line. */
#define LOG_HELD 40
const char *log_held(unsigned held, char text[LOG_HELD]);

#endif
