// What the JavaScript walks share: checks that are counted, a fetch that notes what the client asked for, the list of
// operations, and a small web server for the emulator to call.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { inspect } from 'node:util';

/** Counts checks. A failed one is printed and the walk goes on. */
export class Checks {
  passed = 0;
  failed = 0;
  #part = '';

  /** Runs one part of the walk; an exception is one failure and ends only this part. */
  async part(name, run) {
    this.#part = name;
    try {
      await run();
    } catch (error) {
      this.#fail('ran to its end', error?.stack ?? error);
    }
  }

  /** `condition` holds. */
  ok(what, condition, seen = condition) {
    if (condition) this.passed += 1;
    else this.#fail(what, `saw ${inspect(seen, { depth: 6 })}`);
  }

  /** `seen` is deeply equal to `expected`. */
  equal(what, seen, expected) {
    try {
      assert.deepStrictEqual(seen, expected);
      this.passed += 1;
    } catch {
      this.#fail(what, `saw ${inspect(seen, { depth: 6 })}\n    not ${inspect(expected, { depth: 6 })}`);
    }
  }

  /** The call fails with this error class and status, and with `expected` ({code, pointer}) as its first error. */
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

  /** Prints the total; the exit status is 1 where anything failed. */
  finish() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 && this.passed > 0 ? 0 : 1;
  }

  #fail(what, why) {
    this.failed += 1;
    console.log(`FAILED ${this.#part}: ${what}\n    ${why}`);
  }
}

/** A fetch that notes each exchange in `calls`: {method, path, query, headers, status}. Give it to the client. */
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

/** The operations of the contract in `wireFile`, as `GET /ai/assistants/{assistant_id}`. */
export function operations(wireFile) {
  const unpublished = readFileSync(process.env.UNPUBLISHED, 'utf8').split('\n');
  const { paths } = JSON.parse(readFileSync(wireFile, 'utf8'));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`)
      .filter((operation) => !unpublished.includes(operation)),
  );
}

/** Those of the operations that were called and answered with success. */
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

/** A web server on 127.0.0.1 that notes its requests and answers what `answer(request)` gives: {status, body}. */
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

/** All items of an auto-paginated list, as the client hands them out. */
export async function all(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

/** This moment moved by so many hours, as the API writes times. */
export function inHours(hours) {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

/** Asks again until `done(value)`, for ten seconds at most; gives the last value. */
export async function until(ask, done) {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await ask();
    if (done(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The events in a text of server-sent events: [{event, data}], data being JSON. */
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
