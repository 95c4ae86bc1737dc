// The few parts of Express that the tests use. Its own types would bring ten packages along.

declare module 'express' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http';

  interface Request extends IncomingMessage {
    readonly body: unknown;
    readonly params: Readonly<Record<string, string>>;
  }

  interface Response extends ServerResponse {
    json(value: unknown): void;
    status(code: number): Response;
    send(text: string): void;
  }

  type Next = (error?: unknown) => void;
  type Handle = (request: Request, response: Response, next: Next) => unknown;

  interface Router {
    use(...handles: Handle[]): void;
    use(path: string, ...handles: (Handle | Router)[]): void;
    get(path: string | RegExp, ...handles: Handle[]): void;
    post(path: string, ...handles: Handle[]): void;
  }

  interface Application extends Router {
    listen(port: number, host: string): Server;
  }

  interface Express {
    (): Application;
    Router(): Router;
    json(): Handle;
  }

  const express: Express;
  export default express;
}
