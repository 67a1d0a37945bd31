// The command that sees the devices.
#ifndef COMMAND_H
#define COMMAND_H

// To be called before any thread is started: the signals that command_run passes on are for it alone.
void command_block_signals(void);

// Runs it, passes signals on to it, and answers its exit status (128 + N when signal N ended it).
int command_run(char *const argv[]);

#endif
