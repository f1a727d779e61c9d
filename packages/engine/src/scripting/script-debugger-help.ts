// What the debugger's HELP says, in our own words.
export const HELP_LINES: readonly string[] = [
  'lua debugger help:',
  '[h]elp                 Show this help.',
  '[max]len [len]         Trim what is shown to len bytes; 0 trims nothing. Without len: show the limit.',
  '[s]tep                 Run the current line and stop again.',
  '[n]ext                 The same as step.',
  '[c]ontinue             Run to the next breakpoint.',
  '[l]ist [line] [ctx]    Show the source around a line, the current one without an argument.',
  '[w]hole                Show the whole source.',
  '[p]rint [var]          Show a local variable, KEYS or ARGV; without an argument all local variables.',
  '[b]reak [line|-line]   Set or remove a breakpoint; 0 removes all; without an argument they are listed.',
  '[t]race                Show where the script stands.',
  '[e]val <code>          Run Lua code beside the script.',
  '[v]alkey <cmd>         Run a command as the script would.',
  '[a]bort                End the script. Its changes stay.',
];
