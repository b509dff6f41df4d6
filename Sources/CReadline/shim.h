// The headers of GNU Readline in an order that compiles: readline.h uses FILE without including stdio.h.
#ifndef MEMSH_CREADLINE_SHIM_H
#define MEMSH_CREADLINE_SHIM_H

#include <stdio.h>

#include <readline/readline.h>

#include <readline/history.h>

#endif
