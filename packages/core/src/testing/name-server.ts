import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * What there is by name: IPv4 addresses, or texts, each in its parts; `silent` never to answer for it, `broken` to say that
 * it cannot. A name that is not there does not exist.
 */
export type Zone = Record<
  string,
  readonly string[] | { texts: readonly (readonly string[])[] } | 'silent' | 'broken'
>;

const HEADER_BYTES = 12;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;
const TYPE_A = 1;
const TYPE_TXT = 16;

/** A name server that runs. */
export interface TestNameServer {
  /** `address:port` */
  address: string;
  /** Shows texts at a name, in the place of what was there. */
  publish(name: string, texts: readonly string[]): void;
  close(): Promise<void>;
}

/** A name server on loopback. @param port a free one unless told */
export async function startNameServer(zone: Zone = {}, port = 0): Promise<TestNameServer> {
  const entries = new Map(Object.entries(zone));
  const socket = createSocket('udp4');
  socket.on('message', (query, asker) => {
    const { name, type, end } = readQuestion(query);
    const entry = entries.get(name);
    if (entry === 'silent') return;
    const records = entry === 'broken' || entry === undefined ? [] : recordsOf(entry, type);
    const failure = entry === 'broken' ? SERVER_FAILURE : entry === undefined ? NO_SUCH_NAME : 0;
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | failure, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(
      Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]),
      asker.port,
      asker.address,
    );
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    publish: (name, texts) => void entries.set(name, { texts: texts.map((text) => [text]) }),
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** The first question of a query, and where it ends. */
function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at++); length > 0; length = query.readUInt8(at++)) {
    labels.push(query.toString('latin1', at, at + length));
    at += length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at), end: at + 4 };
}

function recordsOf(
  entry: readonly string[] | { texts: readonly (readonly string[])[] },
  type: number,
): Buffer[] {
  if (!('texts' in entry))
    return type === TYPE_A
      ? entry.map((address) => record(TYPE_A, Buffer.from(address.split('.').map(Number))))
      : [];
  return type === TYPE_TXT
    ? entry.texts.map((parts) => record(TYPE_TXT, Buffer.concat(parts.map(partOf))))
    : [];
}

/** A part of a text, with its length before it. */
function partOf(part: string): Buffer {
  const bytes = Buffer.from(part);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** A record of the name in the question. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 60, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
