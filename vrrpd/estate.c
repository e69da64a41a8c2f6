/* SPDX-License-Identifier: MIT */
/*
 * A record is a line: its name, and "field=value" for each.  Who asks for the
 * records in the order in which they were written finds each at once.
 */
#include "vrrpd/estate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST (8 << 20) /* octets: of 4096 virtual routers */

struct estate {
	FILE *file; /* to write */
	char *text; /* to read: all lines, */
	char *next; /* and where the last one that was found ends */
};

/* ---- To write ---- */

struct estate *estate_begin(void)
{
	struct estate *estate = calloc(1, sizeof *estate);
	int fd = estate ? memfd_create("vrrpd-estate", MFD_CLOEXEC) : -1;

	if (fd >= 0)
		estate->file = fdopen(fd, "w");
	if (estate && estate->file)
		return estate;
	if (fd >= 0)
		close(fd);
	free(estate);
	return NULL;
}

static bool is_zero(const uint8_t *octets, size_t size)
{
	return octets[0] == 0 && memcmp(octets, octets + 1, size - 1) == 0;
}

/* Whether it has a sign is lost here, and found again by who reads it. */
static int64_t get_number(const void *from, size_t size)
{
	switch (size) {
	case 1:
		return *(const uint8_t *)from;
	case 2:
		return *(const uint16_t *)from;
	case 4:
		return *(const int32_t *)from;
	default:
		return *(const int64_t *)from;
	}
}

static void put_number(void *to, size_t size, int64_t number)
{
	switch (size) {
	case 1:
		*(uint8_t *)to = (uint8_t)number;
		break;
	case 2:
		*(uint16_t *)to = (uint16_t)number;
		break;
	case 4:
		*(int32_t *)to = (int32_t)number;
		break;
	default:
		*(int64_t *)to = number;
		break;
	}
}

static void write_value(FILE *file, const uint8_t *from, size_t size)
{
	if (size <= sizeof(int64_t)) {
		fprintf(file, "%" PRId64, get_number(from, size));
		return;
	}
	while (size > 1 && from[size - 1] == 0)
		size--;
	for (size_t i = 0; i < size; i++)
		fprintf(file, "%02x", from[i]);
}

void estate_add(struct estate *estate, const char *name,
		const struct estate_kind *kind, const void *object)
{
	if (!estate)
		return;
	fputs(name, estate->file);
	for (size_t i = 0; i < kind->count; i++) {
		const struct estate_field *f = &kind->fields[i];
		const uint8_t *from = (const uint8_t *)object + f->offset;

		if (is_zero(from, f->size))
			continue;
		fprintf(estate->file, " %s=", f->name);
		write_value(estate->file, from, f->size);
	}
	fputc('\n', estate->file);
}

int estate_end(struct estate *estate)
{
	int fd = -ENOMEM;

	if (!estate)
		return fd;
	if (fflush(estate->file) == 0)
		fd = fcntl(fileno(estate->file), F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		fd = -errno;
	fclose(estate->file);
	free(estate);
	return fd;
}

/* ---- To read ---- */

int estate_open(struct estate **result, int fd)
{
	struct estate *estate = calloc(1, sizeof *estate);
	struct stat st;
	ssize_t size;

	if (!estate)
		return -ENOMEM;
	if (fstat(fd, &st) < 0 || st.st_size > LARGEST)
		goto bad;
	estate->text = calloc(1, (size_t)st.st_size + 1);
	size = estate->text ? pread(fd, estate->text, (size_t)st.st_size, 0)
			    : -1;
	if (size != st.st_size)
		goto bad;
	estate->next = estate->text;
	*result = estate;
	return 0;
bad:
	estate_close(estate);
	return -EBADMSG;
}

void estate_close(struct estate *estate)
{
	if (estate)
		free(estate->text);
	free(estate);
}

/* From there to the end, the fields of the record, or NULL. */
static char *search(char *from, const char *name)
{
	size_t length = strlen(name);

	while (*from) {
		if (strncmp(from, name, length) == 0 &&
		    (from[length] == ' ' || from[length] == '\n'))
			return from + length;
		from += strcspn(from, "\n");
		from += *from == '\n';
	}
	return NULL;
}

static char *find(struct estate *estate, const char *name)
{
	char *fields = search(estate->next, name);

	if (!fields)
		fields = search(estate->text, name);
	if (fields)
		estate->next = fields + strcspn(fields, "\n") + 1;
	return fields;
}

static uint8_t nibble(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void take_value(const char *text, const struct estate_field *f,
		       uint8_t *to)
{
	size_t length = strspn(text, "0123456789abcdef") / 2;

	if (f->size <= sizeof(int64_t)) {
		put_number(to, f->size, strtoll(text, NULL, 10));
		return;
	}
	for (size_t i = 0; i < length && i < f->size; i++)
		to[i] = (uint8_t)(nibble(text[2 * i]) << 4 |
				  nibble(text[2 * i + 1]));
}

/* From the one behind the last that was found: they come in the same order. */
static const struct estate_field *find_field(const struct estate_kind *kind,
					     size_t *next, const char *name,
					     size_t length)
{
	for (size_t n = 0; n < kind->count; n++) {
		size_t i = (*next + n) % kind->count;
		const struct estate_field *f = &kind->fields[i];

		if (strncmp(f->name, name, length) != 0 || f->name[length])
			continue;
		*next = i + 1;
		return f;
	}
	return NULL;
}

bool estate_take(struct estate *estate, const char *name,
		 const struct estate_kind *kind, void *object)
{
	const char *text = find(estate, name);
	size_t next = 0;

	if (!text)
		return false;
	for (size_t i = 0; i < kind->count; i++)
		memset((uint8_t *)object + kind->fields[i].offset, 0,
		       kind->fields[i].size);
	while (*text == ' ') {
		const char *field = ++text;
		size_t length = strcspn(field, "= \n");
		const struct estate_field *f =
			find_field(kind, &next, field, length);

		text += length + (field[length] == '=');
		if (f)
			take_value(text, f, (uint8_t *)object + f->offset);
		text += strcspn(text, " \n");
	}
	return true;
}
