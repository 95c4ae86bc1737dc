// A plain page that says what is there. It holds nothing secret and asks for no key.

import type { FastifyInstance } from 'fastify';

export interface ConsoleRouteOptions {
  readonly version: string;
}

export async function consoleRoutes(
  app: FastifyInstance,
  options: ConsoleRouteOptions,
): Promise<void> {
  app.get('/console', (_request, reply) => reply.redirect('/console/'));
  app.get('/console/', (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .header('x-content-type-options', 'nosniff')
      .send(pageOf(options.version, `${request.protocol}://${addressOf(request.host)}`)),
  );
}

/** The caller chose this text, so only what an address can be made of goes into the page. */
function addressOf(host: string): string {
  return /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'HOST:PORT';
}

function pageOf(version: string, address: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fnlog</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 44rem; padding: 0 1rem; }
code { background: #8882; border-radius: 4px; padding: 0 .3em; }
pre { background: #8882; border-radius: 6px; overflow-x: auto; padding: 1rem; }
td { padding: .2rem 1.5rem .2rem 0; vertical-align: top; }
@media (prefers-color-scheme: dark) { body { background: #16181d; color: #d8dce2; } }
</style>
</head>
<body>
<h1>fnlog ${version}</h1>
<p>One record for every run of every function. This server is running; a console is not part of
this version yet. What is here:</p>
<table>
<tr><td><code>/</code></td><td>API 3.0 and service tcb, GET and POST</td></tr>
<tr><td><code>/v2/index.php</code></td><td>API 2.0, GET and POST</td></tr>
<tr><td><code>/api/v1/invocations</code></td><td>records in (POST), questions (GET)</td></tr>
<tr><td><code>/healthz</code>, <code>/readyz</code></td><td>is it alive, can it work</td></tr>
</table>
<p>Ask from a terminal, with the SecretId and SecretKey that the server showed at its first start:</p>
<pre>curl -u SECRET_ID:SECRET_KEY '${address}/api/v1/invocations?limit=5'
fnlog logs --limit 5</pre>
</body>
</html>
`;
}
