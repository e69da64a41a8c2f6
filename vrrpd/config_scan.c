/* SPDX-License-Identifier: MIT */
/*
 * libconfig follows @include itself, but this file has to follow it anyhow to
 * see the traps in there, and then it is better that everything is read once:
 * what has been checked is what is parsed, a directory does not make the
 * scanner of libconfig exit() from under us, and sorting problems by line
 * sorts them as they occur.
 *
 * The scanner knows the tokens of libconfig 1.5 just well enough to tell
 * comments, strings, integers and brackets from the rest; grammar is left to
 * libconfig.
 */
#include "vrrpd/config_scan.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#define TEXT_MAX  (1 << 20) /* octets; also ends a bomb of includes */
#define DEPTH_MAX 10        /* of includes, as in libconfig */
#define DIGITS    "0123456789"
#define LETTERS   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NEST_MAX  32 /* of brackets; three are of use */

struct line {
	const char *file; /* one of config_scan.files */
	unsigned number;
	bool integer_reported;
};

struct problem {
	unsigned line;
	size_t order; /* keeps the sort stable */
	char *text;
};

struct bracket {
	char c;
	unsigned line;
};

struct config_scan {
	char *text;
	size_t len;
	FILE *out; /* writes text and len */
	struct line *lines;
	size_t line_count;
	char **files; /* the first is the one given */
	size_t file_count;
	unsigned *strings; /* line of each string value */
	size_t string_count;
	struct problem *problems;
	size_t problem_count;
	struct bracket nest[NEST_MAX]; /* those open here */
	size_t nest_count;
	bool in_string; /* the last token was a string */
	bool broken;    /* libconfig would misread the text */
	bool stop;      /* scanning on would only repeat the problem */
	bool no_memory;
};

/* Where we are in one file. */
struct cursor {
	const char *file;
	const char *start, *p; /* a C string */
	unsigned number;       /* of the line */
	int depth;
};

/* The array with room for one more element; NULL if there is no memory. */
static void *grow(struct config_scan *scan, void *array, size_t count,
		  size_t size)
{
	if ((count & (count - 1)) == 0) /* 0, or full at a power of two */
		array = reallocarray(array, count ? 2 * count : 1, size);
	if (!array) {
		scan->no_memory = true;
		scan->stop = true;
	}
	return array;
}

static unsigned current_line(const struct config_scan *scan)
{
	return (unsigned)scan->line_count;
}

static const struct line *find_line(const struct config_scan *scan,
				    unsigned line)
{
	if (line > scan->line_count)
		line = (unsigned)scan->line_count;
	return line ? &scan->lines[line - 1] : NULL;
}

void config_scan_problem(struct config_scan *scan, unsigned line,
			 const char *format, ...)
{
	struct problem *problems, problem = { line, scan->problem_count, NULL };
	va_list args;

	problems = grow(scan, scan->problems, scan->problem_count,
			sizeof *problems);
	if (!problems)
		return;
	scan->problems = problems;
	va_start(args, format);
	if (vasprintf(&problem.text, format, args) < 0) {
		problem.text = NULL;
		scan->no_memory = true;
	}
	va_end(args);
	problems[scan->problem_count++] = problem;
}

static void begin_line(struct config_scan *scan, const char *file,
		       unsigned number)
{
	struct line *lines =
		grow(scan, scan->lines, scan->line_count, sizeof *lines);

	if (!lines)
		return;
	scan->lines = lines;
	lines[scan->line_count++] = (struct line){ file, number, false };
}

/* Move n octets into the text. */
static void take(struct config_scan *scan, struct cursor *c, size_t n)
{
	fwrite(c->p, 1, n, scan->out);
	for (; n > 0; n--, c->p++)
		if (*c->p == '\n')
			begin_line(scan, c->file, ++c->number);
}

static bool at(const struct cursor *c, const char *token)
{
	return strncmp(c->p, token, strlen(token)) == 0;
}

static void scan_comment(struct config_scan *scan, struct cursor *c)
{
	const char *end = strstr(c->p + 2, "*/");

	if (!end) {
		config_scan_problem(scan, current_line(scan),
				    "comment without its end: \"/*\" needs "
				    "\"*/\"");
		scan->broken = true;
	}
	take(scan, c, end ? (size_t)(end - c->p) + 2 : strlen(c->p));
}

/* The octets from one quote through the other, 0 if the line ends before. */
static size_t string_span(const struct cursor *c)
{
	for (const char *p = c->p + 1; *p && *p != '\n'; p++) {
		if (*p == '"')
			return (size_t)(p - c->p) + 1;
		if (*p == '\\' && p[1] && p[1] != '\n')
			p++;
	}
	return 0;
}

static void begin_string(struct config_scan *scan)
{
	unsigned *strings =
		grow(scan, scan->strings, scan->string_count, sizeof *strings);

	scan->in_string = true;
	if (!strings)
		return;
	scan->strings = strings;
	strings[scan->string_count++] = current_line(scan);
}

static void scan_string(struct config_scan *scan, struct cursor *c)
{
	size_t len = string_span(c);

	if (!scan->in_string)
		begin_string(scan);
	if (len == 0) {
		config_scan_problem(scan, current_line(scan),
				    "string without its end: it needs a '\"' "
				    "on the same line");
		scan->broken = true;
		len = strcspn(c->p, "\n");
	} else if (memmem(c->p, len, "\\x00", 4)) {
		config_scan_problem(scan, current_line(scan),
				    "string with \\x00: leave it out");
	}
	take(scan, c, len);
}

/* libconfig keeps the low 32 bits of any integer; a float is no integer. */
static bool integer_fits(const char *p, size_t len)
{
	bool hex = strcspn(p, "xX") < len;
	long long value;

	if (!hex && strcspn(p, ".eE") < len)
		return true;
	errno = 0;
	value = strtoll(p, NULL, hex ? 16 : 10);
	return !errno && value >= INT32_MIN && value <= INT32_MAX;
}

static void scan_number(struct config_scan *scan, struct cursor *c)
{
	size_t len = 1 + strspn(c->p + 1, DIGITS "abcdefABCDEFxXlL.+-");
	unsigned line = current_line(scan);

	if (!integer_fits(c->p, len)) {
		config_scan_problem(scan, line,
				    "integer %.*s does not fit into 32 bits: "
				    "it must be %d..%d",
				    (int)MIN(len, 60), c->p, INT32_MIN,
				    INT32_MAX);
		scan->lines[line - 1].integer_reported = true;
	}
	take(scan, c, len);
}

static void scan_open(struct config_scan *scan, struct cursor *c)
{
	if (scan->nest_count == NEST_MAX) {
		config_scan_problem(scan, current_line(scan),
				    "more than %d brackets inside each other",
				    NEST_MAX);
		scan->broken = true;
		scan->stop = true;
		return;
	}
	scan->nest[scan->nest_count++] =
		(struct bracket){ *c->p, current_line(scan) };
	take(scan, c, 1);
}

static char partner(char bracket)
{
	static const char pairs[] = "()[]{}";
	size_t i = (size_t)(strchr(pairs, bracket) - pairs);

	return pairs[i ^ 1];
}

static void scan_close(struct config_scan *scan, struct cursor *c)
{
	unsigned line = current_line(scan);
	char place[CONFIG_SCAN_PLACE];
	struct bracket open;

	if (scan->nest_count == 0) {
		config_scan_problem(scan, line,
				    "\"%c\" without its beginning: it needs "
				    "a \"%c\" before",
				    *c->p, partner(*c->p));
		scan->broken = true;
		take(scan, c, 1);
		return;
	}
	open = scan->nest[--scan->nest_count];
	if (*c->p != partner(open.c)) {
		config_scan_problem(
			scan, line, "\"%c\" where \"%c\" of %s needs \"%c\"",
			*c->p, open.c,
			config_scan_place(scan, open.line, line, place),
			partner(open.c));
		scan->broken = true;
		scan->stop = true; /* all that follows is one off */
	}
	take(scan, c, 1);
}

static void check_nest(struct config_scan *scan)
{
	for (size_t i = 0; i < scan->nest_count; i++) {
		const struct bracket *open = &scan->nest[i];

		config_scan_problem(scan, open->line,
				    "\"%c\" without its end: it needs a "
				    "\"%c\" behind",
				    open->c, partner(open->c));
		scan->broken = true;
	}
}

static void scan_file(struct config_scan *scan, const char *file, int depth);

/* Is this an @include that libconfig would follow: first on its line? */
static bool at_include(const struct cursor *c)
{
	const char *p = c->p;

	while (p > c->start && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return at(c, "@include") && (p == c->start || p[-1] == '\n');
}

/* A name is relative to the directory of the main file, or absolute. */
static char *resolve(const struct config_scan *scan, const char *name,
		     size_t len)
{
	const char *slash = strrchr(scan->files[0], '/');
	int dir = slash ? (int)(slash - scan->files[0]) + 1 : 0;
	char *path;

	if (name[0] == '/')
		dir = 0;
	if (asprintf(&path, "%.*s%.*s", dir, scan->files[0], (int)len, name) <
	    0)
		return NULL;
	return path;
}

/* Remember `path`, which is then the scan's to free. */
static const char *add_file(struct config_scan *scan, char *path)
{
	char **files =
		path ? grow(scan, scan->files, scan->file_count, sizeof *files)
		     : NULL;

	if (!files) {
		free(path);
		scan->no_memory = true;
		return NULL;
	}
	scan->files = files;
	files[scan->file_count++] = path;
	return path;
}

static void scan_include(struct config_scan *scan, struct cursor *c)
{
	const char *file;
	size_t len;

	c->p += strlen("@include");
	c->p += strspn(c->p, " \t");
	len = *c->p == '"' ? string_span(c) : 0;
	if (len <= 2) {
		config_scan_problem(scan, current_line(scan),
				    "@include needs the name of a file, as in "
				    "@include \"lan.cfg\"");
		scan->broken = true;
		return;
	}
	file = add_file(scan, resolve(scan, c->p + 1, len - 2));
	c->p += len;
	if (file)
		scan_file(scan, file, c->depth + 1);
	/* The rest of the line gets a line of its own. */
	fputc('\n', scan->out);
	begin_line(scan, c->file, c->number);
}

static void scan_token(struct config_scan *scan, struct cursor *c)
{
	char ch = *c->p;

	if (isspace((unsigned char)ch)) {
		take(scan, c, 1);
		return;
	}
	if (ch == '#' || at(c, "//")) {
		take(scan, c, strcspn(c->p, "\n"));
		return;
	}
	if (at(c, "/*")) {
		scan_comment(scan, c);
		return;
	}
	if (at_include(c)) {
		scan_include(scan, c);
		return;
	}
	if (ch == '"') {
		scan_string(scan, c);
		return;
	}
	scan->in_string = false;
	if (strchr("([{", ch))
		scan_open(scan, c);
	else if (strchr(")]}", ch))
		scan_close(scan, c);
	else if (strchr(DIGITS "+-.", ch))
		scan_number(scan, c);
	else if (strchr(LETTERS "*", ch))
		take(scan, c, strspn(c->p, DIGITS LETTERS "-_*"));
	else
		take(scan, c, 1);
}

/*
 * All of a file as a string.  Returns 0 or -errno; -EFBIG if it has more than
 * `limit` octets, -EILSEQ if one is NUL: libconfig would stop there.
 */
static int read_all(const char *path, size_t limit, char **content)
{
	FILE *in = fopen(path, "re");
	size_t len = 0, size;
	char *fitted;
	int err = -ENOMEM;

	*content = NULL;
	if (!in)
		return -errno;
	do {
		size = 2 * len + 4096;
		fitted = realloc(*content, size);
		if (!fitted)
			goto out;
		*content = fitted;
		len += fread(*content + len, 1, size - 1 - len, in);
	} while (len == size - 1 && len <= limit);
	(*content)[len] = '\0';
	/* No larger than it is, so that a sanitizer sees who reads beyond. */
	fitted = realloc(*content, len + 1);
	*content = fitted ? fitted : *content;
	err = ferror(in) ? -errno : 0;
	if (len > limit)
		err = -EFBIG;
	else if (strlen(*content) < len)
		err = -EILSEQ;
out:
	fclose(in);
	return err;
}

/* `file` could not be read; an included one is the includer's problem. */
static void report_unreadable(struct config_scan *scan, const char *file,
			      int depth, int err)
{
	const char *reason = err == -EFBIG    ? "more than 1 MiB of text"
			     : err == -EILSEQ ? "a NUL octet: it must be text"
					      : strerror(-err);

	scan->broken = true;
	scan->stop |= err == -EFBIG;
	if (depth > 0)
		config_scan_problem(scan, current_line(scan),
				    "cannot include %s: %s", file, reason);
	else
		config_scan_problem(scan, 0, "%s", reason);
}

static void scan_file(struct config_scan *scan, const char *file, int depth)
{
	struct cursor c = { .file = file, .number = 1, .depth = depth };
	char *content = NULL;
	int err;

	if (depth > DEPTH_MAX) {
		config_scan_problem(scan, current_line(scan),
				    "more than %d files included by each "
				    "other: does one include itself?",
				    DEPTH_MAX);
		scan->broken = true;
		scan->stop = true;
		return;
	}
	fflush(scan->out); /* sets len */
	err = read_all(file, TEXT_MAX - MIN(scan->len, TEXT_MAX), &content);
	if (err) {
		report_unreadable(scan, file, depth, err);
		goto out;
	}
	c.start = c.p = content;
	if (depth > 0)
		fputc('\n', scan->out);
	begin_line(scan, file, 1);
	while (*c.p && !scan->stop)
		scan_token(scan, &c);
out:
	free(content);
}

struct config_scan *config_scan_open(const char *path)
{
	struct config_scan *scan = calloc(1, sizeof *scan);

	if (!scan)
		return NULL;
	scan->out = open_memstream(&scan->text, &scan->len);
	if (!scan->out || !add_file(scan, strdup(path)))
		goto fail;
	scan_file(scan, scan->files[0], 0);
	if (!scan->stop)
		check_nest(scan);
	/* libconfig 1.5 wants a newline behind the last comment. */
	fputc('\n', scan->out);
	if (fclose(scan->out) != 0)
		scan->no_memory = true;
	scan->out = NULL;
	return scan;
fail:
	config_scan_free(scan);
	return NULL;
}

void config_scan_free(struct config_scan *scan)
{
	if (!scan)
		return;
	if (scan->out)
		fclose(scan->out);
	for (size_t i = 0; i < scan->file_count; i++)
		free(scan->files[i]);
	for (size_t i = 0; i < scan->problem_count; i++)
		free(scan->problems[i].text);
	free(scan->files);
	free(scan->problems);
	free(scan->strings);
	free(scan->lines);
	free(scan->text);
	free(scan);
}

void config_scan_no_memory(struct config_scan *scan)
{
	scan->no_memory = true;
}

const char *config_scan_text(const struct config_scan *scan)
{
	return scan->broken || scan->no_memory ? NULL : scan->text;
}

unsigned config_scan_string_line(const struct config_scan *scan, size_t i)
{
	return i < scan->string_count ? scan->strings[i] : 0;
}

bool config_scan_integer_reported(const struct config_scan *scan, unsigned line)
{
	const struct line *where = find_line(scan, line);

	return where && where->integer_reported;
}

const char *config_scan_place(const struct config_scan *scan, unsigned line,
			      unsigned from, char text[CONFIG_SCAN_PLACE])
{
	const struct line *where = find_line(scan, line);
	bool here = where->file == find_line(scan, from)->file;

	snprintf(text, CONFIG_SCAN_PLACE, "line %u%s%s", where->number,
		 here ? "" : " of ", here ? "" : where->file);
	return text;
}

static int compare(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Whatever the file and its name hold, a problem is one line. */
static void report_line(char *text, config_report *report, void *arg)
{
	for (char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	report(arg, text);
}

size_t config_scan_report(struct config_scan *scan, config_report *report,
			  void *arg)
{
	if (scan->problem_count > 0)
		qsort(scan->problems, scan->problem_count,
		      sizeof *scan->problems, compare);
	if (scan->no_memory)
		report(arg, "out of memory");
	for (size_t i = 0; i < scan->problem_count; i++) {
		const struct problem *problem = &scan->problems[i];
		const struct line *where = find_line(scan, problem->line);
		char *text;

		if (!problem->text)
			continue;
		if ((where ? asprintf(&text, "%s:%u: %s", where->file,
				      where->number, problem->text)
			   : asprintf(&text, "%s: %s", scan->files[0],
				      problem->text)) < 0)
			continue;
		report_line(text, report, arg);
		free(text);
	}
	return scan->problem_count + scan->no_memory;
}
