// Shared by the JavaScript scripts: counted checks, a fetch that records requests, the lists of operations, and a web
// server that the emulator calls.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

/** Counts checks. A failed check is printed, and the script continues. */
export class Checks {
  passed = 0;
  failed = 0;
  #part = '';

  /** Runs a part of the script. An exception is one failure and ends only this part. */
  async part(name, run) {
    this.#part = name;
    try {
      await run();
    } catch (error) {
      this.#fail('completes without an exception', error?.stack ?? error);
    }
  }

  /** Checks that `condition` is true. */
  ok(what, condition, seen = condition) {
    if (condition) this.passed += 1;
    else this.#fail(what, `saw ${inspect(seen, { depth: 6 })}`);
  }

  /** Checks that `seen` is deeply equal to `expected`. */
  equal(what, seen, expected) {
    try {
      assert.deepStrictEqual(seen, expected);
      this.passed += 1;
    } catch {
      this.#fail(what, `saw ${inspect(seen, { depth: 6 })}\n    not ${inspect(expected, { depth: 6 })}`);
    }
  }

  /** Checks that a call fails with this error class and status, and with `expected` ({code, pointer}) as its first error. */
  async rejects(what, call, errorClass, status, expected = {}) {
    let error;
    try {
      await call;
    } catch (thrown) {
      error = thrown;
    }
    const first = error?.error?.errors?.[0];
    const holds =
      error instanceof errorClass &&
      error.status === status &&
      typeof first?.detail === 'string' &&
      (expected.code === undefined || first.code === expected.code) &&
      (expected.pointer === undefined || first.source?.pointer === expected.pointer);
    this.ok(what, holds, error ?? 'no error');
    return error;
  }

  /** Prints the totals, and sets the exit status to 1 if a check has failed. */
  finish() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 && this.passed > 0 ? 0 : 1;
  }

  #fail(what, why) {
    this.failed += 1;
    console.log(`FAILED ${this.#part}: ${what}\n    ${why}`);
  }
}

/** A fetch for the client that records each exchange in `calls`: {method, path, query, headers, status}. */
export function recorder(baseURL) {
  const prefix = new URL(baseURL).pathname.replace(/\/$/, '');
  const calls = [];
  const recording = async (input, init) => {
    const response = await fetch(input, init);
    const url = new URL(input);
    calls.push({
      method: init.method.toUpperCase(),
      path: url.pathname.slice(prefix.length),
      query: url.searchParams,
      headers: new Headers(init.headers),
      status: response.status,
    });
    return response;
  };
  return { calls, fetch: recording };
}

/** The operations of the contract in `wireFile`, such as `GET /ai/assistants/{assistant_id}`. */
export function operations(wireFile) {
  const { paths } = JSON.parse(readFileSync(wireFile, 'utf8'));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** The operations that a client has, read from the sources of its package. `entry` is the URL of its main file. */
export function published(all, entry) {
  const folder = fileURLToPath(new URL('resources/ai', entry));
  const has = new Set();
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.mjs'))) {
    const calls = readFileSync(join(folder, file), 'utf8').matchAll(/this\._client\.(\w+)\((?:path *)?[`']([^`']+)/g);
    for (const [, method, path] of calls) {
      const verb = method === 'getAPIList' ? 'GET' : method.toUpperCase();
      has.add(`${verb} ${path.replaceAll(/\$\{[^}]*\}/g, '{}')}`);
    }
  }
  return all.filter((operation) => has.has(operation.replaceAll(/\{\w+\}/g, '{}')));
}

/** The operations that were called successfully. */
export function answered(all, calls) {
  const templates = all
    .map((operation) => {
      const [method, path] = operation.split(' ');
      const literal = path.split('/').filter((segment) => !segment.startsWith('{')).length;
      return { operation, method, literal, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) };
    })
    .sort((a, b) => b.literal - a.literal);
  const found = new Set();
  for (const { method, path, status } of calls) {
    if (status >= 400) continue;
    const match = templates.find((template) => template.method === method && template.pattern.test(path));
    if (match) found.add(match.operation);
  }
  return all.filter((operation) => found.has(operation));
}

/** A web server on 127.0.0.1 that records requests and responds with `answer(request)`: {status, body}. */
export async function webServer(answer) {
  const requests = [];
  const server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const piece of incoming) text += piece;
    const request = {
      method: incoming.method,
      url: incoming.url,
      headers: incoming.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    requests.push(request);
    const { status = 200, body } = answer(request);
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}`, requests, close: () => server.close() };
}

/** All items of an auto-paginated list of the client. */
export async function all(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

/** The current time plus a number of hours, in the format of the API. */
export function inHours(hours) {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

/** Polls until `done(value)`, for up to 10 s. Returns the last value. */
export async function until(ask, done) {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await ask();
    if (done(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Parses server-sent events with JSON data: [{event, data}]. */
export function serverSentEvents(text) {
  return text
    .split(/\r?\n\r?\n/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split(/\r?\n/);
      const field = (name) =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join('\n');
      return { event: field('event'), data: JSON.parse(field('data')) };
    });
}
