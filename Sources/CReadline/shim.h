// The headers of GNU Readline in an order that compiles: readline.h uses FILE without including stdio.h.
#ifndef MEMSH_CREADLINE_SHIM_H
#define MEMSH_CREADLINE_SHIM_H

#include <stdio.h>

#include <readline/readline.h>

#include <readline/history.h>

// Readline's variable cannot be named in Swift 6: it may change at any time.
static inline void memsh_forget_end_of_input(void) { rl_eof_found = 0; }

#endif
