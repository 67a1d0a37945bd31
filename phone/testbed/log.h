// What the person at the terminal is told.
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

extern bool log_verbose;

// A line, with --verbose only.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

// A line, and the end with that exit status (sysexits.h).
void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

#endif
