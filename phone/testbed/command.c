#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"

static sigset_t before, watched;

void command_block_signals(void) {
  const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD};
  sigemptyset(&watched);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaddset(&watched, signals[i]);
  sigprocmask(SIG_BLOCK, &watched, &before);
}

static void become(char *const argv[]) {
  prctl(PR_SET_PDEATHSIG, SIGTERM); // without the devices the command is of no use
  sigprocmask(SIG_SETMASK, &before, NULL);
  execvp(argv[0], argv);
  fprintf(stderr, "usb-testbed: %s: %s\n", argv[0], strerror(errno));
  _exit(errno == ENOENT ? 127 : 126);
}

int command_run(char *const argv[]) {
  pid_t child = fork();
  if (child < 0) fail(EX_OSERR, "cannot start %s: %s", argv[0], strerror(errno));
  if (child == 0) become(argv);
  for (;;) {
    siginfo_t signal;
    if (sigwaitinfo(&watched, &signal) < 0) continue;
    int status;
    if (signal.si_signo != SIGCHLD) {
      // The terminal's own signals reach the command too, being of the same process group.
      if (signal.si_code != SI_KERNEL) kill(child, signal.si_signo);
    } else if (waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}
