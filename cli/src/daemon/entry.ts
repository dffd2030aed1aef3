// The local server in a process of its own; its environment is set by launch.ts.
import '@minoots/embedded/server';
