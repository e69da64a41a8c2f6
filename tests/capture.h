/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

/*
 * Standard error as a pipe, which a test reads from a moment of its choice.
 * Include after <cmocka.h>.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct capture {
	int stderr_before;
	int pipe[2]; /* the write end only until it is standard error */
	pthread_t reader;
	char *text; /* all that was read */
	size_t size;
} capture;

static inline int capture_setup(void **state)
{
	(void)state;
	capture = (struct capture){ .stderr_before = dup(STDERR_FILENO) };
	if (capture.stderr_before < 0 || pipe2(capture.pipe, O_CLOEXEC) < 0 ||
	    dup2(capture.pipe[1], STDERR_FILENO) < 0)
		return -1;
	close(capture.pipe[1]);
	return 0;
}

/* Also after a failure, so that it is seen. */
static inline int capture_teardown(void **state)
{
	(void)state;
	dup2(capture.stderr_before, STDERR_FILENO);
	close(capture.stderr_before);
	close(capture.pipe[0]);
	free(capture.text);
	return 0;
}

static inline void *capture_read(void *arg)
{
	FILE *text = open_memstream(&capture.text, &capture.size);
	char piece[4096];
	ssize_t n;

	(void)arg;
	while ((n = read(capture.pipe[0], piece, sizeof piece)) > 0)
		fwrite(piece, 1, (size_t)n, text);
	fclose(text);
	return NULL;
}

static inline void capture_begin(void)
{
	assert_int_equal(
		pthread_create(&capture.reader, NULL, capture_read, NULL), 0);
}

/* Nothing is written any more: all that was said. */
static inline char *capture_end(void)
{
	dup2(capture.stderr_before, STDERR_FILENO);
	pthread_join(capture.reader, NULL);
	assert_non_null(capture.text);
	return capture.text;
}

/* What is in the pipe at this moment. */
static inline char *capture_now(void)
{
	static char text[4096];
	ssize_t n;

	fcntl(capture.pipe[0], F_SETFL, O_NONBLOCK);
	n = read(capture.pipe[0], text, sizeof text - 1);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* Full of empty lines, so that the next writer has to wait. */
static inline void capture_clog(void)
{
	assert_true(fcntl(STDERR_FILENO, F_SETPIPE_SZ, 4096) > 0);
	assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK), 0);
	while (write(STDERR_FILENO, "\n", 1) == 1)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, 0), 0);
}

#endif
