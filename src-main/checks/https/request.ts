import { isAddressText } from "../address.ts";
import { textToBytes } from "../bytes.ts";
import { NetFailure } from "../net-failure.ts";
import type { TlsFacts } from "../tls/facts.ts";
import type { CancelSignal, Channel, Net } from "../types.ts";
import { ByteReader, join, longestHead } from "./reader.ts";

/** Interim answers (1xx) passed over before the final one. */
const mostInterim = 4;
/** Bytes of one chunk's size line. */
const longestChunkLine = 1_024;

export interface HttpRequest {
  /** Name for SNI, the certificate and the Host field. */
  host: string;
  /** IP address connected to; the check resolves the name itself, so that the answers are on record. */
  address: string;
  port: number;
  /** Path with query, beginning with "/". */
  path: string;
  method: "GET" | "POST";
  /** Further header fields, such as `accept`. Host, content-length, connection and user-agent are set here. */
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
}

export interface HttpLimits {
  /** Milliseconds until the port opens, and again for the handshake. */
  connectTimeout: number;
  /** Milliseconds for the whole exchange after that, however slowly the server sends. */
  timeout: number;
  /** Bytes of the body. */
  longestBody: number;
  /** PEM certificates trusted besides the public authorities. */
  extraAuthorities: string;
  signal: CancelSignal;
}

export interface HttpReply {
  status: number;
  /** Status line and header fields as received, lines parted by "\n", one character per byte; at most 32 KiB. */
  head: string;
  /** First value of each header field by lower-case name. */
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
}

/**
 * One HTTPS exchange (HTTP/1.1, RFC 9112) with one address. The certificate must be good for the host; redirects are not followed,
 * cookies and authentication do not exist. Fails with `NetFailure`: the connection's own codes, OpenSSL's code for a certificate
 * (such as CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID), TIMEOUT, CLOSED, TOO_LARGE, NOT_HTTP, BAD_NAME. Cancelling
 * rejects with an AbortError.
 */
export async function requestHttps(
  net: Net,
  request: HttpRequest,
  limits: HttpLimits,
): Promise<HttpReply & { tls: TlsFacts }> {
  return withChannel(net, request, limits, async (channel) => {
    const tls = await channel.upgrade({
      name: isAddressText(request.host) ? null : request.host,
      extraAuthorities: limits.extraAuthorities,
      trust: "require",
      timeout: limits.connectTimeout,
    });
    return { ...(await converse(channel, request, limits)), tls };
  });
}

/** The same exchange without TLS, for what must be asked in the clear, such as whether a captive portal answers. */
export async function requestHttp(net: Net, request: HttpRequest, limits: HttpLimits): Promise<HttpReply> {
  return withChannel(net, request, limits, (channel) => converse(channel, request, limits));
}

async function withChannel<T>(
  net: Net,
  request: HttpRequest,
  { connectTimeout, signal }: HttpLimits,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const { host, address, port, path, headers = {} } = request;
  // A line break in any part would make a second request out of one.
  const isClean = /^\/[\x21-\x7e]*$/.test(path) && /^[A-Za-z0-9._:[\]-]{1,255}$/.test(host);
  if (!isClean || Object.entries(headers).some((pair) => pair.some((text) => /[^\x20-\x7e]/.test(text))))
    throw new NetFailure("BAD_NAME", "The address cannot be asked for.");
  const channel = await net.connect({ address, port }, { timeout: connectTimeout, signal });
  try {
    return await work(channel);
  } finally {
    channel.close();
  }
}

async function converse(channel: Channel, request: HttpRequest, limits: HttpLimits): Promise<HttpReply> {
  channel.write(encodeRequest(request));
  const reader = new ByteReader(channel, performance.now() + limits.timeout);
  for (let interim = 0; interim <= mostInterim; interim++) {
    const { status, head, headers } = await readHead(reader);
    if (status < 200) continue;
    return { status, head, headers, body: await readBody(reader, status, headers, limits.longestBody) };
  }
  throw new NetFailure("NOT_HTTP", "Only interim answers came.");
}

function encodeRequest({ host, port, path, method, headers = {}, body }: HttpRequest): Uint8Array {
  const isUsualPort = port === 443 || port === 80;
  const name = host.includes(":") ? `[${host}]` : host;
  const fields = [
    `${method} ${path} HTTP/1.1`,
    `host: ${isUsualPort ? name : `${name}:${port}`}`,
    "user-agent: connect-fieldbook",
    "connection: close",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body ? [`content-length: ${body.length}`] : []),
  ];
  const head = textToBytes(`${fields.join("\r\n")}\r\n\r\n`);
  return body ? join([head, body], head.length + body.length) : head;
}

async function readHead(reader: ByteReader): Promise<Pick<HttpReply, "status" | "head" | "headers">> {
  const first = await reader.line(longestHead);
  const [, status] = /^HTTP\/1\.[01] ([1-9]\d{2})(?: |$)/.exec(first) ?? [];
  if (status === undefined) throw new NetFailure("NOT_HTTP", "The answer does not begin like HTTP.");
  const lines = [first];
  const headers = new Map<string, string>();
  for (let left = longestHead - first.length; ; ) {
    const line = await reader.line(left);
    if (line === "") return { status: Number(status), head: lines.join("\n"), headers };
    left -= line.length + 1;
    lines.push(line);
    const [, name, value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (name === undefined) throw new NetFailure("NOT_HTTP", "A header field has no name.");
    const key = name.toLowerCase();
    // Two different lengths would let two readers see two bodies (RFC 9112 6.3).
    if (key === "content-length" && headers.has(key) && headers.get(key) !== value)
      throw new NetFailure("NOT_HTTP", "Two lengths contradict each other.");
    if (!headers.has(key)) headers.set(key, value);
  }
}

/** RFC 9112 6.3: none for 204 and 304, else by chunks, by length, or until the server closes. */
async function readBody(
  reader: ByteReader,
  status: number,
  headers: ReadonlyMap<string, string>,
  longest: number,
): Promise<Uint8Array> {
  if (status === 204 || status === 304) return new Uint8Array(0);
  const coding = headers.get("transfer-encoding");
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") throw new NetFailure("NOT_HTTP", "The body is in an unknown coding.");
    return readChunks(reader, longest);
  }
  const length = headers.get("content-length");
  if (length === undefined) return reader.untilClosed(longest);
  if (!/^\d{1,15}$/.test(length)) throw new NetFailure("NOT_HTTP", "The length is not a number.");
  if (Number(length) > longest) throw new NetFailure("TOO_LARGE", "The body is too large.");
  return reader.take(Number(length));
}

/** RFC 9112 7.1. Chunk extensions and trailer fields are passed over. */
async function readChunks(reader: ByteReader, longest: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const [, digits] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/s.exec(await reader.line(longestChunkLine)) ?? [];
    if (digits === undefined) throw new NetFailure("NOT_HTTP", "A chunk has no length.");
    const size = Number.parseInt(digits, 16);
    if (size === 0) break;
    // Each chunk costs a few bytes of its own, so that a flood of tiny ones ends by the limit too.
    total += size;
    if (total > longest || parts.length > longest / 4) throw new NetFailure("TOO_LARGE", "The body is too large.");
    parts.push(await reader.take(size));
    if ((await reader.line(2)) !== "") throw new NetFailure("NOT_HTTP", "A chunk is longer than its length says.");
  }
  for (let left = longestHead; ; ) {
    const trailer = await reader.line(left);
    if (trailer === "") return join(parts, total);
    left -= trailer.length + 1;
  }
}
