#!/usr/bin/env node
// Stands in for curl on a machine that has none, as far as the README uses it.
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
  },
});
const { data, header = [] } = values;
const headers = new Headers(
  data === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
);
for (const line of header) {
  const colon = line.indexOf(':');
  headers.set(line.slice(0, colon), line.slice(colon + 1).trim());
}
const method = values.request ?? (data === undefined ? 'GET' : 'POST');
const response = await fetch(positionals[0] ?? '', { method, headers, body: data ?? null });
process.stdout.write(await response.text());
