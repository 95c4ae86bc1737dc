#!/usr/bin/env node
// The program's first file. The embedded engine runs its statements on libuv's threads, whose
// number is fixed once an ES module is loaded: so it is set here, before the first one.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
void import('./main.ts');
