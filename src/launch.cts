#!/usr/bin/env node
// The program's first file. What the embedded engine reads from the environment is read once, when
// an ES module is loaded: so it is set here, before the first one.

// Statements run on libuv's threads.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// The engine's allocator keeps what is freed for five seconds by default: at full rate that is some
// 80 MB that nobody uses.
process.env['JE_MALLOC_CONF'] ??= 'dirty_decay_ms:500';
void import('./main.ts');
