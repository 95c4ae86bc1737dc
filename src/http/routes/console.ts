// The console: files that the build has made, for a browser. They hold nothing secret and ask for no
// key; what they show comes from the native API.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface ConsoleRouteOptions {
  /** Where the build of the console is. */
  readonly directory: string;
}

const PAGE = 'index.html';
/** The names of these files change with their content. */
const ASSETS = /\/assets\/[^/]+$/;

const headers = {
  // Everything comes from here, and nothing is run that stands in a page.
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export async function consoleRoutes(
  app: FastifyInstance,
  { directory }: ConsoleRouteOptions,
): Promise<void> {
  app.get('/console', (_request, reply) => reply.redirect('/console/'));
  if (!existsSync(join(directory, PAGE))) {
    app.get('/console/*', (_request, reply) =>
      reply
        .code(404)
        .headers(headers)
        .type('text/plain; charset=utf-8')
        .send('The console is not built here: run npm run build, then start the server again.\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: directory,
    serve: false,
    cacheControl: false,
    // The build has zipped what is worth it.
    preCompressed: true,
    // A package has the same time for all its files: a browser would keep the page of the version before.
    etag: false,
    lastModified: false,
  });
  app.get<{ Params: { '*': string } }>('/console/*', (request, reply) => {
    const path = request.params['*'];
    reply.headers(headers);
    return isFile(directory, path) ? sendFile(reply, path) : sendFile(reply, PAGE);
  });
}

/** Every address below that is no file is a place within the console. */
function isFile(directory: string, path: string): boolean {
  return /^(?:assets\/)?[\w-]+(?:\.[\w-]+)+$/.test(path) && existsSync(join(directory, path));
}

function sendFile(reply: FastifyReply, path: string): FastifyReply {
  const isFixed = ASSETS.test(`/${path}`);
  return reply
    .header('cache-control', isFixed ? 'public, max-age=31536000, immutable' : 'no-cache')
    .sendFile(path);
}
