#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool log_verbose;

static void print(const char *format, va_list values) {
  char line[512];
  vsnprintf(line, sizeof line, format, values);
  fprintf(stderr, "usb-testbed: %s\n", line);
}

void say(const char *format, ...) {
  if (!log_verbose) return;
  va_list values;
  va_start(values, format);
  print(format, values);
  va_end(values);
}

void fail(int status, const char *format, ...) {
  va_list values;
  va_start(values, format);
  print(format, values);
  va_end(values);
  exit(status);
}
