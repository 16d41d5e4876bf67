/** Bytes of a DER element with its length in the shortest form. */
const element = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};

/** A number of exactly so many bits, with the zero byte in front that keeps it positive. */
const numberOf = (bits: number): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(bits / 8)).fill(0xa5);
  const top = (bits - 1) % 8;
  bytes[0] = 1 << top;
  bytes[bytes.length - 1] = 0xa5;
  return top === 7 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
};

const exponent = element(2, Buffer.from([1, 0, 1]));

/** A PKCS #1 key with a modulus of so many bits; nobody has the private part. */
export const bareRsaKey = (bits: number, power = exponent): Uint8Array =>
  element(0x30, element(2, numberOf(bits)), power);

/** The same as a SubjectPublicKeyInfo. */
export const wrappedRsaKey = (bits: number): Uint8Array =>
  element(
    0x30,
    element(0x30, element(6, Buffer.from("2a864886f70d010101", "hex")), element(5)),
    element(3, Buffer.from([0]), bareRsaKey(bits)),
  );

export const evenExponent = element(2, Buffer.from([2]));
export const ed25519Key = new Uint8Array(32).fill(7);
export const wrappedEd25519Key = element(
  0x30,
  element(0x30, element(6, Buffer.from("2b6570", "hex"))),
  element(3, Buffer.from([0]), ed25519Key),
);

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
/** A key record as it is published. */
export const rsaRecord = (bits: number, more = ""): string =>
  `v=DKIM1; k=rsa; ${more}p=${toBase64(wrappedRsaKey(bits))}`;
